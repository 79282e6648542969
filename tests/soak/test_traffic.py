"""What the soak writes: in order it keeps the distance that the comparison needs, and either way
everything there is to write comes up."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from .traffic import APART_MS, ROLES, Order, Traffic, Written

BEGIN = 1_700_000_000_000
STEP_MS = 60


def drawn(order: Order, seed: int, count: int = 800) -> Iterator[tuple[int, Written]]:
    """Records with the instants at which they are written."""
    traffic = Traffic(order, 30, seed)
    for first in traffic.first_words(BEGIN):
        yield BEGIN, first
    for number in range(count):
        now = BEGIN + number * STEP_MS
        written = traffic.draw(now)
        if written is not None:
            yield now, written


@given(st.integers())
@settings(max_examples=20)
def test_in_order_nobody_does_two_things_close_together(seed: int) -> None:
    instants: defaultdict[str, list[int]] = defaultdict(list)
    for now, written in drawn("in-order", seed):
        if written.line is not None and written.role != "command":
            assert written.line["occurred_at"] == now
            instants[written.customer].append(now)
    gaps = [b - a for own in instants.values() for a, b in pairwise(own)]
    assert min(gaps) >= APART_MS


@given(st.integers())
@settings(max_examples=20)
def test_disordered_events_come_late_and_come_again(seed: int) -> None:
    values: list[bytes] = []
    late = 0
    for now, written in drawn("disordered", seed):
        values.append(written.value)
        if written.line is not None and written.role != "command":
            late += written.line["occurred_at"] < now
    assert late
    assert len(values) > len(set(values))


@pytest.mark.parametrize("order", ["in-order", "disordered"])
def test_all_inputs_get_something_and_something_unusable(order: Order) -> None:
    written = [each for _, each in drawn(order, 0)]
    assert {each.role for each in written if not each.is_broken} == {role for role, _ in ROLES}
    assert any(each.is_broken for each in written)
