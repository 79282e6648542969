"""The oracle itself, against results that were worked out by hand."""

from decimal import Decimal
from typing import Any

import pytest

from .build import DAY, HOUR, T0, browse, chat, flag, held, pack, profile, purchase, refund, told
from .model import simulate
from .values import Doc, mentions

THREE_IN_A_DAY = {"count": {"event": "purchase", "within": "1d"}, "gte": 3}
SPENT_TODAY = {"sum": {"event": "purchase", "of": "amount", "within": "1d"}}


def test_a_window_loses_an_event_at_the_instant_it_is_as_old_as_the_window() -> None:
    events = [purchase(T0), purchase(T0 + HOUR), purchase(T0 + 2 * HOUR)]
    tags = {"busy": flag(THREE_IN_A_DAY)}
    assert told(tags, events, T0 + DAY - 1) == [("busy", "added", True, 2 * HOUR, "event")]
    assert told(tags, events, T0 + DAY)[1:] == [("busy", "removed", None, DAY, "time")]


def test_time_comes_before_the_event_of_the_same_instant() -> None:
    events = [purchase(T0), purchase(T0 + HOUR), purchase(T0 + 2 * HOUR), purchase(T0 + DAY)]
    assert told({"busy": flag(THREE_IN_A_DAY)}, events) == [
        ("busy", "added", True, 2 * HOUR, "event"),
        ("busy", "removed", None, DAY, "time"),
        ("busy", "added", True, DAY, "event"),
    ]


def test_a_window_of_the_past_gains_and_loses_by_time() -> None:
    when = {"count": {"event": "purchase", "within": "1h", "ago": "1d"}, "eq": 1}
    assert told({"then": flag(when)}, [purchase(T0)], T0 + 2 * DAY) == [
        ("then", "added", True, DAY, "time"),
        ("then", "removed", None, DAY + HOUR, "time"),
    ]


@pytest.mark.parametrize(
    ("comparison", "first", "last"),
    [
        ({"gt": "1h"}, HOUR + 1, None),
        ({"gte": "1h"}, HOUR, None),
        ({"eq": "1h"}, HOUR, HOUR + 1),
        ({"lt": "1h"}, 0, HOUR),
        ({"lte": "1h"}, 0, HOUR + 1),
        ({"between": ["1h", "2h"]}, HOUR, 2 * HOUR),
    ],
)
def test_time_since_crosses_a_threshold_to_the_millisecond(
    comparison: Doc, first: int, last: int | None
) -> None:
    when = {"since": {"event": "purchase"}, **comparison}
    changes = told({"quiet": flag(when)}, [purchase(T0)], T0 + DAY)
    cause = "time" if first else "event"
    expected: list[tuple[Any, ...]] = [("quiet", "added", True, first, cause)]
    expected += [("quiet", "removed", None, last, "time")] if last else []
    assert changes == expected


def test_absence_waits_until_the_customer_has_been_known_that_long() -> None:
    absent = {"event": "purchase", "within": "1d"}
    tags = {"cold": flag({"absent": absent}), "new": flag({"absent": absent | {"include_new": 1}})}
    assert told(tags, [browse(T0)], T0 + 2 * DAY) == [
        ("new", "added", True, 0, "event"),
        ("cold", "added", True, DAY, "time"),
    ]


def test_an_unset_value_makes_every_comparison_false_and_not_makes_that_true() -> None:
    tags = {
        "elsewhere": flag({"attribute": "city", "ne": "Berlin"}),
        "not_here": flag({"not": {"attribute": "city", "eq": "Berlin"}}),
        "nowhere": flag({"attribute": "city", "is_set": False}),
    }
    assert held(tags, [profile(T0, city="")]) == {"not_here": True, "nowhere": True}
    assert held(tags, [profile(T0, city="Ulm")]) == {"not_here": True, "elsewhere": True}
    later = [profile(T0, city="Ulm"), profile(T0 + 1, city=None)]
    assert held(tags, later) == {"not_here": True, "nowhere": True}


