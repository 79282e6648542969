"""The clock that goes with committed offsets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagger.engine.step import BEFORE_TIME
from tagger.stream.log import Committed
from tagger.stream.metadata import ClockMetadata, decode_metadata, restored_clock

_instants = st.integers(-(2**50), 2**50)


_topics = st.sampled_from(["a.v1", "b.v1", "c.v1"])


@given(
    _instants,
    st.dictionaries(_topics, _instants),
    st.dictionaries(_topics, st.tuples(_instants, st.integers(0, 2**62))),
)
def test_what_is_committed_comes_back(
    frontier: int, marks: dict[str, int], proven: dict[str, tuple[int, int]]
) -> None:
    clock = ClockMetadata(
        frontier=frontier, marks=marks, pack="carts 3", partitions=12, proven=proven
    )
    text = clock.encode()
    assert decode_metadata(text) == clock
    assert len(text) < 4_096


def test_each_topic_takes_the_mark_of_its_own_offset_and_all_the_newest_clock() -> None:
    old = ClockMetadata(frontier=5, marks={"a": 5, "b": 4}).encode()
    new = ClockMetadata(frontier=9, marks={"a": 9, "b": 8}).encode()
    clock = restored_clock({"a": Committed(1, old), "b": Committed(7, new)})
    assert clock.frontier == 9
    assert clock.marks == {"a": 5, "b": 8}


def test_each_topic_takes_the_newest_instant_that_is_proven_of_it() -> None:
    old = ClockMetadata(frontier=5, proven={"a": (50, 3), "b": (40, 0)}).encode()
    new = ClockMetadata(frontier=9, proven={"a": (90, 3), "b": (40, 0), "c": (10, 0)}).encode()
    clock = restored_clock({"a": Committed(1, old), "b": Committed(7, new)})
    assert clock.proven == {"a": (90, 3), "b": (40, 0), "c": (10, 0)}


def test_offsets_that_an_operator_reset_start_a_new_clock() -> None:
    assert restored_clock({"a": Committed(0, "")}).frontier == BEFORE_TIME


def test_fields_of_a_newer_program_do_no_harm() -> None:
    text = '{"version": 1, "frontier": 7, "later": {"a": 1}}'
    assert decode_metadata(text) == ClockMetadata(frontier=7)


@pytest.mark.parametrize(
    ("text", "said"),
    [("offsets by hand", "a group of its own"), ('{"version": 9}', "run a newer one")],
)
def test_says_who_is_at_fault_when_the_text_is_not_ours(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        decode_metadata(text)
