"""The oracle on comparisons of measures with measures, and on values that grow by themselves.

The instants are worked out by hand; `sign_changes` is compared with a look at every integer.
"""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from .build import DAY, HOUR, MINUTE, T0, browse, flag, held, ops, profile, purchase, told
from .moving import Polynomial, minus, sign_changes, times
from .values import Doc

BOUGHT = {"event": "purchase", "within": "1d"}
SINCE = {"since": {"event": "purchase"}}
LOOKED = {"since": {"event": "browse"}}


def test_longer_quiet_than_twice_the_usual_time_between_purchases() -> None:
    interval = {"interval": {"event": "purchase", "within": "10d"}}
    when = {**SINCE, "gt": {"measure": interval, "times": 2}}
    events = [purchase(T0), purchase(T0 + HOUR), purchase(T0 + 4 * HOUR)]
    assert ops(told({"quiet": flag(when)}, events, T0 + 20 * DAY)) == [
        ("added", 3 * HOUR + 1, "time"),
        ("removed", 4 * HOUR, "event"),
        ("added", 8 * HOUR + 1, "time"),
        ("removed", 10 * DAY + HOUR, "time"),
    ]


def test_a_right_side_falls_when_its_window_loses_an_event() -> None:
    now, before = {"count": BOUGHT}, {"count": {**BOUGHT, "ago": "1d"}}
    more, less = {**now, "gt": {"measure": before}}, {**now, "lt": {"measure": before}}
    tags = {"more": flag(more), "less": flag(less)}
    assert told(tags, [purchase(T0)], T0 + 3 * DAY) == [
        ("more", "added", True, 0, "event"),
        ("less", "added", True, DAY, "time"),
        ("more", "removed", None, DAY, "time"),
        ("less", "removed", None, 2 * DAY, "time"),
    ]


@pytest.mark.parametrize(
    ("right", "holds"),
    [
        ({"measure": {"attribute": "age"}}, False),
        ({"measure": {"attribute": "age"}, "times": Decimal("0.25")}, True),
        ({"measure": {"attribute": "age"}, "times": Decimal("0.26")}, False),
        ({"measure": {"count": BOUGHT}, "times": 5}, True),
        ({"measure": {"avg": {**BOUGHT, "of": "quantity", "event": "cart_add"}}}, False),
    ],
)
def test_the_right_side_is_multiplied_exactly_and_an_unset_one_is_false(
    right: Doc, holds: bool
) -> None:
    events = [profile(T0, referrals=10, age=40), browse(T0)]
    found = held({"a": flag({"attribute": "referrals", "gte": right})}, events)
    assert found == ({"a": True} if holds else {})


def test_two_texts_may_be_compared() -> None:
    channel = {"event": "purchase", "of": "channel", "ever": True}
    moved = {"latest": channel, "ne": {"measure": {"earliest": channel}}}
    events = [purchase(T0, channel="web"), purchase(T0 + 1, channel="shop")]
    assert held({"moved": flag(moved)}, events) == {"moved": True}
    assert held({"moved": flag(moved)}, events[:1]) == {}


def test_both_sides_grow_and_meet_once() -> None:
    when = {**SINCE, "lte": {"measure": LOOKED, "times": 2}}
    events = [purchase(T0), browse(T0 + HOUR)]
    assert ops(told({"a": flag(when)}, events, T0 + DAY)) == [("added", 2 * HOUR, "time")]
    equal = {**SINCE, "eq": {"measure": LOOKED, "times": 2}}
    assert ops(told({"a": flag(equal)}, events, T0 + DAY)) == [
        ("added", 2 * HOUR, "time"),
        ("removed", 2 * HOUR + 1, "time"),
    ]


def test_a_factor_that_meets_between_two_milliseconds_is_never_equal() -> None:
    tags = {
        word: flag({**SINCE, word: {"measure": LOOKED, "times": Decimal("2.5")}})
        for word in ("lte", "eq", "gt")
    }
    events = [purchase(T0), browse(T0 + HOUR)]
    """t = 2.5 (t - 1 h) at t = 5/3 h = 6,000,000 ms."""
    assert told(tags, events, T0 + DAY) == [
        ("gt", "added", True, HOUR, "event"),
        ("eq", "added", True, 6_000_000, "time"),
        ("gt", "removed", None, 6_000_000, "time"),
        ("lte", "added", True, 6_000_000, "time"),
        ("eq", "removed", None, 6_000_001, "time"),
    ]
    late = [purchase(T0), browse(T0 + HOUR + 1)]
    """5/3 (1 h + 1 ms) = 6,000,001.67 ms."""
    assert told(tags, late, T0 + DAY)[1:] == [
        ("gt", "removed", None, 6_000_002, "time"),
        ("lte", "added", True, 6_000_002, "time"),
    ]


def test_a_ratio_of_times_approaches_one() -> None:
    ratio = {"ratio": {"of": LOOKED, "to": SINCE}}
    tags = {"half": flag({**ratio, "gte": Decimal("0.5")}), "set": flag({**ratio, "is_set": True})}
    events = [purchase(T0), browse(T0 + HOUR)]
    assert told(tags, events, T0 + DAY) == [
        ("set", "added", True, HOUR, "event"),
        ("half", "added", True, 2 * HOUR, "time"),
    ]


