"""The oracle on patterns, against results worked out by hand."""

from collections.abc import Callable

import pytest

from .build import (
    DAY,
    HOUR,
    MINUTE,
    T0,
    browse,
    cart,
    chat,
    flag,
    held,
    number,
    ops,
    purchase,
    told,
)
from .values import Doc

CART = {"first": {"event": "cart_add"}, "unless": {"event": ["purchase", "checkout_start"]}}
LEFT: Doc = {"events": {"left": {**CART, "by": "cart_id", "within": "30m"}}}
COUPON: Doc = {"coupon": {"assign": {"upon": "left"}, "remove": {"upon": "purchase"}}}
HALF = 30 * MINUTE


@pytest.mark.parametrize(
    ("events", "set_at"),
    [
        ([cart(T0)], [HALF]),
        ([cart(T0), purchase(T0 + HALF - 1, cart_id="k")], []),
        ([cart(T0), purchase(T0 + HALF - 1, cart_id="other")], [HALF]),
        ([cart(T0), purchase(T0 + 1)], []),
        ([purchase(T0), cart(T0)], []),
        ([cart(T0), browse(T0, "checkout_start", cart_id="k")], []),
        ([browse(T0, "checkout_start", cart_id="k"), cart(T0)], [HALF]),
        ([cart(T0), cart(T0 + HALF - 1)], [2 * HALF - 1]),
        ([cart(T0), cart(T0 + 1, "other")], [HALF]),
        ([cart(T0, None), purchase(T0 + 1, cart_id="k")], []),
        ([cart(T0, None), cart(T0 + 1, None)], [HALF + 1]),
        ([cart(T0, ""), cart(T0 + 1), purchase(T0 + 2, cart_id="k")], []),
    ],
)
def test_when_a_cart_is_left(events: list[Doc], set_at: list[int]) -> None:
    changes = told(COUPON, events, T0 + 2 * DAY, **LEFT)
    assert ops(changes) == [("added", at, "time") for at in set_at]


def test_a_purchase_at_the_end_of_the_wait_comes_too_late() -> None:
    events = [cart(T0), purchase(T0 + HALF, cart_id="k")]
    assert ops(told(COUPON, events, **LEFT)) == [
        ("added", HALF, "time"),
        ("removed", HALF, "event"),
    ]


def test_adding_ordering_and_adding_again_waits_from_the_second() -> None:
    events = [cart(T0), purchase(T0 + MINUTE, cart_id="k"), cart(T0 + 2 * MINUTE)]
    assert ops(told(COUPON, events, T0 + DAY, **LEFT)) == [("added", HALF + 2 * MINUTE, "time")]


def test_a_derived_event_has_the_fields_of_its_last_first_and_is_counted() -> None:
    left_shoes = {"count": {"event": "left", "where": {"product_id": "shoe"}, "within": "1d"}}
    tags = {"shoes": flag({**left_shoes, "gte": 1})}
    events = [cart(T0, product_id="hat"), cart(T0 + 1, product_id="shoe")]
    assert ops(told(tags, events, T0 + 2 * DAY, **LEFT)) == [
        ("added", HALF + 1, "time"),
        ("removed", HALF + 1 + DAY, "time"),
    ]
    assert told(tags, [events[1], cart(T0 + 2)], T0 + 2 * DAY, **LEFT) == []


def happened(definition: Doc, events: list[Doc], until: int, /, **others: Doc) -> list[int]:
    """When the pattern made its derived events, in milliseconds after `T0`."""
    tags = {"n": number({"count": {"event": "it", "ever": True}})}
    changes = told(tags, events, until, events={"it": definition, **others})
    return [at for _, op, _, at, _ in changes if op == "updated"]


def seen(letters: str, step: int = MINUTE) -> list[Doc]:
    """One event a minute: `-` none, `v` a view, `c` a cart, `o` a checkout, `p` a purchase."""
    made: dict[str, Callable[[int], Doc]] = {
        "v": lambda at: browse(at, "product_view"),
        "c": cart,
        "o": lambda at: browse(at, "checkout_start", cart_id="k"),
        "p": lambda at: purchase(at, cart_id="k"),
    }
    return [made[x](T0 + n * step) for n, x in enumerate(letters) if x != "-"]


PAIR: Doc = {"first": "product_view", "then": "cart_add", "within": "10m"}
THREE: Doc = {"steps": ["product_view", "cart_add", "checkout_start"], "within": "10m"}


@pytest.mark.parametrize(
    ("letters", "minutes"),
    [
        ("vc", [1]),
        ("cv", []),
        ("vvc", [2]),
        ("vcc", [1]),
        ("vvcc", [2]),
        ("vcvc", [1, 3]),
        ("v---------c", []),
        ("v--------c", [9]),
        ("v-----v----c", [11]),
        ("vpc", [2]),
    ],
)
def test_one_event_and_then_another_within_a_time(letters: str, minutes: list[int]) -> None:
    expected = [(minute + 1) * MINUTE for minute in minutes]
    assert happened(PAIR, seen("-" + letters), T0 + DAY) == expected


@pytest.mark.parametrize(
    ("letters", "minutes"),
    [
        ("vco", [2]),
        ("voc", []),
        ("vcvo", [3]),
        ("vcvcoo", [4]),
        ("vcvoco", [3, 5]),
        ("vcoo", [2]),
        ("v--c------o", []),
        ("v--c-----o", [9]),
        ("vc-v-----co", [10]),
        ("vcovco", [2, 5]),
        ("vccoo", [3]),
    ],
)
def test_three_steps_in_order_within_the_time_of_all(letters: str, minutes: list[int]) -> None:
    expected = [(minute + 1) * MINUTE for minute in minutes]
    assert happened(THREE, seen("-" + letters), T0 + DAY) == expected