def test_the_profile_of_an_instant_is_read_before_its_purchase_whatever_the_files_say() -> None:
    tags = {"local": flag({"attribute": "city", "eq": "Ulm"})}
    events = [purchase(T0), profile(T0, city="Ulm"), browse(T0)]
    assert told(tags, events) == [("local", "added", True, 0, "event")]
    assert simulate([pack(tags)], events, None).changes[0]["sequence"] == 1


def test_the_same_event_counts_once() -> None:
    once = purchase(T0, event_id="p", source="till")
    again = purchase(T0 + HOUR, 9900, event_id="p", source="till")
    elsewhere = purchase(T0 + 1, event_id="p", source="web")
    tags = {"spent": {"form": "number", "value": SPENT_TODAY}}
    assert held(tags, [again, once]) == {"spent": 10}
    assert held(tags, [again, once, elsewhere]) == {"spent": 20}


def test_without_until_the_last_line_is_the_end_and_later_customers_have_no_line() -> None:
    events = [purchase(T0), purchase(T0 + DAY, customer_id="late")]
    tags = {"busy": flag({"count": {"event": "purchase", "within": "1d"}, "gte": 1})}
    assert simulate([pack(tags)], events, T0).tags == {"c": {"busy": True}}
    assert simulate([pack(tags)], events, None).tags == {"c": {}, "late": {"busy": True}}


def test_a_refund_is_taken_from_its_order_in_the_window_of_the_purchase() -> None:
    tags = {"spent": {"form": "number", "value": SPENT_TODAY}}
    bought = purchase(T0, 5000, order_id="o")
    assert held(tags, [bought, refund(T0 + HOUR, 2000, "o")]) == {"spent": 30}
    assert held(tags, [bought, refund(T0 + HOUR, 9000, "o")]) == {"spent": 0}
    assert held(tags, [bought, refund(T0 + HOUR, 2000, "x")]) == {"spent": 50}
    assert held(tags, [bought, refund(T0 + HOUR, 2000, "")]) == {"spent": 50}
    assert held(tags, [bought, refund(T0 + 2 * DAY, 2000, "o")]) == {"spent": 0}
    abroad = refund(T0 + HOUR, 2000, "o", currency="USD")
    assert held(tags, [bought, abroad]) == {"spent": 50}


def test_a_refund_before_its_purchase_takes_effect_with_the_purchase() -> None:
    tags = {"spent": {"form": "number", "value": SPENT_TODAY}}
    events = [refund(T0, 2000, "o"), purchase(T0 + HOUR, 5000, order_id="o")]
    assert told(tags, events) == [
        ("spent", "added", 0, 0, "event"),
        ("spent", "updated", 30, HOUR, "event"),
    ]


def test_an_order_in_two_parts_gives_back_the_newest_part_first() -> None:
    parts = [purchase(T0, 5000, order_id="o"), purchase(T0 + 12 * HOUR, 3000, order_id="o")]
    events = [*parts, refund(T0 + 13 * HOUR, 4000, "o")]
    tags = {"spent": {"form": "number", "value": SPENT_TODAY}}
    assert held(tags, events) == {"spent": 40}
    assert held(tags, events, T0 + DAY) == {"spent": 0}
    large = {"sum": {**SPENT_TODAY["sum"], "where": {"amount": {"gte": 50}}}}
    assert held({"large": {"form": "number", "value": large}}, events) == {"large": 10}


@pytest.mark.parametrize(("refunds", "after"), [("by_order", 30), ("by_date", 30), ("ignore", 50)])
def test_how_refunds_are_read(refunds: str, after: int) -> None:
    value = {"sum": {**SPENT_TODAY["sum"], "refunds": refunds}}
    events = [purchase(T0, 5000, order_id="o"), refund(T0 + HOUR, 2000, "o")]
    tags = {"spent": {"form": "number", "value": value}}
    assert held(tags, events) == {"spent": after}
    by_date = -20 if refunds == "by_date" else 0
    assert held(tags, events, T0 + DAY) == {"spent": by_date}


def test_money_in_another_currency_is_counted_and_not_added() -> None:
    tags = {
        "busy": flag({"count": {"event": "purchase", "within": "1d"}, "eq": 2}),
        "big": flag(
            {"count": {"event": "purchase", "within": "1d", "where": {"amount": 10}}} | {"eq": 1}
        ),
        "spent": {"form": "number", "value": SPENT_TODAY},
    }
    events = [purchase(T0), purchase(T0, currency="USD")]
    assert held(tags, events) == {"busy": True, "big": True, "spent": 10}


