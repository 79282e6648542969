"""One situation each: nothing ends early, an idle customer's tag leaves at its own instant, and
what comes late is put right."""

import pytest

from tagger.domain.tags import Cause, Op
from tagger.stream.log import Checkpoint, Log
from tagger.stream.parts import Parts
from tagger.stream.script import (
    AddPartitions,
    Advance,
    Crash,
    Drain,
    Leaderless,
    Outage,
    Rebalance,
    SetClock,
    Step,
    Withhold,
    run,
)
from tagger.stream.simulated import SimulatedLog, SimulatedMember
from tagger.stream.worker import Worker

from .kit import START, TOPICS, changes, parts, written

GRACE_MS = 2_000
SOON_MS = 300
"""A tag has left so long after the clock may pass its instant, ticks and a commit included."""
MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
OPEN = Rebalance({0: "a"})
BUSY: list[Step] = [written("browse", "b1", "c", 0), written("purchase", "p1", "c", 400)]
"""Two events, with which the customer is busy until 10,000."""
LEAVES = ("removed", 10_000, "time")

Told = tuple[int, Op, int, Cause]
"""When a change was published, and what it says; instants count from START."""


class NotingLog(SimulatedLog):
    """Remembers when each change was published."""

    def __init__(self) -> None:
        super().__init__(partitions=1, now=START)
        self.told: list[Told] = []

    def publish(self, checkpoint: Checkpoint) -> None:
        super().publish(checkpoint)
        for change in changes(checkpoint.outputs):
            said = change.op, change.effective_at - START, change.cause
            self.told.append((self.now - START, *said))


def told(*script: Step, shared: Parts | None = None) -> list[Told]:
    """What is published while a script is carried out, by workers that a shard is given to."""
    log = NotingLog()
    run(script, log, lambda port: Worker(port, parts() if shared is None else shared))
    return log.told


def ends(published: list[Told]) -> list[Told]:
    """The changes that take a tag away."""
    return [each for each in published if each[1] == "removed"]


