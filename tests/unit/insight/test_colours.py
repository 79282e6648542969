"""Text on the colours of tags."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagger.insight.colours import contrast, text_on

COLOURS = st.integers(0, 0xFFFFFF).map("#{:06x}".format)


@given(COLOURS)
def test_text_can_be_read_on_every_colour(colour: str) -> None:
    assert contrast(text_on(colour), colour) >= 4.5


@given(COLOURS, COLOURS)
def test_contrast_does_not_depend_on_which_is_in_front(one: str, other: str) -> None:
    assert contrast(one, other) == contrast(other, one)
    assert 1 <= contrast(one, other) <= 21.0001


def test_black_on_white_is_the_most() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("wrong", ["", "#12345", "red", "#12345g", "#2e7d32;"])
def test_what_is_no_colour_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="is not a colour"):
        text_on(wrong)
