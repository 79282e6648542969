"""The clock that goes with committed offsets."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagger.engine.step import BEFORE_TIME
from tagger.stream.changelog_record import READABLE
from tagger.stream.log import Committed
from tagger.stream.metadata import (
    ClockMetadata,
    MetadataError,
    decode_metadata,
    decoded,
    refuse_moved,
    restored_clock,
)

_instants = st.integers(-(2**50), 2**50)


_topics = st.sampled_from(["a.v1", "b.v1", "c.v1"])


@given(
    st.sampled_from(READABLE),
    _instants,
    st.dictionaries(_topics, _instants),
    st.dictionaries(_topics, st.tuples(_instants, st.integers(0, 2**62))),
    st.dictionaries(_topics, st.tuples(_instants, st.integers(0, 2**62))),
)
def test_what_is_committed_comes_back(
    version: int,
    frontier: int,
    marks: dict[str, int],
    proven: dict[str, tuple[int, int]],
    waiting: dict[str, tuple[int, int]],
) -> None:
    clock = ClockMetadata(
        version=version,
        frontier=frontier,
        marks=marks,
        pack="carts 3",
        partitions=12,
        proven=proven,
        moved_to="a.v1-p32",
        waiting=waiting,
    )
    text = clock.encode()
    assert decode_metadata(text) == clock
    assert len(text) < 4_096


def test_each_topic_takes_the_mark_of_its_own_offset_and_all_the_newest_clock() -> None:
    old = ClockMetadata(frontier=5, marks={"a": 5, "b": 4}).encode()
    new = ClockMetadata(frontier=9, marks={"a": 9, "b": 8}).encode()
    clock = restored_clock(decoded({"a": Committed(1, old), "b": Committed(7, new)}))
    assert clock.frontier == 9
    assert clock.marks == {"a": 5, "b": 8}


def test_each_topic_takes_the_newest_instant_that_is_proven_of_it() -> None:
    old = ClockMetadata(frontier=5, proven={"a": (50, 3), "b": (40, 0)}).encode()
    new = ClockMetadata(frontier=9, proven={"a": (90, 3), "b": (40, 0), "c": (10, 0)}).encode()
    clock = restored_clock(decoded({"a": Committed(1, old), "b": Committed(7, new)}))
    assert clock.proven == {"a": (90, 3), "b": (40, 0), "c": (10, 0)}


def test_offsets_that_an_operator_reset_start_a_new_clock() -> None:
    clock = restored_clock(decoded({"a": Committed(0, "")}))
    assert (clock.frontier, clock.version) == (BEFORE_TIME, READABLE[0])


def test_fields_of_a_newer_program_do_no_harm() -> None:
    text = '{"version": 1, "frontier": 7, "later": {"a": 1}}'
    assert decode_metadata(text) == ClockMetadata(version=2, frontier=7)


def test_programs_before_version_3_take_version_2_and_refuse_all_later_ones() -> None:
    written = {version: ClockMetadata(version=version).encode() for version in READABLE}
    told = {version: json.loads(text)["version"] for version, text in written.items()}
    assert told[2] == 1
    assert all(number > 1 for version, number in told.items() if version > 2)


def test_a_shard_is_of_the_newest_version_beside_its_offsets() -> None:
    texts = [ClockMetadata(version=version).encode() for version in (2, 3)]
    for one, other in (texts, texts[::-1]):
        clock = restored_clock(decoded({"a": Committed(1, one), "b": Committed(7, other)}))
        assert clock.version == 3
    assert restored_clock(decoded({})).version == 0


def test_customers_who_were_moved_are_looked_for_in_the_new_topics() -> None:
    here = ClockMetadata(partitions=16)
    refuse_moved([here, ClockMetadata()])
    with pytest.raises(MetadataError, match=r"moved to other topics, a\.v1-p16, b\.v1-p16, and"):
        refuse_moved([here, *(ClockMetadata(16, moved_to=f"{each}.v1-p16") for each in "ba")])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("offsets by hand", "a group of its own"),
        ('{"version": 9}', "state version 9, this program reads 2 and 3: run a newer one"),
        ('{"version": 0}', "state version 0.*run one in between"),
    ],
)
def test_says_who_is_at_fault_when_the_text_is_not_ours(text: str, said: str) -> None:
    with pytest.raises(MetadataError, match=said):
        decode_metadata(text)


def test_a_clock_that_is_opened_again_keeps_what_the_newest_checkpoint_says_besides() -> None:
    older = ClockMetadata(version=2, frontier=5, marks={"browse": 5, "purchase": 4}, pack="a")
    newer = ClockMetadata(version=2, frontier=9, marks={"browse": 9, "purchase": 8}, pack="b")
    clock = restored_clock({"browse": older, "purchase": newer})
    assert (clock.frontier, clock.marks, clock.pack) == (9, {"browse": 5, "purchase": 8}, "b")