def test_a_chain_of_the_same_event_counts_each_as_an_end_and_a_beginning() -> None:
    again = {"first": "product_view", "then": "product_view", "within": "2m"}
    assert happened(again, seen("-vvv--vv"), T0 + DAY) == [2 * MINUTE, 3 * MINUTE, 7 * MINUTE]
    thrice = {"steps": ["product_view"] * 3, "within": "10m"}
    assert happened(thrice, seen("-vvvv"), T0 + DAY) == [3 * MINUTE, 4 * MINUTE]


def test_a_completed_chain_drops_what_began_at_the_same_instant() -> None:
    begun = [browse(T0 + 1, "product_view", page=page) for page in ("a", "b")]
    events = [browse(T0), begun[0], cart(T0 + 1), begun[1], *seen("---ocovco")]
    expected = [3 * MINUTE, 8 * MINUTE]
    assert happened(THREE, events, T0 + DAY) == expected


def test_of_one_instant_the_later_in_order_counts() -> None:
    pair = {"first": "chat", "then": "purchase", "within": "1m"}
    assert happened(pair, [browse(T0), purchase(T0 + 1), chat(T0 + 1, "x")], T0 + DAY) == [1]
    back = {"first": "purchase", "then": "chat", "within": "1m"}
    assert happened(back, [purchase(T0 + 1), chat(T0 + 1, "x")], T0 + DAY) == []


@pytest.mark.parametrize(
    ("first", "then", "count"),
    [("k", "k", 1), ("k", "l", 0), ("k", None, 0), (None, "k", 0), (None, None, 1), (None, "", 1)],
)
def test_a_then_must_have_the_same_key(first: str | None, then: str | None, count: int) -> None:
    pair = {"first": "cart_add", "then": "purchase", "by": "cart_id", "within": "10m"}
    events = [browse(T0), cart(T0 + 1, first), purchase(T0 + 2, cart_id=then)]
    assert len(happened(pair, events, T0 + DAY)) == count


def test_a_completed_chain_has_the_fields_of_its_last_event_and_its_instant() -> None:
    asked = {"event": "it", "where": {"channel": "shop", "hour": 1}, "ever": True}
    tags = {"a": flag({"count": asked, "gte": 1})}
    pair = {"first": "purchase", "then": "purchase", "within": "2h"}
    events = [purchase(T0, channel="web"), purchase(T0 + HOUR, channel="shop")]
    assert ops(told(tags, events, events={"it": pair})) == [("added", HOUR, "event")]


def test_the_derived_event_of_a_wait_happens_at_its_end_by_the_clock_too() -> None:
    asked = {"event": "left", "where": {"hour": 1, "cart_id": "k"}, "ever": True}
    events = [cart(T0 + 45 * MINUTE)]
    tags = {"a": flag({"count": asked, "gte": 1})}
    assert ops(told(tags, events, T0 + DAY, **LEFT)) == [("added", 75 * MINUTE, "time")]


def test_a_pattern_over_a_pattern() -> None:
    lost = {"first": "left", "unless": "chat", "within": "1h", "by": "cart_id"}
    twice = {"first": "it", "then": "it", "within": "1d"}
    events = [browse(T0), cart(T0 + 1), cart(T0 + 3 * HOUR)]
    left = LEFT["events"]["left"]
    assert happened(lost, events, T0 + DAY, left=left) == [HALF + HOUR + 1, 4 * HOUR + HALF]
    tags = {"a": {"assign": {"upon": "twice"}, "sticky": True}}
    names = {"twice": twice, "it": lost, "left": left}
    changes = told(tags, events, T0 + DAY, events=names)
    assert ops(changes) == [("added", 4 * HOUR + HALF, "time")]


def test_a_chain_completed_by_a_derived_event_belongs_to_the_same_evaluation() -> None:
    names = {
        "last": {"first": "pair", "then": "pair", "within": "1h"},
        "pair": {"first": "product_view", "then": "cart_add", "within": "10m"},
    }
    tags = {"a": {"assign": {"upon": "last"}, "remove": {"upon": "pair"}}, "b": flag({"tag": "a"})}
    tags["c"] = {"assign": {"upon": "last"}, "sticky": True}
    changes = told(tags, seen("vcvc"), events=names)
    assert changes == [("c", "added", True, 3 * MINUTE, "event")]


def test_waits_that_end_together_are_heard_in_the_order_of_patterns_then_of_starts() -> None:
    names = {
        "one": {"first": "cart_add", "unless": "purchase", "by": "cart_id", "within": "30m"},
        "two": {"first": "cart_add", "unless": "purchase", "by": "cart_id", "within": "10m"},
        "both": {"first": "one", "then": "two", "within": "1m"},
        "back": {"first": "two", "then": "one", "within": "1m"},
    }
    tags = {
        "both": number({"count": {"event": "both", "ever": True}}),
        "back": number({"count": {"event": "back", "ever": True}}),
        "key": {
            "form": "text",
            "values": {k: {"when": _latest("one", k)} for k in ("k", "l")},
        },
    }
    events = [cart(T0, "k"), cart(T0, "l"), cart(T0 + 20 * MINUTE, "m")]
    found = held(tags, events, T0 + HALF, events=names)
    assert found == {"both": 1, "back": 0, "key": "l"}
    again = held(tags, [*events, cart(T0, "k", page="x")], T0 + HALF, events=names)
    assert again["key"] == "k"


def _latest(event: str, key: str) -> Doc:
    return {"latest": {"event": event, "of": "cart_id", "ever": True}, "eq": key}
