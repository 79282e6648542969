"""Carts that are left: `first` and `unless`, by the cart's key and without one."""

import pytest

from tagger.domain.events import Browse
from tagger.domain.tags import TagChange
from tagger.engine.profile import Limits
from tagger.engine.profile_codec import encode_profile
from tagger.engine.step import BEFORE_TIME, Clock, Input
from tagger.workflows.pipeline import Pipeline

from .packs import HOUR, MINUTE, T0, bought, counted, counting, looked, plan_of

LEFT = counting(
    "left",
    """
    left:
      first: {event: cart_add}
      unless: {event: [purchase, cart_remove]}
      by: cart_id
      within: 30m
    """,
)
LATER = T0 + 5 * HOUR


def added(at: int, cart: str | None = "k") -> Input:
    return looked(at, "cart_add", cart)


def left(*records: Input) -> list[int]:
    """The instants at which a cart counted as left."""
    found = counted(LEFT, records, LATER)
    assert all(cause == "time" for _, cause in found)
    return [at for at, _ in found]


def test_a_cart_that_was_ordered_is_not_left() -> None:
    assert left(added(0), bought(10 * MINUTE, cart_id="k")) == []


def test_add_order_add_waits_for_the_second_add_alone() -> None:
    assert left(added(0), bought(10 * MINUTE, cart_id="k"), added(20 * MINUTE)) == [50 * MINUTE]


def test_each_edit_of_a_cart_starts_its_wait_anew_and_counts_once() -> None:
    assert left(added(0), added(20 * MINUTE), added(45 * MINUTE)) == [75 * MINUTE]


def test_an_add_after_the_wait_is_another_wait() -> None:
    assert left(added(0), added(30 * MINUTE)) == [30 * MINUTE, 60 * MINUTE]


def test_an_emptied_cart_that_is_filled_again_waits_from_the_filling() -> None:
    emptied = looked(10 * MINUTE, "cart_remove", "k")
    assert left(added(0), emptied) == []
    assert left(added(0), emptied, added(25 * MINUTE)) == [55 * MINUTE]


def test_the_order_of_another_cart_leaves_this_one_waiting() -> None:
    assert left(added(0, "k"), bought(MINUTE, cart_id="other")) == [30 * MINUTE]


def test_an_order_without_a_cart_ends_every_wait() -> None:
    assert left(added(0, "k"), added(1, "l"), added(2, None), bought(MINUTE)) == []


def test_an_add_without_a_cart_has_a_wait_of_its_own() -> None:
    assert left(added(0, "k"), added(10 * MINUTE, None), added(20 * MINUTE, None)) == [
        30 * MINUTE,
        50 * MINUTE,
    ]


def test_an_order_with_a_cart_ends_that_cart_s_wait_and_the_one_without() -> None:
    records = [added(0, "k"), added(1, "l"), added(2, None), bought(MINUTE, cart_id="l")]
    assert left(*records) == [30 * MINUTE]


def test_an_order_at_the_end_of_the_wait_is_too_late_and_one_before_it_is_not() -> None:
    assert left(added(0), bought(30 * MINUTE, cart_id="k")) == [30 * MINUTE]
    assert left(added(0), bought(30 * MINUTE - 1, cart_id="k")) == []


def test_of_one_instant_only_what_is_read_after_the_add_ends_its_wait() -> None:
    assert left(added(0), bought(0, cart_id="k")) == [], "a purchase is read after browsing"
    plan = counting(
        "left", "left: {first: {event: purchase}, unless: {event: cart_add}, within: 30m}"
    )
    assert counted(plan, [added(0), bought(0)], LATER) == [(30 * MINUTE, "time")]


def test_a_late_add_counts_only_while_its_wait_is_open() -> None:
    assert _left_when_late(added(10 * MINUTE, "k"), clock_at=39 * MINUTE) == [40 * MINUTE]
    assert _left_when_late(added(10 * MINUTE, "k"), clock_at=40 * MINUTE) == []
    newer = added(20 * MINUTE)
    assert _left_when_late(newer, added(10 * MINUTE), clock_at=0) == [50 * MINUTE]


