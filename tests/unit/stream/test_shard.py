"""One shard, one call at a time."""

from collections.abc import Callable

import pytest

from tagger.codecs.decode_outputs import decode_outcome
from tagger.domain.dead_letters import DeadLetterCode
from tagger.stream.log import Batch, Checkpoint, Committed, EndOffsets, LogRecord
from tagger.stream.metadata import ClockMetadata, MetadataError, decode_metadata
from tagger.stream.murmur2 import partition_of
from tagger.stream.shard import Shard

from .deciding import TwoWithinTenSeconds
from .kit import START, TOPICS, batch, changes, command, compacted, event, names, parts


def opened(decider: TwoWithinTenSeconds | None = None, **settings: int) -> Shard:
    return Shard(0, parts(decider, **settings), {})


def ends(as_of: int, **offsets: int) -> EndOffsets:
    by_topic = {topic: offsets.get(kind, 0) for topic, kind in TOPICS.inputs().items()}
    return EndOffsets(START + as_of, {(topic, 0): end for topic, end in by_topic.items()})


def caught_up(shard: Shard, at: int, **offsets: int) -> None:
    shard.answered(ends(at, **offsets), START + at, START + at)


def taken(shard: Shard) -> Checkpoint:
    checkpoint = shard.take_checkpoint()
    assert checkpoint is not None
    return checkpoint


def always() -> bool:
    """Goes on with a sweep until nothing is due."""
    return True


def times(count: int) -> Callable[[], bool]:
    """Goes on with a sweep until so many alarms have rung."""
    left = iter(range(count - 1, -1, -1))
    return lambda: bool(next(left))


def letter_codes(checkpoint: Checkpoint) -> list[str]:
    return [
        value.decode()
        for output in checkpoint.outputs
        for name, value in output.headers
        if name == "dead_letter_code" and value is not None
    ]


def test_nothing_is_opened_that_customers_have_left() -> None:
    left = ClockMetadata(partitions=4, moved_to="browse-p4").encode()
    with pytest.raises(MetadataError, match="browse-p4"):
        Shard(0, parts(), {TOPICS.browse: Committed(7, left)})


def test_a_live_event_is_decided_at_once() -> None:
    shard = opened()
    caught_up(shard, 0)
    shard.receive(batch("browse", (0, 10, event("browse", "b1", "c", 10))), START + 11)
    shard.receive(batch("purchase", (0, 20, event("purchase", "p1", "c", 20))), START + 21)
    checkpoint = taken(shard)
    assert names(compacted(checkpoint.outputs)) == {"c": ["busy"]}
    assert checkpoint.offsets == {TOPICS.browse: 1, TOPICS.purchase: 1}
    assert [key for key, _ in checkpoint.changelog] == [b"c"]


def test_one_changelog_record_and_one_map_of_tags_for_each_changed_customer() -> None:
    shard = opened()
    caught_up(shard, 0)
    events = [(n, n, event("browse", f"b{n}", "c", n)) for n in range(5)]
    shard.receive(batch("browse", *events), START + 10)
    shard.receive(
        batch(
            "command", (0, 10, command("k1", "c", 10)), (1, 10, command("k2", "c", 10, "remove"))
        ),
        START + 11,
    )
    checkpoint = taken(shard)
    topics = [output.topic for output in checkpoint.outputs]
    assert len(checkpoint.changelog) == 1
    assert topics.count(TOPICS.current_tags) == 1
    assert topics.count(TOPICS.tag_change) == 3


def test_nothing_happened_means_no_checkpoint() -> None:
    shard = opened()
    assert shard.take_checkpoint() is None
    caught_up(shard, 0)
    shard.receive(batch("browse", (0, 0, event("browse", "b1", "c", 0))), START)
    assert shard.take_checkpoint() is not None
    caught_up(shard, 50, browse=1)
    assert shard.take_checkpoint() is None


def test_a_record_that_waits_is_not_done() -> None:
    shard = opened()
    caught_up(shard, 0, chat=1)
    shard.receive(batch("browse", (0, 10, event("browse", "b1", "c", 10))), START + 11)
    assert shard.take_checkpoint() is None
    shard.receive(batch("chat", (0, 5, event("chat", "h1", "c", 5))), START + 11)
    assert taken(shard).offsets == {TOPICS.browse: 1, TOPICS.chat: 1}


def test_records_that_were_done_are_dropped_and_gaps_are_read_over() -> None:
    decider = TwoWithinTenSeconds()
    shard = Shard(0, parts(decider), {TOPICS.browse: Committed(3, "")})
    caught_up(shard, 0)
    old_and_new = batch(
        "browse",
        (2, 1, event("browse", "b2", "c", 1)),
        (3, 2, event("browse", "b3", "c", 2)),
        (9, 3, event("browse", "b9", "c", 3)),
    )
    assert shard.receive(old_and_new, START + 5) == 2
    assert shard.receive(old_and_new, START + 5) == 0
    assert decider.seen == ["b3", "b9"]
    assert taken(shard).offsets == {TOPICS.browse: 10}


def test_commands_overtake_waiting_events_and_move_no_clock() -> None:
    decider = TwoWithinTenSeconds()
    shard = opened(decider)
    caught_up(shard, 0, chat=1)
    shard.receive(batch("browse", (0, 10, event("browse", "b1", "c", 10))), START + 11)
    before = shard.frontier.at
    shard.receive(batch("command", (0, 9_000, command("k1", "c", 9_000))), START + 9_000)
    assert decider.seen == ["k1"]
    assert shard.frontier.at == before
    checkpoint = taken(shard)
    assert checkpoint.offsets == {TOPICS.command: 1}
    outcomes = [o for o in checkpoint.outputs if o.topic == TOPICS.command_outcome]
    assert [decode_outcome(o.value).status for o in outcomes] == ["done"]


