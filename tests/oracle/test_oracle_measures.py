"""The oracle on measures, against results worked out by hand."""

from typing import Any

import pytest

from .build import (
    DAY,
    HOUR,
    MINUTE,
    T0,
    browse,
    chat,
    command,
    flag,
    held,
    number,
    ops,
    profile,
    purchase,
    refund,
    told,
)
from .values import Doc

BOUGHT = {"event": "purchase", "within": "1d"}
LINES = [
    {"product_id": "p1", "category": "shoes", "brand": "x", "quantity": 2, "amount_minor": 500},
    {"product_id": "p2", "category": "hats", "quantity": 0.5, "amount_minor": 900},
    {"product_id": "p3", "category": "shoes", "brand": "y", "amount_minor": 100},
]


def valued(measure: Doc, events: list[Doc], until: int | None = None, /, **words: Any) -> Any:
    """The value that a number tag over the measure has at the end; None is none."""
    return held({"n": number(measure)}, events, until, **words).get("n")


@pytest.mark.parametrize(
    ("word", "at_once", "after_a_day", "empty"),
    [("sum", 42, 32, 0), ("avg", 14, 16, None), ("min", 10, 12, None), ("max", 20, 20, None)],
)
def test_measures_of_a_field(word: str, at_once: Any, after_a_day: Any, empty: Any) -> None:
    measure = {word: {**BOUGHT, "of": "amount"}}
    events = [purchase(T0), purchase(T0 + 1, 2000), purchase(T0 + 2, 1200)]
    events.append(purchase(T0 + 3, 9900, currency="USD"))
    assert valued(measure, events) == at_once
    assert valued(measure, events, T0 + DAY) == after_a_day
    assert valued(measure, events, T0 + 2 * DAY) == empty


def test_an_average_is_an_exact_fraction_and_published_with_six_decimals() -> None:
    average = {"avg": {**BOUGHT, "of": "amount"}}
    thirds = [purchase(T0, 100), purchase(T0 + 1, 100), purchase(T0 + 2, 0)]
    assert valued(average, thirds) == 0.666667
    tags = {"a": flag({**average, "gt": 0}), "b": flag({**average, "lt": 1})}
    assert held(tags, thirds) == {"a": True, "b": True}


def test_other_fields_are_measured_too_and_an_unset_one_is_left_out() -> None:
    rating = {"event": "chat", "of": "rating", "within": "1d"}
    events = [chat(T0, "x", rating=5), chat(T0 + 1, "x", rating=2), chat(T0 + 2, "x")]
    assert valued({"avg": rating}, events) == 3.5
    assert valued({"min": rating}, events) == 2
    assert valued({"max": {"event": "cart_add", "of": "value", "ever": True}}, events) is None
    looked = [browse(T0, "cart_add", value_minor=1999), browse(T0 + 1, "cart_add")]
    assert valued({"max": {"event": "cart_add", "of": "value", "ever": True}}, looked) == 19.99


def test_quantity_adds_over_the_lines_that_any_line_names() -> None:
    events = [purchase(T0, lines=LINES)]
    everything = {"event": "purchase", "of": "quantity", "ever": True}
    shoes = {**everything, "where": {"any_line": {"category": "shoes"}}}
    assert valued({"sum": everything}, events) == 3.5
    assert valued({"sum": shoes}, events) == 3
    dear = {**shoes, "event": "dear", "where": {"any_line": {"amount": {"gte": 5}}}}
    named = {"event": "purchase", "where": {"any_line": {"category": "shoes"}}}
    assert valued({"sum": dear}, events, events={"dear": named}) == 2
    assert valued({"sum": {**shoes, "of": "amount"}}, events) == 10


def test_of_several_named_events_each_adds_the_lines_it_lets_through() -> None:
    shoes = {"event": "purchase", "where": {"any_line": {"category": "shoes"}}}
    hats = {"event": "purchase", "where": {"any_line": {"category": "hats"}}}
    names = {"shoes": shoes, "hats": hats}
    either = {"event": ["shoes", "hats"], "of": "quantity", "ever": True}
    assert valued({"sum": either}, [purchase(T0, lines=LINES)], events=names) == 3.5
    assert valued({"sum": either}, [purchase(T0, lines=LINES[1:2])], events=names) == 0.5


@pytest.mark.parametrize(
    ("spec", "different"),
    [
        ({"of": "category"}, 2),
        ({"of": "product_id"}, 3),
        ({"of": "brand"}, 2),
        ({"of": "product_id", "where": {"any_line": {"category": "shoes"}}}, 2),
        ({"of": "store_id"}, 1),
        ({"of": "day"}, 2),
        ({"of": "week"}, 1),
        ({"of": "month"}, 2),
    ],
)
def test_distinct_counts_different_values_that_are_set(spec: Doc, different: int) -> None:
    events = [
        purchase(T0 - 3 * HOUR, lines=LINES, store_id="a"),
        purchase(T0 - 2 * HOUR, lines=LINES[:1], store_id="a"),
        purchase(T0, store_id=""),
    ]
    assert valued({"distinct": {**BOUGHT, **spec}}, events) == different
    assert valued({"distinct": {**BOUGHT, **spec}}, events, T0 + 2 * DAY) == 0


