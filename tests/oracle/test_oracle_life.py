"""The oracle on lives of tags, patterns and commands, against results worked out by hand."""

from typing import Any

import pytest

from .build import DAY, HOUR, MINUTE, T0, browse, command, flag, held, pack, purchase, refund, told
from .model import simulate
from .values import Doc

BOUGHT = {"count": {"event": "purchase", "within": "1d"}, "gte": 1}
CART = {"first": {"event": "cart_add"}, "unless": {"event": ["purchase", "checkout_start"]}}
LEFT: Doc = {"events": {"left": {**CART, "by": "cart_id", "within": "30m"}}}
COUPON: Doc = {"coupon": {"assign": {"upon": "left"}, "remove": {"upon": "purchase"}}}
HALF = 30 * MINUTE


def cart(at: int, cart_id: str | None = "k", **fields: Any) -> Doc:
    return browse(at, "cart_add", cart_id=cart_id, **fields)


def ops(changes: list[tuple[Any, ...]]) -> list[tuple[str, int, str]]:
    """(op, milliseconds after `T0`, cause)."""
    return [(op, at, cause) for _, op, _, at, cause in changes]


def test_a_latch_holds_between_its_two_thresholds_in_both_directions() -> None:
    count = {"count": {"event": "purchase", "within": "1d"}}
    tags = {"regular": flag({**count, "gte": 3}, remove={"when": {**count, "lt": 2}})}
    events = [purchase(T0 + hour * HOUR) for hour in (0, 1, 2)]
    assert ops(told(tags, events, T0 + 2 * DAY)) == [
        ("added", 2 * HOUR, "event"),
        ("removed", DAY + HOUR, "time"),
    ]
    again = [*events, purchase(T0 + DAY + 1), purchase(T0 + DAY + HOUR)]
    assert ops(told(tags, again)) == [
        ("added", 2 * HOUR, "event"),
    ]
    assert held(tags, again[:2] + again[3:]) == {}


def test_remove_wins_where_both_hold() -> None:
    tags = {"odd": flag(BOUGHT, remove={"when": BOUGHT})}
    assert told(tags, [purchase(T0), purchase(T0 + 1)]) == []


def test_a_tag_cleared_by_an_event_stays_away_until_its_condition_has_been_false() -> None:
    tags = {"buyer": flag(BOUGHT, remove={"upon": "refund"})}
    events = [purchase(T0), refund(T0 + 1, 1, "o"), purchase(T0 + 2)]
    assert ops(told(tags, events)) == [("added", 0, "event"), ("removed", 1, "event")]
    later = [*events, purchase(T0 + 3 * DAY)]
    assert ops(told(tags, later))[2:] == [("added", 3 * DAY, "event")]


def test_the_event_that_would_clear_a_clear_tag_spends_it_too() -> None:
    tags = {"buyer": flag({**BOUGHT, "gte": 2}, remove={"upon": "purchase"})}
    events = [purchase(T0), purchase(T0 + 1), browse(T0 + 2)]
    assert told(tags, events) == []


def test_expiry_spends_a_state_and_not_an_event() -> None:
    state = {"state": flag(BOUGHT, expires_after="2h")}
    events = [purchase(T0), purchase(T0 + 3 * HOUR)]
    assert ops(told(state, events, T0 + DAY)) == [
        ("added", 0, "event"),
        ("removed", 2 * HOUR, "ttl"),
    ]
    event = {"event": {"assign": {"upon": "purchase"}, "expires_after": "2h"}}
    assert ops(told(event, events, T0 + DAY)) == [
        ("added", 0, "event"),
        ("removed", 2 * HOUR, "ttl"),
        ("added", 3 * HOUR, "event"),
        ("removed", 5 * HOUR, "ttl"),
    ]


def test_only_renew_moves_an_expiry() -> None:
    events = [purchase(T0), purchase(T0 + HOUR)]
    once = {"seen": {"assign": {"upon": "purchase"}, "expires_after": "2h"}}
    assert ops(told(once, events, T0 + DAY))[-1] == ("removed", 2 * HOUR, "ttl")
    renewed = {"seen": once["seen"] | {"renew": True}}
    assert ops(told(renewed, events, T0 + DAY)) == [
        ("added", 0, "event"),
        ("updated", HOUR, "event"),
        ("removed", 3 * HOUR, "ttl"),
    ]
    first, update = simulate([pack(renewed)], events, None).changes
    assert (first["expires_at"], update["expires_at"]) == (T0 + 2 * HOUR, T0 + 3 * HOUR)


