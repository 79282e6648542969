"""Dead letters as lines lose nothing on the way there and back."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagger.codecs.letter_lines import (
    LetterLineError,
    PlacedLetter,
    letter_from_line,
    letter_line,
)
from tagger.domain.dead_letters import DeadLetter, DeadLetterCode

BYTES = st.none() | st.binary(max_size=20) | st.text(max_size=20).map(str.encode)
LETTERS = st.builds(
    DeadLetter,
    topic=st.text(max_size=9),
    partition=st.integers(0, 99),
    offset=st.integers(0, 2**62),
    timestamp=st.integers(-1, 2**62),
    key=BYTES,
    value=BYTES,
    headers=st.lists(st.tuples(st.text(max_size=9), BYTES), max_size=3).map(tuple),
    code=st.sampled_from(DeadLetterCode),
    detail=st.text(max_size=20),
)
PLACED = st.builds(PlacedLetter, st.integers(0, 99), st.integers(0, 2**62), LETTERS)
LETTER = DeadLetter("t", 0, 5, 9, b"c-1", b'{"a":1}', (), DeadLetterCode.MISSING_FIELD, "x")


@given(PLACED)
def test_a_letter_comes_back_as_it_was(placed: PlacedLetter) -> None:
    line = letter_line(placed)
    assert line.count(b"\n") == 1
    assert letter_from_line(line) == placed


def test_a_text_can_be_edited_as_a_text() -> None:
    fields = json.loads(letter_line(PlacedLetter(0, 1, LETTER)))
    assert fields["value"] == '{"a":1}'
    fields["value"] = '{"a":2}'
    assert letter_from_line(json.dumps(fields).encode()).letter.value == b'{"a":2}'


@pytest.mark.parametrize(
    "edit",
    [
        {"code": "no-such-code"},
        {"place": "here"},
        {"value": {"base64": "!"}},
        {"value": 3},
        {"valeu": "x"},
    ],
)
def test_an_edit_that_cannot_be_meant_is_refused(edit: dict[str, object]) -> None:
    fields = json.loads(letter_line(PlacedLetter(0, 1, LETTER))) | edit
    with pytest.raises(LetterLineError):
        letter_from_line(json.dumps(fields).encode())
