"""The oracle on money, refunds and lines of orders, against results worked out by hand."""

from decimal import Decimal
from typing import Any

import pytest

from .build import DAY, HOUR, T0, flag, held, number, purchase, refund, told
from .values import Doc

SPENT_TODAY = {"sum": {"event": "purchase", "of": "amount", "within": "1d"}}
TODAY = {"event": "purchase", "within": "1d"}


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


PAID = purchase(T0, 5000, order_id="o", cost_minor=1000)
PLAIN = purchase(T0 + 1, 3000, order_id="p")
BACK = refund(T0 + HOUR, 2000, "o", cost_minor=100)


@pytest.mark.parametrize(
    ("measure", "value"),
    [
        ({"sum": {"of": "profit"}}, 20),
        ({"sum": {"of": "profit", "refunds": "by_date"}}, 20),
        ({"sum": {"of": "profit", "refunds": "ignore"}}, 40),
        ({"avg": {"of": "profit"}}, 20),
        ({"min": {"of": "profit"}}, 20),
        ({"avg": {"of": "amount"}}, 30),
        ({"avg": {"of": "amount", "refunds": "by_date"}}, 30),
        ({"avg": {"of": "amount", "refunds": "ignore"}}, 40),
        ({"min": {"of": "amount"}}, 30),
        ({"max": {"of": "amount"}}, 30),
        ({"max": {"of": "amount", "refunds": "ignore"}}, 50),
        ({"sum": {"of": "cost"}}, 10),
        ({"latest": {"of": "profit"}}, None),
        ({"earliest": {"of": "profit"}}, 40),
    ],
)
def test_what_is_net_of_refunds(measure: Doc, value: Any) -> None:
    tags = {"n": number({word: TODAY | spec for word, spec in measure.items()})}
    assert held(tags, [PAID, PLAIN, BACK]).get("n") == value


def test_profit_is_net_amount_less_cost_and_may_be_a_loss() -> None:
    tags = {"n": number({"sum": {**TODAY, "of": "profit"}})}
    assert held(tags, [PAID, refund(T0 + 1, 4500, "o")]) == {"n": -5}
    assert held(tags, [PAID, refund(T0 + 1, 9900, "o")]) == {"n": -10}


def test_a_purchase_without_a_cost_takes_its_part_of_a_refund_and_has_no_profit() -> None:
    tags = {"n": number({"sum": {**TODAY, "of": "profit"}})}
    parts = [PAID, purchase(T0 + 1, 1500, order_id="o")]
    assert held(tags, [*parts, BACK]) == {"n": 35}


def test_a_filter_on_profit_or_amount_sees_the_purchase_before_refunds() -> None:
    for where, found in [({"profit": 40}, 1), ({"profit": {"lt": 40}}, 0), ({"amount": 50}, 1)]:
        tags = {"n": number({"count": {**TODAY, "where": where}})}
        assert held(tags, [PAID, PLAIN, BACK]) == {"n": found}


def test_by_date_the_refunds_of_a_window_without_purchases_have_no_average() -> None:
    value = {"avg": {**TODAY, "of": "amount", "refunds": "by_date"}}
    later = T0 + HOUR + DAY
    assert held({"n": number(value)}, [PAID, BACK], later - 1) == {}
    total = {"sum": {**TODAY, "of": "amount", "refunds": "by_date"}}
    assert told({"n": number(total)}, [PAID, BACK], later) == [
        ("n", "added", 50, 0, "event"),
        ("n", "updated", 30, HOUR, "event"),
        ("n", "updated", -20, DAY, "time"),
        ("n", "updated", 0, later - T0, "time"),
    ]


@pytest.mark.parametrize(
    ("where", "value"),
    [
        ({"kind": "sale"}, 30),
        ({"channel": "web"}, 30),
        ({"channel": "web", "kind": {"ne": "refund"}}, 30),
        ({"channel": "shop"}, 0),
        ({"amount": {"gte": 30}}, 50),
    ],
)
def test_by_date_a_refund_passes_the_filter_without_its_kind(where: Doc, value: int) -> None:
    bought = purchase(T0, 5000, channel="web")
    back = refund(T0 + 1, 2000, "", channel="web")
    spec = {**TODAY, "of": "amount", "refunds": "by_date", "where": where}
    assert held({"n": number({"sum": spec})}, [bought, back]) == {"n": value}
    named = {"event": "mine", "within": "1d", "of": "amount", "refunds": "by_date"}
    events = {"mine": {"event": "purchase", "where": where}}
    assert held({"n": number({"sum": named})}, [bought, back], events=events) == {"n": value}


def test_refunds_themselves_may_be_measured() -> None:
    tags = {"n": number({"sum": {"event": "refund", "of": "amount", "within": "1d"}})}
    assert held(tags, [PAID, BACK]) == {"n": 20}


def test_a_refunded_purchase_still_counts() -> None:
    spec = {"event": "purchase", "within": "1d"}
    tags = {
        "count": number({"count": spec}),
        "interval": number({"interval": spec}),
        "since": number({"since": {"event": "purchase"}}, step="1h"),
        "stores": number({"distinct": {**spec, "of": "order_id"}}),
    }
    events = [PAID, purchase(T0 + HOUR, 100, order_id="q"), refund(T0 + 2 * HOUR, 100, "q")]
    found = held(tags, events)
    assert found == {"count": 2, "interval": HOUR, "since": HOUR, "stores": 2}


def test_currencies_without_cents() -> None:
    tags = {"n": number(SPENT_TODAY)}
    assert held(tags, [purchase(T0, 500, currency="JPY")], currency="JPY") == {"n": 500}
    assert held(tags, [purchase(T0, 500, currency="KWD")], currency="KWD") == {"n": 0.5}


def test_a_derived_event_has_the_money_of_the_purchase_it_was_made_from() -> None:
    events = {"again": {"first": "purchase", "then": "purchase", "within": "1d"}}
    tags = {"n": number({"sum": {"event": "again", "of": "amount", "within": "1d"}})}
    assert held(tags, [PLAIN, purchase(T0 + HOUR, 5000, order_id="o")], events=events) == {"n": 50}
    returned = [PLAIN, purchase(T0 + 2, 5000, order_id="o"), BACK]
    assert held(tags, returned, events=events) == {"n": 30}