def test_a_state_is_renewed_by_an_event_that_one_of_its_filters_lets_through() -> None:
    tags = {"buyer": flag({"condition": "bought"}, expires_after="2h", renew=True)}
    events = [purchase(T0), browse(T0 + 1), purchase(T0 + HOUR)]
    changes = told(tags, events, T0 + DAY, conditions={"bought": BOUGHT})
    assert ops(changes)[1:] == [("updated", HOUR, "event"), ("removed", 3 * HOUR, "ttl")]


def test_an_event_at_the_instant_of_expiry_comes_after_it() -> None:
    tags = {"seen": {"assign": {"upon": "purchase"}, "expires_after": "2h", "renew": True}}
    assert ops(told(tags, [purchase(T0), purchase(T0 + 2 * HOUR)])) == [
        ("added", 0, "event"),
        ("removed", 2 * HOUR, "ttl"),
        ("added", 2 * HOUR, "event"),
    ]


def test_a_sticky_tag_outlasts_its_condition() -> None:
    assert held({"once": flag(BOUGHT, sticky=True)}, [purchase(T0)], T0 + 9 * DAY) == {"once": True}


def test_what_happened_before_its_removal_brings_no_event_tag_back() -> None:
    tags = {
        "asked": {
            "assign": {"upon": "page_view"},
            "remove": {"when": BOUGHT},
            "sticky": False,
        }
    }
    events = [browse(T0), purchase(T0 + 1), browse(T0 + 2)]
    changes = told(tags, events, T0 + 3 * DAY)
    assert ops(changes) == [("added", 0, "event"), ("removed", 1, "event")]


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


def test_a_word_by_hand_wins_until_its_time_is_over() -> None:
    tags = {"vip": flag(BOUGHT)}
    said = command(T0 + HOUR, "assign", "vip", until=T0 + 2 * DAY)
    changes = simulate([pack(tags)], [purchase(T0), said], T0 + 3 * DAY).changes
    wanted = ("op", "effective_at", "cause", "source", "expires_at")
    assert [tuple(change[word] for word in wanted) for change in changes] == [
        ("added", T0, "event", "rule", None),
        ("updated", T0 + HOUR, "manual", "manual", T0 + 2 * DAY),
        ("removed", T0 + 2 * DAY, "ttl", "rule", None),
    ]


def test_a_tag_taken_away_by_hand_stays_away_until_its_rule_has_been_false() -> None:
    tags = {"vip": flag(BOUGHT)}
    events = [purchase(T0), command(T0 + 1, "remove", "vip"), purchase(T0 + HOUR)]
    changes = told(tags, [*events, purchase(T0 + 3 * DAY)])
    assert ops(changes) == [
        ("added", 0, "event"),
        ("removed", 1, "manual"),
        ("added", 3 * DAY, "event"),
    ]
    released = [*events, command(T0 + 2 * HOUR, "release", "vip")]
    assert ops(told(tags, released))[2:] == [("added", 2 * HOUR, "manual")]


def test_a_number_taken_away_by_hand_returns_when_it_changes() -> None:
    tags = {
        "n": {"form": "number", "value": {"count": {"event": "purchase", "within": "1d"}}},
    }
    events = [purchase(T0), command(T0 + 1, "remove", "n"), browse(T0 + 2), purchase(T0 + 3)]
    assert told(tags, events)[1:] == [
        ("n", "removed", None, 1, "manual"),
        ("n", "added", 2, 3, "event"),
    ]


def test_a_command_makes_a_customer_known_unless_it_is_refused() -> None:
    tags = {
        "key": {"manual": "only", "manual_roles": ["manager"]},
        "idle": flag({"not": BOUGHT}, manual="forbidden"),
        "band": {"form": "text", "values": {"low": {"otherwise": True}}},
    }
    done = command(T0, "assign", "key")
    assert told(tags, [done]) == [
        ("band", "added", "low", 0, "event"),
        ("idle", "added", True, 0, "event"),
        ("key", "added", True, 0, "manual"),
    ]
    refused = [
        done | {"role": "agent"},
        command(T0, "assign", "idle"),
        command(T0, "assign", "nothing"),
        command(T0, "assign", "key", until=T0),
        command(T0, "assign", "band", value="high"),
        command(T0, "erase", ""),
    ]
    assert simulate([pack(tags)], refused, None).tags == {}
    assert len(told(tags, [done, done | {"issued_at": T0 + 1, "op": "remove"}])) == 3


def test_an_experimental_tag_is_worked_out_and_not_published() -> None:
    tags = {
        "trial": flag(BOUGHT, status="experimental"),
        "on_it": flag({"tag": "trial", "eq": True}),
    }
    assert told(tags, [purchase(T0)]) == [("on_it", "added", True, 0, "event")]
    assert held(tags, [purchase(T0)]) == {"on_it": True}