def test_thresholds_are_decimals() -> None:
    tags = {"third": flag({**SPENT_TODAY, "gte": Decimal("0.30")})}
    assert held(tags, [purchase(T0, 10), purchase(T0 + 1, 20)]) == {"third": True}
    assert held(tags, [purchase(T0, 10), purchase(T0 + 1, 19)]) == {}


def test_one_line_must_pass_every_test_of_any_line() -> None:
    line = {"category": "shoes", "quantity": 1.0, "amount_minor": 500, "product_id": "x"}
    other = line | {"category": "hats", "quantity": 3.0}
    where = {"any_line": {"category": "shoes", "quantity": {"gte": 2}}}
    tags = {"pairs": flag({"count": {"event": "purchase", "where": where, "ever": True}, "gte": 1})}
    assert held(tags, [purchase(T0, lines=[line, other])]) == {}
    assert held(tags, [purchase(T0, lines=[line | {"quantity": 2.0}])]) == {"pairs": True}


def test_text_takes_the_first_value_that_matches() -> None:
    count = {"count": {"event": "purchase", "within": "1d"}}
    values = {"high": {"when": {**count, "gte": 2}}, "some": {"when": {**count, "gte": 1}}}
    tags = {"band": {"form": "text", "values": values}}
    assert told(tags, [purchase(T0), purchase(T0 + HOUR)], T0 + 2 * DAY) == [
        ("band", "added", "some", 0, "event"),
        ("band", "updated", "high", HOUR, "event"),
        ("band", "updated", "some", DAY, "time"),
        ("band", "removed", None, DAY + HOUR, "time"),
    ]


def test_a_number_that_moves_by_itself_goes_by_steps() -> None:
    tags = {"age": {"form": "number", "value": {"since": {"event": "purchase"}}, "step": "1d"}}
    assert told(tags, [browse(T0), purchase(T0 + 1)], T0 + 2 * DAY) == [
        ("age", "added", 0, 1, "event"),
        ("age", "updated", DAY, DAY + 1, "time"),
    ]


def test_a_dependent_sees_the_new_value_and_comes_after_what_it_looks_at() -> None:
    tags = {
        "a": flag({"not": {"tag": "z", "eq": True}}),
        "b": flag({"tag": "a", "eq": False}),
        "z": flag(THREE_IN_A_DAY),
    }
    changes = told(tags, [purchase(T0), purchase(T0 + 1), purchase(T0 + 2)])
    assert [(name, op) for name, op, *_ in changes] == [
        ("a", "added"),
        ("z", "added"),
        ("a", "removed"),
        ("b", "added"),
    ]


@pytest.mark.parametrize(
    ("text", "term", "found"),
    [
        ("产品A怎么样", "产品A", True),
        ("产品AB", "产品A", False),
        ("我要退款！", "退款", True),
        ("VITAMINS?", "vitamins", True),
        ("vitamins", "vitamin", False),
        ("ｖｉｔａｍｉｎ_x", "vitamin", True),
        ("product\n\t A", "product a", True),
        ("STRASSE", "straße", True),
        ("subproduct a, product a", "product a", True),
        ("", "a", False),
    ],
)
def test_mentions(text: str, term: str, found: bool) -> None:
    assert mentions(text, term) is found
    when = {"count": {"event": "chat", "where": {"text": {"mentions": term}}, "ever": True}}
    tags = {"said": flag({**when, "gte": 1})}
    assert ("said" in held(tags, [chat(T0, text)])) is found


def test_at_least_counts_the_conditions_that_hold() -> None:
    parts = [{"attribute": "city", "in": "cities"}, {"attribute": "referrals", "gte": 2}]
    tags = {"fan": flag({"at_least": {"of": parts, "gte": 2}})}
    cities = {"cities": ["Ulm", "Bonn"]}
    assert held(tags, [profile(T0, city="Ulm", referrals=2)], lists=cities) == {"fan": True}
    assert held(tags, [profile(T0, city="Ulm", referrals=1)], lists=cities) == {}