def test_a_refused_command_of_an_unknown_customer_leaves_no_profile() -> None:
    shard = opened()
    shard.receive(batch("command", (0, 0, command("k1", "c", 0, "erase"))), START)
    checkpoint = taken(shard)
    assert checkpoint.changelog == ()
    assert [o.topic for o in checkpoint.outputs] == [TOPICS.command_outcome]


@pytest.mark.parametrize(
    ("record", "code"),
    [
        (LogRecord(0, START, b"c", b"{broken"), DeadLetterCode.UNDECODABLE),
        (LogRecord(0, START, b"c", None), DeadLetterCode.UNDECODABLE),
        (LogRecord(0, START, b"x", event("browse", "b", "c", 0)), DeadLetterCode.WRONG_KEY),
        (LogRecord(0, START, None, event("browse", "b", "c", 0)), DeadLetterCode.WRONG_KEY),
        (LogRecord(0, START, b"c", event("browse", "b", "c", 301_000)), DeadLetterCode.FAR_FUTURE),
        (
            LogRecord(0, START + 999_000, b"c", event("browse", "b", "c", 301_000)),
            DeadLetterCode.FAR_FUTURE,
        ),
        (LogRecord(0, -1, b"c", event("browse", "b", "c", 301_000)), DeadLetterCode.FAR_FUTURE),
    ],
)
def test_bad_records_become_dead_letters_and_the_rest_goes_on(
    record: LogRecord, code: DeadLetterCode
) -> None:
    decider = TwoWithinTenSeconds()
    shard = opened(decider)
    caught_up(shard, 0)
    good = LogRecord(1, START, b"c", event("browse", "good", "c", 0))
    shard.receive(Batch(TOPICS.browse, 0, (record, good)), START)
    checkpoint = taken(shard)
    assert letter_codes(checkpoint) == [code.value]
    assert (checkpoint.outputs[0].key, checkpoint.outputs[0].value) == (record.key, record.value)
    assert decider.seen == ["good"]
    assert checkpoint.offsets == {TOPICS.browse: 2}


def test_a_key_of_another_partition_is_a_dead_letter_for_events_and_commands() -> None:
    customer = next(c for c in ("c-1", "c-2", "c-3", "c-4") if partition_of(c.encode(), 2) == 1)
    shard = opened(partitions=2)
    caught_up(shard, 0)
    for topic, value in (
        (TOPICS.browse, event("browse", "b", customer, 0)),
        (TOPICS.command, command("k", customer, 0)),
    ):
        record = LogRecord(0, START, customer.encode(), value)
        shard.receive(Batch(topic, 0, (record,)), START)
    assert letter_codes(taken(shard)) == ["wrong-partition", "wrong-partition"]


def test_an_event_just_within_the_skew_is_taken() -> None:
    decider = TwoWithinTenSeconds()
    shard = opened(decider)
    caught_up(shard, 0)
    shard.receive(batch("browse", (0, 0, event("browse", "b", "c", 300_000))), START)
    assert decider.seen == ["b"]
    caught_up(shard, 10, browse=1)
    assert shard.frontier.at == START + 10 - 2_000


def test_a_far_future_event_moves_no_clock() -> None:
    shard = opened()
    shard.receive(batch("browse", (0, 0, event("browse", "b", "c", 301_000))), START)
    assert shard.readings[1].mark < START


def test_deadlines_of_idle_customers_are_run_in_slices_and_only_up_to_the_clock() -> None:
    shard = opened(grace_ms=0)
    caught_up(shard, 0)
    for number in range(6):
        customer = f"c{number}"
        events = [(2 * number + n, n, event("browse", f"{n}", customer, n)) for n in (0, 1)]
        shard.receive(batch("browse", *events, key=customer), START + 2)
    caught_up(shard, 9_999, browse=12)
    assert shard.sweep(START + 9_999, always) == 0
    caught_up(shard, 10_001, browse=12)
    assert [shard.sweep(START + 10_001, times(4)) for _ in range(3)] == [4, 2, 0]
    removed = [c for c in changes(taken(shard).outputs) if c.op == "removed"]
    assert {c.customer_id for c in removed} == {f"c{n}" for n in range(6)}
    assert {c.effective_at for c in removed} == {START + 10_000}


def test_profiles_deadlines_and_clock_come_back_from_a_checkpoint() -> None:
    first = opened(grace_ms=0)
    caught_up(first, 0)
    first.receive(
        batch(
            "browse", (0, 1, event("browse", "b1", "c", 1)), (1, 2, event("browse", "b2", "c", 2))
        ),
        START + 3,
    )
    checkpoint = taken(first)
    committed = {t: Committed(o, checkpoint.metadata) for t, o in checkpoint.offsets.items()}
    second = Shard(0, parts(grace_ms=0), committed)
    second.restore([(key, value) for key, value in checkpoint.changelog if value is not None])
    assert second.frontier.at == decode_metadata(checkpoint.metadata).frontier == first.frontier.at
    assert second.readings[1].mark == START + 2
    caught_up(second, 20_000, browse=2)
    second.sweep(START + 20_000, always)
    restored = [(c.sequence, c.op, c.effective_at - START) for c in changes(taken(second).outputs)]
    assert restored == [(2, "removed", 10_001)]


def test_a_batch_of_a_topic_that_is_no_input_is_refused() -> None:
    with pytest.raises(LookupError, match="not an input topic"):
        opened().receive(Batch("other.v1", 0, (LogRecord(0, 0, b"", b""),)), START)
