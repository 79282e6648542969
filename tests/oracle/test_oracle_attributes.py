"""The oracle on attributes, ages, anniversaries and texts, against results worked out by hand."""

from datetime import date

import pytest

from .build import DAY, HOUR, T0, browse, chat, flag, held, number, ops, profile, told
from .dates import anniversary, comes_round_within, full_years
from .values import Doc

AGE = number({"attribute": "age"})


def test_age_counts_full_years_and_rises_at_local_midnight() -> None:
    events = [profile(T0, birth_date="2000-03-03")]
    assert told({"n": AGE}, events, T0 + 3 * DAY) == [
        ("n", "added", 25, 0, "event"),
        ("n", "updated", 26, 2 * DAY, "time"),
    ]
    berlin = told({"n": AGE}, events, T0 + 3 * DAY, time_zone="Europe/Berlin")
    assert ops(berlin)[1:] == [("updated", 2 * DAY - HOUR, "time")]


@pytest.mark.parametrize(
    ("attributes", "age"),
    [
        ({"birth_date": "2000-03-01"}, 26),
        ({"birth_date": "2000-03-02", "age": 99}, 25),
        ({"age": 40}, 40),
        ({"birth_date": "1.3.2000", "age": 40}, 40),
        ({"birth_date": "20000301", "age": 40}, 40),
        ({"birth_date": "2000-02-30", "age": 40}, 40),
        ({"birth_date": 2000, "age": 40}, 40),
        ({"birth_date": "2026-03-02", "age": 40}, None),
        ({"birth_date": "2026-03-01"}, 0),
        ({"age": "forty"}, None),
        ({}, None),
    ],
)
def test_where_an_age_comes_from(attributes: Doc, age: int | None) -> None:
    assert held({"n": AGE}, [profile(T0, **attributes)]).get("n") == age


def test_born_on_29_february() -> None:
    leap = date(2000, 2, 29)
    assert anniversary(leap, 2026) == date(2026, 3, 1)
    assert anniversary(leap, 2028) == date(2028, 2, 29)
    assert full_years(leap, date(2026, 2, 28)) == 25
    assert full_years(leap, date(2026, 3, 1)) == 26
    assert full_years(leap, date(2028, 2, 29)) == 28
    assert held({"n": AGE}, [profile(T0, birth_date="2000-02-29")]) == {"n": 26}


def test_who_is_born_tomorrow_is_0_years_old_tomorrow() -> None:
    events = [profile(T0, birth_date="2026-03-02")]
    assert told({"n": AGE}, events, T0 + DAY) == [("n", "added", 0, DAY, "time")]


def test_a_birthday_comes_within_seven_days_and_passes() -> None:
    tags = {"soon": flag({"attribute": "birth_date", "anniversary_within": "7d"})}
    events = [profile(T0, birth_date="1990-03-11")]
    assert ops(told(tags, events, T0 + 365 * DAY)) == [
        ("added", 4 * DAY, "time"),
        ("removed", 11 * DAY, "time"),
    ]
    again = ops(told(tags, events, T0 + 400 * DAY))[2:]
    assert again == [("added", 369 * DAY, "time"), ("removed", 376 * DAY, "time")]


@pytest.mark.parametrize(
    ("of", "days", "day", "is_near"),
    [
        ("2020-03-08", 7, "2026-03-01", False),
        ("2020-03-07", 7, "2026-03-01", True),
        ("2020-03-01", 1, "2026-03-01", True),
        ("2020-02-28", 7, "2026-03-01", False),
        ("2020-01-02", 7, "2026-12-28", True),
        ("2020-02-29", 1, "2026-03-01", True),
        ("2020-02-29", 1, "2028-02-29", True),
        ("2020-02-29", 1, "2028-03-01", False),
        ("2026-03-05", 7, "2026-03-01", True),
        ("2027-03-05", 7, "2026-03-01", False),
        ("2020-02-28", 366, "2026-03-01", True),
    ],
)
def test_which_anniversaries_are_near(of: str, days: int, day: str, is_near: bool) -> None:
    found = comes_round_within(date.fromisoformat(of), days, date.fromisoformat(day))
    assert found is is_near


def test_only_a_date_has_anniversaries() -> None:
    tags = {"soon": flag({"attribute": "joined", "anniversary_within": "366d"})}
    joined = {"attributes": {"joined": {"type": "text"}}}
    assert held(tags, [profile(T0, joined="2020-05-05")], **joined) == {"soon": True}
    assert held(tags, [profile(T0, joined="5 May")], **joined) == {}
    assert held(tags, [browse(T0)], **joined) == {}


def test_of_two_updates_the_later_wins_name_by_name_and_undeclared_names_are_no_error() -> None:
    tags = {
        "ulm": flag({"attribute": "city", "eq": "Ulm"}),
        "gold": flag({"attribute": "loyalty", "eq": "gold"}),
        "typed": flag({"attribute": "referrals", "is_set": True}),
    }
    words = {"attributes": {"loyalty": {"type": "text"}}}
    later = profile(T0 + 1, city="Ulm", unheard_of=1)
    events = [later, profile(T0, city="Bonn", loyalty="gold", referrals="many")]
    assert held(tags, events, **words) == {"ulm": True, "gold": True}


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("^order [0-9]+", "order 12 please", True),
        ("^order [0-9]+", "my order 12", False),
        ("refund|退款", "我要退款", True),
        ("(?i)refund", "REFUND!", True),
        ("refund", "REFUND!", False),
        ("o{2}k$", "look", True),
    ],
)
def test_a_regular_expression_is_searched_in_the_text_as_it_came(
    pattern: str, text: str, found: bool
) -> None:
    where = {"text": {"matches": pattern}}
    said = flag({"count": {"event": "chat", "where": where, "ever": True}, "gte": 1})
    assert ("said" in held({"said": said}, [chat(T0, text)])) is found


def test_a_regular_expression_may_look_at_an_attribute() -> None:
    tags = {"new": flag({"attribute": "city", "matches": "^New "})}
    assert held(tags, [profile(T0, city="New York")]) == {"new": True}
    assert held(tags, [profile(T0, city="York")]) == {}


def test_texts_are_compared_as_they_are_and_a_bare_value_means_equal() -> None:
    def count(where: Doc) -> Doc:
        return flag({"count": {"event": "browse", "where": where, "ever": True}, "gte": 1})

    tags = {
        "bare": count({"page": "Home"}),
        "case": count({"page": "home"}),
        "list": count({"page": {"in": "pages"}}),
        "wide": count({"page": {"in": ["Ｈome"]}}),
        "both": count({"page": {"ne": "x", "in": ["Home", "x"]}}),
        "none": count({"page": {"ne": "Home", "in": ["Home", "x"]}}),
    }
    found = held(tags, [browse(T0, page="Home")], lists={"pages": ["Home", "Start"]})
    assert found == {"bare": True, "list": True, "both": True}


def test_several_comparators_beside_a_measure_must_all_hold() -> None:
    when = {"attribute": "referrals", "gte": 2, "lt": 4, "ne": 3}
    for referrals, found in [(1, {}), (2, {"a": True}), (3, {}), (4, {})]:
        assert held({"a": flag(when)}, [profile(T0, referrals=referrals)]) == found


def test_a_flag_may_stand_alone() -> None:
    tags = {
        "ulm": flag({"attribute": "city", "eq": "Ulm"}),
        "in": flag({"tag": "ulm"}),
        "out": flag({"not": {"tag": "ulm"}}),
    }
    assert held(tags, [profile(T0, city="Ulm")]) == {"in": True, "ulm": True}
    assert held(tags, [profile(T0)]) == {"out": True}
