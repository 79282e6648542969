"""Shards open whole, close at once, and admit nothing that is not theirs to read now."""

from hypothesis import given
from hypothesis import strategies as st

from tagger.stream.kafka.assignment import NOWHERE, Assignment, Partition

TOPICS = ("a", "b", "c")
SHARDS = (0, 1)
PARTITIONS = [(topic, shard) for topic in TOPICS for shard in SHARDS]
some = st.lists(st.sampled_from(PARTITIONS), unique=True)
"""Partitions of one callback."""


def _starts(shards: frozenset[int], at: int = 0) -> dict[Partition, int]:
    return {(topic, shard): at for topic in TOPICS for shard in shards}


@given(st.lists(some, max_size=6))
def test_a_shard_opens_exactly_once_and_only_when_all_its_topics_are_there(
    callbacks: list[list[Partition]],
) -> None:
    assignment = Assignment(TOPICS)
    held: set[Partition] = set()
    opened: list[int] = []
    for gained in callbacks:
        held.update(gained)
        shards = assignment.gain(gained)
        assert all({(topic, shard) for topic in TOPICS} <= held for shard in shards)
        assignment.open(_starts(shards))
        opened += shards
    whole = [n for n in SHARDS if {(topic, n) for topic in TOPICS} <= held]
    assert sorted(opened) == whole
    assert assignment.open_shards == frozenset(whole)
    assert assignment.settled == ({shard for _, shard in held} == set(whole))


@given(some)
def test_a_shard_that_lost_a_topic_admits_nothing_and_opens_again_when_it_is_back(
    gone: list[Partition],
) -> None:
    assignment = Assignment(TOPICS)
    assignment.open(_starts(assignment.gain(PARTITIONS)))
    epochs = {shard: assignment.epoch(shard) for shard in SHARDS}
    closed = assignment.give(gone)
    assert closed == {shard for _, shard in gone}
    for topic, shard in PARTITIONS:
        assert assignment.admitted_from((topic, shard)) == (NOWHERE if shard in closed else 0)
    assert {n for n in SHARDS if assignment.epoch(n) != epochs[n]} == closed
    assert assignment.gain(gone) == closed


def test_records_before_the_position_are_not_admitted() -> None:
    assignment = Assignment(TOPICS)
    assignment.open(_starts(assignment.gain([(topic, 0) for topic in TOPICS]), at=7))
    assert assignment.admitted_from(("a", 0)) == 7
    assignment.advance(("a", 0), 9)
    assert assignment.admitted_from(("a", 0)) == 9


def test_markers_after_the_last_record_do_not_count_as_unread() -> None:
    assignment = Assignment(TOPICS)
    assignment.open(_starts(assignment.gain([(topic, 0) for topic in TOPICS])))
    assignment.advance(("a", 0), 3)
    assert assignment.readable_end(("a", 0), 5) == 5
    assignment.saw_end(("a", 0), 5)
    assert assignment.readable_end(("a", 0), 5) == 3
    assert assignment.readable_end(("a", 0), 6) == 6


def test_what_was_seen_of_an_end_is_forgotten_with_the_shard() -> None:
    assignment = Assignment(TOPICS)
    shard = [(topic, 0) for topic in TOPICS]
    assignment.open(_starts(assignment.gain(shard)))
    assignment.advance(("a", 0), 5)
    assignment.saw_end(("a", 0), 5)
    assignment.give(shard)
    assignment.gain(shard)
    assert assignment.readable_end(("a", 0), 5) == 5
    assignment.open(_starts(frozenset({0}), at=2))
    assert assignment.readable_end(("a", 0), 5) == 5


def test_a_tenure_ends_for_the_shards_that_are_given_away_and_no_others() -> None:
    assignment = Assignment(TOPICS)
    before = [assignment.tenure(shard) for shard in SHARDS]
    assignment.end_tenure([1])
    assert assignment.tenure(0) == before[0]
    assert assignment.tenure(1) != before[1]