def test_a_late_add_does_not_count_when_its_order_has_been_read() -> None:
    order = bought(15 * MINUTE, cart_id="k")
    assert _left_when_late(order, added(10 * MINUTE), clock_at=16 * MINUTE) == []
    assert _left_when_late(order, added(15 * MINUTE), clock_at=16 * MINUTE) == []
    assert _left_when_late(order, added(15 * MINUTE + 1), clock_at=16 * MINUTE) == [45 * MINUTE + 1]


def test_a_late_order_ends_a_wait_that_began_before_it_and_no_other() -> None:
    order = bought(10 * MINUTE, cart_id="k")
    assert _left_when_late(added(5 * MINUTE), order, clock_at=5 * MINUTE) == []
    assert _left_when_late(added(11 * MINUTE), order, clock_at=11 * MINUTE) == [41 * MINUTE]


def _left_when_late(*records: Input, clock_at: int) -> list[int]:
    """When a cart counts as left, the records being read in this order by a customer whose
    clock stands at `clock_at`."""
    pipeline = Pipeline(LEFT)
    changes: list[TagChange] = []
    profile = pipeline.step(None, looked(clock_at), Clock(T0 + clock_at)).profile
    for record in records:
        step = pipeline.step(profile, record, Clock(BEFORE_TIME))
        profile, changes = step.profile, changes + step.changes
    assert profile is not None
    changes += pipeline.run_deadlines(profile, Clock(LATER)).changes
    return [change.effective_at - T0 for change in changes if change.cause == "time"]


def test_more_waits_than_a_profile_may_hold_cost_the_oldest() -> None:
    pipeline = Pipeline(LEFT, Limits(waits=2))
    profile = None
    dropped = []
    for at, cart in enumerate("abca"):
        step = pipeline.step(profile, added(at, cart), Clock(BEFORE_TIME))
        profile = step.profile
        dropped.append(step.dropped_waits)
    assert profile is not None
    assert dropped == [0, 0, 1, 1]
    changes = pipeline.run_deadlines(profile, Clock(LATER)).changes
    assert [change.effective_at - T0 for change in changes] == [30 * MINUTE + 2, 30 * MINUTE + 3]


@pytest.mark.parametrize(
    ("where", "is_kept"), [(", where: {page: {matches: x}}", True), ("", False)]
)
def test_a_wait_keeps_of_what_is_long_only_what_is_asked(where: str, is_kept: bool) -> None:
    """A derived event is filtered by what its `first` said; nothing else is remembered of it."""
    plan = plan_of(
        "it: {assign: {upon: gone}, expires_after: 1d}",
        f"""
        events:
          left: {{first: {{event: cart_add}}, unless: {{event: purchase}}, within: 30m}}
          gone: {{event: left{where}}}
        """,
    )
    pipeline = Pipeline(plan)
    record = Browse("b", "c-1", T0, "cart_add", page="x" * 9_000, query="y" * 9_000)
    profile = pipeline.step(None, record, Clock(BEFORE_TIME)).profile
    assert profile is not None
    assert len(encode_profile(profile)) // 9_000 == int(is_kept)
    changes = pipeline.run_deadlines(profile, Clock(LATER)).changes
    assert [(change.op, change.effective_at - T0) for change in changes] == [("added", 30 * MINUTE)]


def test_orders_of_many_carts_leave_a_bounded_memory() -> None:
    pipeline = Pipeline(LEFT, Limits(waits=8))
    profile = None
    for at in range(50):
        record = bought(at, cart_id=f"k{at}")
        profile = pipeline.step(profile, record, Clock(BEFORE_TIME)).profile
    assert profile is not None
    (state,) = profile.patterns.values()
    assert len(state.ended_at) <= 8
