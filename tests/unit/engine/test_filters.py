"""Tests of fields that are made ready, held against comparing each value with each threshold."""

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


@given(OPS, CHANNELS, THRESHOLDS)
def test_a_text_is_among_the_thresholds_that_it_equals(
    op: Op, channel: str, thresholds: list[str] | list[int]
) -> None:
    test = Test(Field(FieldKind.PLAIN, "channel"), op, tuple(thresholds))
    holds = FieldTest(test).holds(bought(0, channel=channel), 0, "EUR")
    assert holds is compare(op, channel or None, tuple(thresholds))


@given(OPS, st.integers(0, 3), THRESHOLDS)
def test_a_number_is_among_the_thresholds_that_it_equals(
    op: Op, quantity: int, thresholds: list[str] | list[int]
) -> None:
    test = Test(Field(FieldKind.PLAIN, "quantity"), op, tuple(thresholds))
    event = msgspec.structs.replace(looked(0), quantity=quantity)
    assert FieldTest(test).holds(event, 0, "") is compare(op, quantity, tuple(thresholds))
