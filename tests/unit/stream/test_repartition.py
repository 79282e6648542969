"""Where customers, records and clocks go when the number of partitions changes."""

from collections.abc import Iterator

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from tagger.engine.profile import Profile
from tagger.engine.profile_codec import encode_profile
from tagger.engine.step import BEFORE_TIME
from tagger.stream import changelog_record
from tagger.stream.log import LogRecord
from tagger.stream.metadata import ClockMetadata
from tagger.stream.murmur2 import partition_of
from tagger.stream.repartition import (
    clock_after,
    feeding,
    in_order_of_time,
    moved_record,
    state_version,
    topics_after,
)
from tagger.stream.topics import Topics

_counts = st.integers(1, 40)
NAMES = {"browse": "browse-p6", "purchase": "purchase-p6"}


@given(st.binary(min_size=1), _counts, _counts)
def test_every_customer_comes_from_a_partition_that_feeds_the_new_one(
    key: bytes, before: int, after: int
) -> None:
    assert partition_of(key, before) in feeding(partition_of(key, after), before, after)


@given(_counts, _counts)
def test_no_old_partition_is_left_out(before: int, after: int) -> None:
    fed = {number for shard in range(after) for number in feeding(shard, before, after)}
    assert fed == set(range(before))


def test_twice_as_many_partitions_take_from_one_each() -> None:
    assert [list(feeding(shard, 4, 8)) for shard in (0, 5)] == [[0], [1]]


@given(st.lists(st.lists(st.integers(-1, 50), max_size=12), max_size=5))
def test_unread_records_come_in_order_of_time_and_each_partition_in_its_own(
    timestamps: list[list[int]],
) -> None:
    def records(number: int) -> Iterator[LogRecord]:
        for offset, at in enumerate(timestamps[number]):
            yield LogRecord(offset, at, b"k", b"v")

    merged = list(in_order_of_time({each: records(each) for each in range(len(timestamps))}))
    greatest = [
        max(timestamps[number][: record.offset + 1], default=BEFORE_TIME)
        for number, record in merged
    ]
    assert greatest == sorted(greatest)
    for number, expected in enumerate(timestamps):
        found = [record for at, record in merged if at == number]
        assert [record.offset for record in found] == list(range(len(expected)))


def test_a_new_clock_is_that_of_the_shard_furthest_behind() -> None:
    ahead = ClockMetadata(
        version=2, frontier=90, marks={"browse": 95, "purchase": 70}, pack="core", partitions=4
    )
    behind = ClockMetadata(version=2, frontier=60, marks={"browse": 80}, pack="core", partitions=4)
    clock = clock_after([ahead, behind], NAMES, 6, 2)
    assert clock == ClockMetadata(
        version=2, frontier=60, marks={"browse-p6": 80}, pack="core", partitions=6
    )


def test_nothing_is_taken_for_proven_of_a_topic_that_was_never_read() -> None:
    clock = ClockMetadata(frontier=60, proven={"browse": (95, 3)})
    assert clock_after([clock], NAMES, 6, 3).proven == {}


def test_what_waited_in_an_old_topic_says_nothing_of_a_new_one() -> None:
    clock = ClockMetadata(frontier=60, waiting={"browse": (50, 7)})
    assert clock_after([clock], NAMES, 6, 3).waiting == {}


def test_a_shard_that_none_feeds_starts_its_clock() -> None:
    assert clock_after([], NAMES, 6, 2) == ClockMetadata(version=2, partitions=6)


def test_a_shard_without_positions_but_with_records_holds_the_clock_back() -> None:
    clocks = [ClockMetadata(frontier=60), ClockMetadata(version=0)]
    assert clock_after(clocks, NAMES, 6, 3).frontier == BEFORE_TIME


def test_the_state_is_of_the_newest_version_that_may_be_among_the_records() -> None:
    assert state_version([ClockMetadata(version=2), ClockMetadata(version=3)]) == 3
    assert state_version([ClockMetadata(version=2), ClockMetadata(version=0)]) == 2
    assert state_version([]) == changelog_record.VERSION


@given(st.sampled_from(changelog_record.READABLE), st.tuples(st.integers(0, 9)))
def test_a_moved_profile_is_the_same_and_knows_no_offset(
    version: int, alarms: tuple[int, ...]
) -> None:
    profile = Profile("ann", known_since=1, clock_at=7, sequence=3, deadline=9, alarms=alarms)
    offsets = changelog_record.encode_offsets({"browse": 17})
    record = changelog_record.encode(profile, encode_profile(profile), offsets, version)
    moved = moved_record(record)
    assert changelog_record.load(moved) == profile
    assert changelog_record.header(moved).offsets == {}
    assert moved[0] == version


def test_inputs_and_the_changelog_get_new_names_and_outputs_keep_theirs() -> None:
    before = Topics()
    once = topics_after(before, "-p6")
    assert once.purchase == "crm.purchase.v1-p6"
    assert once.profile_changelog == "tagger.profile-changelog.v1-p6"
    kept = set(msgspec.structs.astuple(before)) & set(msgspec.structs.astuple(once))
    assert kept == set(msgspec.structs.astuple(before)) - {
        *before.inputs(),
        before.profile_changelog,
    }
    assert topics_after(once, "-p12").purchase == "crm.purchase.v1-p12"