def test_days_are_told_apart_in_the_packs_zone() -> None:
    events = [purchase(T0 - HOUR // 2), purchase(T0 + HOUR)]
    days = {"distinct": {**BOUGHT, "of": "day"}}
    assert valued(days, events) == 2
    assert valued(days, events, time_zone="Europe/Berlin") == 1


def test_distinct_of_views_takes_their_own_fields() -> None:
    events = [browse(T0, "product_view", category=c) for c in ("a", "b", "a", None, "")]
    assert valued({"distinct": {"event": "browse", "of": "category", "within": "1d"}}, events) == 2


def test_earliest_and_latest_are_of_one_event_even_if_its_field_is_unset() -> None:
    spec = {"event": "purchase", "of": "channel", "within": "1d"}
    values = {"web": {"when": {"latest": spec, "eq": "web"}}}
    first = {"web": {"when": {"earliest": spec, "eq": "web"}}}
    tags = {"last": {"form": "text", "values": values}, "one": {"form": "text", "values": first}}
    web, shop = purchase(T0, channel="web"), purchase(T0 + HOUR, channel="shop")
    assert told(tags, [web, shop], T0 + 2 * DAY) == [
        ("last", "added", "web", 0, "event"),
        ("one", "added", "web", 0, "event"),
        ("last", "removed", None, HOUR, "event"),
        ("one", "removed", None, DAY, "time"),
    ]
    assert held(tags, [web, purchase(T0 + 1)]) == {"one": "web"}


def test_of_one_instant_the_latest_is_the_last_read_and_the_earliest_the_first() -> None:
    spec = {"event": "purchase", "of": "amount", "within": "1d"}
    events = [purchase(T0, 100), purchase(T0, 200), purchase(T0, 300)]
    assert valued({"latest": spec}, events) == 3
    assert valued({"earliest": spec}, events) == 1
    assert valued({"latest": spec}, [purchase(T0, 500, order_id="o"), refund(T0, 500, "o")]) == 5


def test_interval_is_the_mean_time_between_events_of_the_window() -> None:
    spec = {"interval": BOUGHT}
    events = [purchase(T0), purchase(T0 + HOUR), purchase(T0 + 4 * HOUR)]
    assert valued(spec, events[:1]) is None
    assert valued(spec, events) == 2 * HOUR
    assert valued(spec, events, T0 + DAY) == 3 * HOUR
    assert valued(spec, events, T0 + DAY + HOUR) is None


def test_ratio_is_exact_and_unset_where_the_divisor_is_nothing() -> None:
    refunds = {"count": {"event": "refund", "within": "2d"}}
    ratio = {"ratio": {"of": refunds, "to": {"count": BOUGHT}}}
    events = [purchase(T0), purchase(T0 + 1), purchase(T0 + 2), refund(T0 + 3, 1, "o")]
    assert valued(ratio, events) == 0.333333
    assert valued(ratio, events, T0 + DAY + 1) == 1
    assert valued(ratio, events, T0 + DAY + 2) is None
    nested = {"ratio": {"of": ratio, "to": ratio}}
    assert valued(nested, events) == 1
    assert valued(nested, events[:3]) is None


def test_how_fast_an_agent_answers() -> None:
    spec = {"response_time": {"within": "1d"}}
    events = [
        chat(T0, "hello"),
        chat(T0 + 10 * MINUTE, "hello?"),
        chat(T0 + 20 * MINUTE, "hi", "outbound"),
        chat(T0 + 25 * MINUTE, "and?", "outbound"),
        chat(T0 + 30 * MINUTE, "else", conversation_id="w"),
        chat(T0 + 60 * MINUTE, "thanks"),
        chat(T0 + 61 * MINUTE, "lost", conversation_id=""),
        chat(T0 + 62 * MINUTE, "found", "outbound", conversation_id=""),
    ]
    assert valued(spec, events) == 15 * MINUTE
    assert valued(spec, events[:2]) is None
    assert valued(spec, events, T0 + DAY) == 10 * MINUTE
    assert valued(spec, events, T0 + DAY + 10 * MINUTE) is None
    customer = {"response_time": {"within": "1d", "of": "customer"}}
    assert valued(customer, events) == (40 + 35) * MINUTE / 2


def test_an_answer_of_the_same_instant_must_be_read_later() -> None:
    spec = {"response_time": {"within": "1d"}}
    question, answer = chat(T0, "hello"), chat(T0, "hi", "outbound")
    assert valued(spec, [question, answer]) == 0
    assert valued(spec, [answer, question]) is None


def test_how_long_a_tag_has_had_its_value() -> None:
    band = {"when": {"count": BOUGHT, "gte": 2}}
    values = {"two": band, "one": {"when": {"count": BOUGHT, "gte": 1}}}
    tags = {
        "band": {"form": "text", "values": values},
        "long": flag({"tag_age": "band", "gte": "2h"}),
    }
    events = [purchase(T0), purchase(T0 + HOUR), purchase(T0 + 90 * MINUTE)]
    changes = [one for one in told(tags, events, T0 + 3 * DAY) if one[0] == "long"]
    assert ops(changes) == [
        ("added", 3 * HOUR, "time"),
        ("removed", DAY + HOUR, "time"),
    ]
    stepped = {"band": tags["band"], "n": number({"tag_age": "band"}, step="1h")}
    assert held(stepped, events, T0 + 5 * HOUR)["n"] == 4 * HOUR


def test_the_age_of_a_tag_is_that_of_the_value_that_is_shown() -> None:
    tags = {"vip": flag({"count": BOUGHT, "gte": 1}), "old": flag({"tag_age": "vip", "gte": "2h"})}
    by_hand = [command(T0 + HOUR, "assign", "vip"), command(T0 + 4 * HOUR, "remove", "vip")]
    assert ops(told(tags, [profile(T0), *by_hand])) == [
        ("added", HOUR, "manual"),
        ("added", 3 * HOUR, "time"),
        ("removed", 4 * HOUR, "manual"),
        ("removed", 4 * HOUR, "event"),
    ]
