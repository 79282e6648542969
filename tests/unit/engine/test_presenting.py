"""Numbers as they are published, against the plain way to round a fraction."""

from fractions import Fraction
from sys import float_info

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tagger.engine.presenting import presented, published_number

SCALES = st.sampled_from([1, 100, 1_000, 10**8])
NUMBERS = st.integers() | st.integers(-(10**18), 10**18)
HALVES = st.integers(-(10**12), 10**12).map(lambda each: Fraction(2 * each + 1, 2_000_000))


@given(NUMBERS | st.fractions() | HALVES, SCALES)
@example(2**53 + 1, 100)
@example(Fraction(2**60 + 1, 7), 1)
def test_a_number_is_rounded_half_to_even_to_six_decimals(
    value: int | Fraction, scale: int
) -> None:
    rounded = round(Fraction(value) / scale, 6)
    assert published_number(value, scale) == rounded.numerator / rounded.denominator


@pytest.mark.parametrize("value", [10**400, -(10**400), Fraction(10**400, 3)])
def test_a_number_beyond_a_double_is_refused(value: int | Fraction) -> None:
    with pytest.raises(OverflowError):
        published_number(value, 100)


@pytest.mark.parametrize("sign", [1, -1])
def test_a_measured_number_is_shown_as_text_where_no_double_can_hold_it(sign: int) -> None:
    greatest = sign * int(float_info.max)
    assert presented(greatest, 1) == greatest
    for beyond in (2 * greatest, sign * 10**400):
        assert presented(beyond, 1) == str(beyond)
    assert presented(sign * 10**400, 100) == str(sign * 10**400)