def test_a_ratio_over_a_time_is_unset_while_that_is_0() -> None:
    """Bought 9 h ago and twice: 9 h over 2 is 4.5 h at t = 9 h."""
    per_purchase = {"ratio": {"of": SINCE, "to": {"count": {**BOUGHT, "within": "1w"}}}}
    tags = {"slow": flag({**per_purchase, "gte": "4h30m"})}
    assert ops(told(tags, [purchase(T0), purchase(T0, 1)], T0 + DAY)) == [
        ("added", 9 * HOUR, "time"),
    ]
    over_time = {"ratio": {"of": LOOKED, "to": SINCE}}
    tags = {"set": flag({**over_time, "is_set": True})}
    assert ops(told(tags, [browse(T0), purchase(T0 + 5)], T0 + DAY)) == [("added", 6, "time")]


def test_a_divisor_of_a_divisor_may_be_unset_for_a_millisecond() -> None:
    part = {"ratio": {"of": LOOKED, "to": SINCE}}
    nested = {"ratio": {"of": {"count": BOUGHT}, "to": part}}
    events = [profile(T0, referrals=10), browse(T0), purchase(T0 + HOUR)]
    for when in (
        {**nested, "lt": 1},
        {"attribute": "referrals", "gt": {"measure": nested}},
    ):
        changes = told({"a": flag(when)}, events, T0 + 2 * HOUR)
        assert ops(changes) == [("added", HOUR + 1, "time")]


def test_a_quotient_of_two_ratios_may_hold_for_a_while_in_between() -> None:
    """(t - 1 h)^2 / (t (t - 3 h)) >= 25/16 from 3 h + 1 ms until 9 t^2 - 43 t - 16 = 0 (hours),
    t = (43 + sqrt(2425)) / 18 = 5.12465... h."""
    first = {"since_first": {"event": "purchase"}}
    upper = {"ratio": {"of": LOOKED, "to": first}}
    lower = {"ratio": {"of": {"since": {"event": "chat"}}, "to": LOOKED}}
    quotient = {"ratio": {"of": upper, "to": lower}}
    tags = {"a": flag({**quotient, "gte": Decimal("1.5625")})}
    chat = {"type": "chat", "event_id": "x", "customer_id": "c", "occurred_at": T0 + 3 * HOUR}
    chat |= {"conversation_id": "v", "direction": "inbound", "text": "x"}
    changes = ops(told(tags, [purchase(T0), browse(T0 + HOUR), chat], T0 + 9 * DAY))
    assert changes[0] == ("added", 3 * HOUR + 1, "time")
    (op, at, cause), *rest = changes[1:]
    assert (op, cause, rest) == ("removed", "time", [])
    assert 9 * at**2 - 43 * HOUR * at - 16 * HOUR**2 > 0
    assert 9 * (at - 1) ** 2 - 43 * HOUR * (at - 1) - 16 * HOUR**2 <= 0


def test_the_age_of_a_tag_against_a_time() -> None:
    tags = {
        "busy": flag({"count": BOUGHT, "gte": 2}),
        "a": flag({**SINCE, "lt": {"measure": {"tag_age": "busy"}, "times": 2}}),
    }
    events = [purchase(T0), purchase(T0 + HOUR)]
    assert ops(told(tags, events, T0 + 2 * DAY)) == [
        ("added", HOUR, "event"),
        ("added", HOUR + 1, "time"),
        ("removed", DAY, "time"),
        ("removed", DAY, "time"),
    ]


def test_three_quarters_of_an_hour_in_a_list_of_times() -> None:
    when = {**SINCE, "in": ["45m", "1h"]}
    assert ops(told({"a": flag(when)}, [purchase(T0)], T0 + DAY)) == [
        ("added", 45 * MINUTE, "time"),
        ("removed", 45 * MINUTE + 1, "time"),
        ("added", HOUR, "time"),
        ("removed", HOUR + 1, "time"),
    ]


def with_roots(roots: list[int]) -> Polynomial:
    polynomial: Polynomial = (1,)
    for root in roots:
        polynomial = times(polynomial, (-root, 1))
    return polynomial


POLYNOMIALS = st.one_of(
    st.lists(st.integers(-9, 9), max_size=6).map(lambda some: times(tuple(some), (1,))),
    st.lists(st.integers(-30, 60), min_size=1, max_size=5).map(with_roots),
    st.lists(st.integers(-30, 60), min_size=1, max_size=4).map(
        lambda roots: minus(with_roots(roots), (1,))
    ),
)


@given(POLYNOMIALS, st.integers(-30, 30), st.integers(0, 60))
def test_every_change_of_sign_is_found(polynomial: Polynomial, low: int, length: int) -> None:
    def sign(t: int) -> int:
        value: int = sum(one * t**power for power, one in enumerate(polynomial))
        return (value > 0) - (value < 0)

    everywhere = [t for t in range(low + 1, low + length + 1) if sign(t) != sign(t - 1)]
    assert sorted(sign_changes(polynomial, low, low + length)) == everywhere
