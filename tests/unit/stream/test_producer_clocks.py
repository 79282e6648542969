"""What is said about producers whose clocks are wrong, and about events that come late."""

import pytest

from tagger.codecs.dead_letters import letter_of
from tagger.domain.dead_letters import DeadLetterCode
from tagger.stream.log import Batch, EndOffsets, LogRecord
from tagger.stream.parts import Parts
from tagger.stream.shard import Shard

from .deciding import TwoWithinTenSeconds
from .kit import START, TOPICS, batch, command, event, parts

DAY_MS = 86_400_000


def open_shard(shared: Parts, at: int = 0) -> Shard:
    """A shard that has read all there is."""
    shard = Shard(0, shared, {})
    nothing = dict.fromkeys(((topic, 0) for topic in TOPICS.inputs()), 0)
    shard.answered(EndOffsets(START + at, nothing), 0, START + at)
    return shard


def sample(shared: Parts, name: str, **labels: str) -> float | None:
    return shared.telemetry.registry.get_sample_value(name, labels)


def detail_of(shard: Shard) -> str:
    """What is said about the one record that was rejected."""
    checkpoint = shard.take_checkpoint()
    assert checkpoint is not None
    letters = [letter_of(o.key, o.value, o.headers) for o in checkpoint.outputs]
    (letter,) = letters
    assert letter.code is DeadLetterCode.FAR_FUTURE
    return letter.detail


@pytest.mark.parametrize(
    ("written_at", "read_at", "against"),
    [(1_000, 5_000, "its record's timestamp"), (5_000, 1_000, "the worker's clock")],
)
def test_a_dead_letter_of_the_far_future_says_how_far_and_against_which_clock(
    written_at: int, read_at: int, against: str
) -> None:
    shard = open_shard(parts())
    value = event("browse", "b", "c", 1_000 + DAY_MS)
    shard.receive(batch("browse", (0, written_at, value)), START + read_at)
    detail = detail_of(shard)
    assert f"lies {DAY_MS} ms after {against}" in detail
    assert "at most 300000 ms" in detail


def test_a_command_of_the_far_future_says_how_far_too() -> None:
    shard = open_shard(parts())
    shard.receive(batch("command", (0, 0, command("k", "c", DAY_MS))), START)
    assert f"lies {DAY_MS} ms after" in detail_of(shard)


def test_a_worker_whose_clock_is_behind_its_shards_rejects_nothing_that_the_shard_has_reached() -> (
    None
):
    decider = TwoWithinTenSeconds()
    shard = open_shard(parts(decider), at=DAY_MS)
    live = LogRecord(0, START + DAY_MS, b"c", event("browse", "b", "c", DAY_MS))
    shard.receive(Batch(TOPICS.browse, 0, (live,)), START)
    assert decider.seen == ["b"]


def test_the_widest_skews_of_a_batch_are_measured_rejected_events_included() -> None:
    shared = parts()
    shard = open_shard(shared)
    records = [
        (0, 0, event("browse", "b0", "c", -90_000)),
        (1, 0, event("browse", "b1", "c", 5_000)),
        (2, 0, event("browse", "b2", "c", 7_200_000)),
    ]
    shard.receive(batch("browse", *records), START)

    def up_to(seconds: str) -> float | None:
        name = "tagger_event_skew_seconds_bucket"
        return sample(shared, name, topic=TOPICS.browse, le=seconds)

    assert [up_to("-300.0"), up_to("-60.0"), up_to("3600.0"), up_to("86400.0")] == [0, 1, 1, 2]


def test_records_that_hold_no_event_have_no_skew() -> None:
    shared = parts()
    open_shard(shared).receive(batch("browse", (0, 0, b"{broken")), START)
    assert sample(shared, "tagger_event_skew_seconds_count", topic=TOPICS.browse) is None


def test_late_events_say_how_late_they_were_by_type() -> None:
    shared = parts(grace_ms=0)
    shard = open_shard(shared, at=100_000)
    records = [
        (0, 100_000, event("browse", "b0", "c", 101_000)),
        (1, 100_000, event("browse", "b1", "c", 97_000)),
        (2, 100_000, event("browse", "b1", "c", 97_000)),
    ]
    shard.receive(batch("browse", *records), START + 100_000)
    unknown = batch("chat", (0, 0, event("chat", "h", "d", 40_000)), key="d")
    shard.receive(unknown, START + 100_000)

    def late(kind: str) -> tuple[float | None, float | None]:
        return (
            sample(shared, "tagger_event_lateness_seconds_count", type=kind),
            sample(shared, "tagger_event_lateness_seconds_sum", type=kind),
        )

    assert late("browse") == (1, 4.0)
    assert late("chat") == (1, 60.0)
    assert late("purchase") == (None, None)