def passing(ms: int) -> list[Step]:
    """Everything goes on for a while."""
    return [Drain(rounds=ms // 100, by_ms=100)]


def leaves_at_its_instant(published: list[Told]) -> None:
    """The tag went once, by time, at its own instant, as soon as the clock had passed that."""
    ((at, *said),) = ends(published)
    assert tuple(said) == LEAVES
    assert 10_000 + GRACE_MS <= at <= 10_000 + GRACE_MS + SOON_MS


def test_two_topics_that_are_empty_hold_nobody_back() -> None:
    leaves_at_its_instant(told(OPEN, *BUSY, *passing(20_000)))


def test_topics_that_fell_silent_hold_nobody_back() -> None:
    once = [written("profile", "x", "d", 0), written("chat", "x", "e", 0)]
    leaves_at_its_instant(told(OPEN, *once, *BUSY, *passing(20_000)))


def test_a_lagging_topic_ends_nothing_until_it_was_read_and_then_counts_where_it_belongs() -> None:
    withheld = [Withhold(TOPICS.chat), written("chat", "h1", "c", 9_500)]
    waiting = [OPEN, *passing(500), *BUSY, *passing(9_000), *withheld, *passing(MINUTE)]
    assert ends(told(*waiting)) == []
    published = told(*waiting, Withhold(TOPICS.chat, released=True), *passing(2_000))
    assert [said for _, *said in published] == [
        ["added", 400, "event"],
        ["removed", 10_400, "time"],
    ]


def test_a_topic_that_is_paused_because_it_is_far_ahead_ends_nothing() -> None:
    ahead = [written("browse", f"x{n}", "d", 500 + 700 * n) for n in range(40)]
    behind = written("chat", "h1", "c", 9_500)
    waiting = [OPEN, Withhold(TOPICS.chat), behind, *BUSY, *ahead, Advance(30_000), *passing(9_000)]
    few = parts(high_water=8, low_water=2)
    assert told(*waiting, shared=few) == []
    published = told(*waiting, Withhold(TOPICS.chat, released=True), *passing(9_000), shared=few)
    assert ("removed", 10_400, "time") in [tuple(said) for _, *said in published]
    assert {cause for *_, cause in published} == {"event", "time"}


def test_events_that_come_long_after_they_happened_bring_a_tag_back_as_a_correction() -> None:
    tardy = [written("chat", f"h{at}", "c", at, lag=15_000 - at) for at in (11_000, 11_500)]
    published = told(OPEN, *BUSY, *passing(15_000), *tardy, *passing(9_000))
    leaves_at_its_instant(published[:2])
    (_, op, came_back_at, cause), left = published[2:]
    assert (op, cause) == ("added", "correction")
    assert came_back_at >= 15_000 - GRACE_MS - SOON_MS
    assert left[1:] == ("removed", 21_000, "time")


def test_a_worker_that_was_down_for_two_days_ends_nothing_before_it_has_read_the_backlog() -> None:
    worked: list[Step] = [OPEN, *BUSY, *passing(1_000), Crash("a"), Advance(5_000)]
    meanwhile: list[Step] = [
        written("chat", "h1", "c", 9_000),
        Advance(DAY),
        written("browse", "b2", "c", DAY),
        written("purchase", "p2", "c", DAY + 500),
        Advance(DAY),
    ]
    published = told(*worked, *meanwhile, Rebalance({0: "b"}), *passing(1_000))
    assert [said for _, *said in published] == [
        ["added", 400, "event"],
        ["removed", 10_400, "time"],
        ["added", DAY + 500, "event"],
        ["removed", DAY + 10_000, "time"],
    ]


def test_while_the_broker_is_away_nothing_ends_and_afterwards_everything_at_its_instant() -> None:
    away = [OPEN, *BUSY, *passing(5_000), Outage(), *passing(MINUTE)]
    assert ends(told(*away)) == []
    ((at, *said),) = ends(told(*away, Outage(over=True), *passing(1_000)))
    assert tuple(said) == LEAVES
    assert at <= 5_000 + MINUTE + SOON_MS


def test_a_partition_without_a_leader_ends_nothing_until_it_is_read_again() -> None:
    away = [Leaderless(TOPICS.chat, 0), written("chat", "h1", "c", 9_500)]
    silent = [OPEN, *BUSY, *passing(9_000), *away, *passing(MINUTE)]
    assert ends(told(*silent)) == []
    published = told(*silent, Leaderless(TOPICS.chat, 0, over=True), *passing(2_000))
    assert [said for _, *said in ends(published)] == [["removed", 10_400, "time"]]


@pytest.mark.parametrize("ahead_ms", [3 * MINUTE, DAY])
def test_a_wall_clock_that_is_set_ahead_ends_nothing_early_nor_late(ahead_ms: int) -> None:
    step = SetClock("a", ahead_ms)
    leaves_at_its_instant(told(OPEN, *BUSY, *passing(1_000), step, *passing(20_000)))


@pytest.mark.parametrize("back_ms", [3 * MINUTE, DAY])
def test_a_wall_clock_that_is_set_back_ends_nothing_early_and_stops_nothing_else(
    back_ms: int,
) -> None:
    back = [OPEN, *BUSY, *passing(1_000), SetClock("a", -back_ms), *passing(20_000)]
    live = [written("browse", "b2", "d", 21_000), written("chat", "h2", "d", 21_000)]
    published = told(*back, *live, *passing(500))
    assert [said for _, *said in published] == [
        ["added", 400, "event"],
        ["added", 21_000, "event"],
    ]
    again = [SetClock("a", back_ms), *passing(500)]
    assert [said for _, *said in ends(told(*back, *again))] == [list(LEAVES)]


def test_a_clock_that_was_wrong_and_is_set_right_is_followed_with_the_next_record() -> None:
    """Behind by an hour from before the first tick on; the shard lives by its records meanwhile."""
    wrong = [OPEN, SetClock("a", -HOUR), *passing(6 * MINUTE)]
    right = [SetClock("a", HOUR), written("browse", "x", "d", 6 * MINUTE), *passing(500)]
    busy = [written("browse", "b1", "c", 6 * MINUTE), written("chat", "h1", "c", 6 * MINUTE)]
    ((at, *said),) = ends(told(*wrong, *right, *busy, *passing(20_000)))
    assert said == ["removed", 6 * MINUTE + 10_000, "time"]
    assert at <= 6 * MINUTE + 10_000 + GRACE_MS + SOON_MS


def test_a_worker_whose_clock_is_behind_the_stored_one_says_so_and_ends_nothing_early(
    caplog: pytest.LogCaptureFixture,
) -> None:
    class BehindByAnHour(Worker):
        def __init__(self, log: Log, shared: Parts) -> None:
            assert isinstance(log, SimulatedMember)
            log.wall_error_ms = -HOUR if log.name == "b" else 0
            super().__init__(log, shared)

    log = NotingLog()
    script = [OPEN, *BUSY, *passing(5_000), Crash("a"), Rebalance({0: "b"}), *passing(20_000)]
    run(script, log, lambda port: BehindByAnHour(port, parts()))
    assert ends(log.told) == []
    (line,) = caplog.messages
    assert "stored clock of shard 0 is 3593.100 s ahead" in line


def test_partitions_that_are_added_hold_the_clock_but_not_live_events() -> None:
    added = [OPEN, *BUSY, *passing(5_000), AddPartitions(TOPICS.chat, 2), *passing(MINUTE)]
    assert ends(told(*added)) == []
    live = [
        written("browse", "b2", "d", 5_000 + MINUTE),
        written("purchase", "p2", "d", 5_000 + MINUTE),
    ]
    published = told(*added, *live, *passing(300))
    assert [said for _, *said in published[1:]] == [["added", 5_000 + MINUTE, "event"]]


def test_offsets_that_an_operator_rewinds_change_nothing() -> None:
    class Rewind(Step, frozen=True):
        async def happen(self, simulation: object) -> None:
            log.committed.clear()

    log = NotingLog()
    again = [Crash("a"), Rewind(), Rebalance({0: "b"}), *passing(5_000)]
    run([OPEN, *BUSY, *passing(20_000), *again], log, lambda port: Worker(port, parts()))
    leaves_at_its_instant(log.told)
    assert len(log.told) == 2
