"""The oracle itself, against results that were worked out by hand."""

from typing import Any

import pytest

from .build import (
    DAY,
    HOUR,
    T0,
    browse,
    chat,
    command,
    flag,
    held,
    number,
    profile,
    purchase,
    told,
)
from .texts import mentions
from .values import Doc

THREE_IN_A_DAY = {"count": {"event": "purchase", "within": "1d"}, "gte": 3}
BOUGHT = {"count": {"event": "purchase", "within": "1d"}, "gte": 1}
NOTHING = {"event": "refund", "within": "1d"}
LARGE = {"attribute": "referrals"}
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


@pytest.mark.parametrize(
    ("measure", "value"),
    [
        ({"count": NOTHING}, 0),
        ({"sum": {**NOTHING, "of": "amount"}}, 0),
        ({"distinct": {**NOTHING, "of": "channel"}}, 0),
        ({"avg": {**NOTHING, "of": "amount"}}, None),
        ({"min": {**NOTHING, "of": "amount"}}, None),
        ({"max": {**NOTHING, "of": "amount"}}, None),
        ({"earliest": {**NOTHING, "of": "amount"}}, None),
        ({"latest": {**NOTHING, "of": "amount"}}, None),
        ({"since": {"event": "refund"}}, None),
        ({"interval": NOTHING}, None),
        ({"ratio": {"of": {"count": NOTHING}, "to": {"count": NOTHING}}}, None),
        ({"response_time": {"within": "1d"}}, None),
        ({"attribute": "referrals"}, None),
        ({"tag_age": "never"}, None),
    ],
)
def test_what_measures_of_nothing_are(measure: Doc, value: int | None) -> None:
    is_time = not {"since", "interval", "response_time", "tag_age"}.isdisjoint(measure)
    zero = "0s" if is_time else 0
    comparisons = {word: flag({**measure, word: zero}) for word in ("gte", "lt", "eq", "ne")}
    step = {"step": "1d"} if not {"since", "tag_age"}.isdisjoint(measure) else {}
    tags = {
        "n": number(measure, **step),
        "never": flag({"count": NOTHING, "gte": 1}),
        **comparisons,
    }
    tags["set"] = flag({**measure, "is_set": True})
    found = held(tags, [purchase(T0)])
    assert found == ({} if value is None else {"n": 0, "set": True, "gte": True, "eq": True})


def test_a_tag_whose_value_becomes_unset_is_removed() -> None:
    tags = {"n": number({"max": {"event": "purchase", "of": "amount", "within": "1d"}})}
    assert told(tags, [purchase(T0)], T0 + DAY) == [
        ("n", "added", 10, 0, "event"),
        ("n", "removed", None, DAY, "time"),
    ]


def test_a_number_is_published_when_its_sixth_decimal_changes() -> None:
    tags = {"n": number({"avg": {"event": "cart_add", "of": "quantity", "within": "1d"}})}
    thousands = [browse(T0 + n, "cart_add", quantity=1000) for n in range(3)]
    changes = told(tags, [*thousands, browse(T0 + 3, "cart_add", quantity=1001)])
    assert [value for _, _, value, _, _ in changes] == [1000, 1000.25]
    exact = {"ratio": {"of": {"count": {"event": "browse", "within": "1d"}}, "to": LARGE}}
    tiny = told({"n": number(exact)}, [profile(T0, referrals=3_000_000), browse(T0 + 1)])
    assert [value for _, _, value, _, _ in tiny] == [0]
    more = [profile(T0, referrals=3_000_000), browse(T0 + 1), browse(T0 + 2)]
    assert [value for _, _, value, _, _ in told({"n": number(exact)}, more)] == [0, 0.000001]


def test_a_flag_is_never_unset_and_other_tags_are_while_not_held() -> None:
    tags = {
        "flag": flag({"count": NOTHING, "gte": 1}),
        "band": {"form": "text", "values": {"some": {"when": {"count": NOTHING, "gte": 1}}}},
        "a": flag({"tag": "flag", "is_set": True}),
        "b": flag({"tag": "band", "is_set": False}),
        "c": flag({"tag": "flag", "ne": True}),
    }
    assert held(tags, [browse(T0)]) == {"a": True, "b": True, "c": True}


def test_what_a_pack_says_of_all_its_tags_a_tag_may_say_otherwise() -> None:
    tags = {"a": flag(BOUGHT), "b": flag(BOUGHT, status="stable", manual="allowed")}
    defaults = {"status": "experimental", "manual": "forbidden"}
    events = [purchase(T0), command(T0 + 1, "remove", "a"), command(T0 + 1, "remove", "b")]
    assert told(tags, events, defaults=defaults) == [
        ("b", "added", True, 0, "event"),
        ("b", "removed", None, 1, "manual"),
    ]
