"""Checkpoints on the lines of the grid, and what becomes of one that cannot be made there."""

from tagger.stream.log import Checkpoint
from tagger.stream.script import Drain, HoldCommits, Rebalance, Step, run
from tagger.stream.simulated import SimulatedLog
from tagger.stream.worker import Worker

from .kit import START, parts, written

TICK_MS = 20
LINES_MS = 100


class CommittedLog(SimulatedLog):
    """Remembers when each commit came, counted from START, with how many changelog records."""

    def __init__(self) -> None:
        super().__init__(partitions=1, now=START)
        self.committed_at: list[tuple[int, int]] = []

    def commit_offsets(self, checkpoint: Checkpoint) -> None:
        super().commit_offsets(checkpoint)
        self.committed_at.append((self.now - START, len(checkpoint.changelog)))


def committed(*script: Step) -> list[tuple[int, int]]:
    """When commits came that had profiles, and how many."""
    log = CommittedLog()
    shared = parts(checkpoint_ms=LINES_MS, ends_every_ms=50)
    run([Rebalance({0: "a"}), *script], log, lambda port: Worker(port, shared))
    return [each for each in log.committed_at if each[1]]


def work(for_ms: int) -> Drain:
    return Drain(rounds=for_ms // TICK_MS, by_ms=TICK_MS)


def test_a_line_crossed_while_a_checkpoint_is_under_way_is_made_up_for() -> None:
    one = [HoldCommits("a"), written("purchase", "p", "ann", 1_000), work(140)]
    other = [written("purchase", "q", "bob", 1_140), work(100)]
    first, second = committed(work(1_000), *one, *other, HoldCommits("a", released=True), work(400))
    assert 1_240 <= first[0] <= second[0] <= first[0] + TICK_MS
