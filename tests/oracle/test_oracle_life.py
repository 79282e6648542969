"""The oracle on lives of tags, against results worked out by hand."""

from .build import (
    DAY,
    HOUR,
    T0,
    browse,
    flag,
    held,
    ops,
    pack,
    purchase,
    refund,
    told,
)
from .model import simulate

BOUGHT = {"count": {"event": "purchase", "within": "1d"}, "gte": 1}


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


def test_an_event_that_makes_the_condition_false_itself_spends_nothing() -> None:
    spent = {"sum": {"event": "purchase", "of": "amount", "within": "1d"}, "gt": 0}
    tags = {"buyer": flag(spent, remove={"upon": "refund"})}
    events = [purchase(T0, order_id="o"), refund(T0 + 1, 1000, "o"), purchase(T0 + 2)]
    assert [op for op, _, _ in ops(told(tags, events))] == ["added", "removed", "added"]


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


def test_of_one_evaluation_remove_and_expiry_win_over_setting() -> None:
    both = {"assign": {"upon": "purchase"}, "remove": {"upon": "purchase"}}
    assert told({"a": both}, [purchase(T0), purchase(T0 + 1)]) == []
    left = {"left": {"first": "purchase", "unless": "browse", "within": "1h"}}
    tags = {"a": {"assign": {"upon": "left"}, "expires_after": "1h"}}
    events = [purchase(T0), purchase(T0 + HOUR)]
    assert ops(told(tags, events, T0 + DAY, events=left)) == [
        ("added", HOUR, "time"),
        ("removed", 2 * HOUR, "ttl"),
    ]
