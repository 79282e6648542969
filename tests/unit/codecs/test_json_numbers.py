"""Numbers that no double can hold, wherever they stand, end as a rejected record."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tagger.codecs.json_events import JsonEvents
from tagger.domain.dead_letters import RecordError

WORDS = (b'"x"', b'"lines"', b'"type"', b'"purchase"', b'"event_id"', b'"\xff"', b"\xc3")
NUMBERS = (b"1e309", b"-1e999", b"0", b"1" * 400, b"null")
PIECES = st.sampled_from((*WORDS, *NUMBERS, b"{", b"}", b"[", b"]", b",", b":"))


@pytest.mark.parametrize("value", [b'{"x":1e309,', b'{"x":1e309,"y":"\xff"}'])
def test_a_huge_number_before_broken_json(value: bytes) -> None:
    with pytest.raises(RecordError):
        JsonEvents("browse").decode(value)


@settings(max_examples=2_000)
@given(st.lists(PIECES, max_size=14).map(b"".join))
def test_no_bytes_raise_anything_else(tail: bytes) -> None:
    for kind in (None, "purchase", "browse", "profile"):
        try:
            JsonEvents(kind).decode(b"{" + tail)
        except RecordError:
            continue
