"""The mark that a transaction leaves beside the offsets that it commits."""

import json

from hypothesis import given
from hypothesis import strategies as st

from tagger.stream.kafka.commit_marks import has_mark, with_mark, without_mark
from tagger.stream.metadata import ClockMetadata, decode_metadata

_marks = st.from_regex(r"[0-9a-f]{12}-[1-9][0-9]{0,9}", fullmatch=True)
_clocks = st.builds(
    ClockMetadata,
    frontier=st.integers(-(2**50), 2**50),
    marks=st.dictionaries(st.sampled_from(["a", "b"]), st.integers(0, 2**50)),
    pack=st.text(max_size=8),
)


@given(_clocks, _marks)
def test_a_clock_with_a_mark_is_the_same_clock_to_whoever_knows_no_marks(
    clock: ClockMetadata, mark: str
) -> None:
    marked = with_mark(clock.encode(), mark)
    assert decode_metadata(marked) == clock
    assert without_mark(marked) == clock.encode()


@given(st.text() | st.dictionaries(st.text(), st.integers(), min_size=1).map(json.dumps), _marks)
def test_any_text_comes_back_as_it_was(text: str, mark: str) -> None:
    assert without_mark(with_mark(text, mark)) == text


@given(st.text(), _marks, _marks)
def test_a_mark_is_found_and_no_other(text: str, mark: str, other: str) -> None:
    marked = with_mark(text, mark)
    assert has_mark(marked, mark)
    assert has_mark(marked, other) == (mark == other)
    assert not has_mark(text, mark)


def test_offsets_that_were_committed_without_a_clock_stay_without_one() -> None:
    marked = with_mark("", "0123456789ab-1")
    assert decode_metadata(marked).frontier == ClockMetadata().frontier
    assert without_mark(marked) == ""
