"""Tests of fields that are made ready, held against comparing each value with each threshold."""

import operator
from fractions import Fraction

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from tagger.engine.filters import FieldTest, compare
from tagger.rules.plan import Field, FieldKind, Op, Test

from .packs import bought, looked

CHANNELS = st.sampled_from(["", "web", "app", "shop"])
THRESHOLDS = st.lists(st.sampled_from(["web", "app", "1", "2"]), min_size=1) | st.lists(
    st.integers(0, 3), min_size=1
)
OPS = st.sampled_from([Op.IN, Op.EQ, Op.NE])


def _among(op: Op, value: str | int | None, thresholds: list[str] | list[int]) -> bool:
    """What a list, or one threshold, says of a value: nothing holds of one that is unset or of
    another type."""
    if type(value) is not type(thresholds[0]):
        return False
    if op is Op.IN:
        return value in thresholds
    return (value == thresholds[0]) is (op is Op.EQ)


@given(OPS, CHANNELS, THRESHOLDS)
def test_a_text_is_among_the_thresholds_that_it_equals(
    op: Op, channel: str, thresholds: list[str] | list[int]
) -> None:
    test = Test(Field(FieldKind.PLAIN, "channel"), op, tuple(thresholds))
    holds = FieldTest(test).holds(bought(0, channel=channel), 0, "EUR")
    assert holds is _among(op, channel or None, thresholds)
    assert compare(op, channel or None, tuple(thresholds)) is holds


@given(OPS, st.integers(0, 3), THRESHOLDS)
def test_a_number_is_among_the_thresholds_that_it_equals(
    op: Op, quantity: int, thresholds: list[str] | list[int]
) -> None:
    test = Test(Field(FieldKind.PLAIN, "quantity"), op, tuple(thresholds))
    event = msgspec.structs.replace(looked(0), quantity=quantity)
    assert FieldTest(test).holds(event, 0, "") is _among(op, quantity, thresholds)
    assert compare(op, quantity, tuple(thresholds)) is _among(op, quantity, thresholds)


NUMBERS = st.integers(-3, 3) | st.fractions(-3, 3, max_denominator=4)
ORDERS = {
    Op.EQ: operator.eq,
    Op.NE: operator.ne,
    Op.GT: operator.gt,
    Op.GTE: operator.ge,
    Op.LT: operator.lt,
    Op.LTE: operator.le,
}


@given(st.sampled_from(sorted(ORDERS)), NUMBERS, NUMBERS)
def test_numbers_are_compared_as_the_fractions_that_they_are(
    op: Op, value: int | Fraction, threshold: int | Fraction
) -> None:
    assert compare(op, value, (threshold,)) is ORDERS[op](Fraction(value), Fraction(threshold))


@given(NUMBERS, NUMBERS, NUMBERS)
def test_a_number_is_between_two_the_second_not_included(
    value: int | Fraction, low: int | Fraction, high: int | Fraction
) -> None:
    assert compare(Op.BETWEEN, value, (low, high)) is (low <= Fraction(value) < high)
