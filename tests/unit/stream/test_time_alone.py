"""What time alone decides becomes durable at once, and not at the next line of the grid."""

from tagger.stream.log import Checkpoint
from tagger.stream.script import Advance, Drain, Rebalance, Step, run
from tagger.stream.simulated import SimulatedLog
from tagger.stream.worker import Worker

from .deciding import WITHIN_MS
from .kit import START, changes, parts, written

GRACE_MS = 2_000
TICK_MS = 20
LINES_MS = 5_000
SOON_MS = 100
"""What a question about the topics' ends and its answer may take."""
LEAVES_MS = WITHIN_MS + GRACE_MS
"""When it is known that a customer who was busy at 0 is not busy any more."""


class CommittedLog(SimulatedLog):
    """Remembers when each commit came, counted from START."""

    def __init__(self) -> None:
        super().__init__(partitions=1, now=START)
        self.committed_at: list[int] = []

    def commit_offsets(self, checkpoint: Checkpoint) -> None:
        super().commit_offsets(checkpoint)
        self.committed_at.append(self.now - START)


def busy(customer: str, at: int) -> list[Step]:
    """Two events, so that the customer is busy until `WITHIN_MS` after the first."""
    return [written("browse", f"{customer}-{n}", customer, at + n) for n in range(2)]


def work(for_ms: int) -> Drain:
    return Drain(rounds=for_ms // TICK_MS, by_ms=TICK_MS)


def committed(*script: Step) -> tuple[list[int], list[str]]:
    """When commits came, and what was published."""
    log = CommittedLog()
    steps = [Rebalance({0: "a"}), *script]
    run(steps, log, lambda port: Worker(port, parts(checkpoint_ms=LINES_MS, ends_every_ms=50)))
    return log.committed_at, [f"{each.customer_id} {each.op}" for each in changes(log.published)]


def test_a_tag_that_time_takes_away_is_published_as_soon_as_the_grace_is_over() -> None:
    (first, second), published = committed(*busy("ann", 0), work(LEAVES_MS + 1_000))
    assert first == LINES_MS
    assert LEAVES_MS <= second <= LEAVES_MS + SOON_MS
    assert published == ["ann added", "ann removed"]


def test_beside_what_was_read_it_waits_for_the_line() -> None:
    reading = [work(LEAVES_MS - 500), written("browse", "b", "bob", LEAVES_MS - 500), work(4_000)]
    (first, second), published = committed(*busy("ann", 0), *reading)
    assert (first, second) == (LINES_MS, 3 * LINES_MS)
    assert published == ["ann added", "ann removed"]


def test_two_in_a_row_lie_half_a_line_apart() -> None:
    later = [Advance(1_000), *busy("bob", 1_000)]
    (_, second, third), published = committed(*busy("ann", 0), *later, work(LEAVES_MS + 2_980))
    assert LEAVES_MS <= second <= LEAVES_MS + SOON_MS
    assert second + LINES_MS // 2 <= third <= second + LINES_MS // 2 + TICK_MS
    assert sorted(published) == ["ann added", "ann removed", "bob added", "bob removed"]
