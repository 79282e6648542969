"""The oracle on windows and zones, against results worked out by hand.

1 March 2026 (`T0`) is a Sunday.
"""

from datetime import UTC, date, datetime

import pytest

from .build import DAY, HOUR, T0, browse, flag, held, number, ops, purchase, told
from .dates import begin_of, today
from .values import Doc


def at(text: str) -> int:
    """Milliseconds of a UTC time."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 1000


def bought(**window: object) -> Doc:
    return flag({"count": {"event": "purchase", **window}, "gte": 1})


@pytest.mark.parametrize(
    ("window", "since", "until"),
    [
        ({"this": "day"}, 0, DAY),
        ({"previous": "day"}, DAY, 2 * DAY),
        ({"this": "week"}, 0, DAY),
        ({"previous": "week"}, DAY, 8 * DAY),
        ({"this": "month"}, 0, 31 * DAY),
        ({"previous": "month"}, 31 * DAY, (31 + 30) * DAY),
        ({"this": "quarter"}, 0, 31 * DAY),
        ({"previous": "quarter"}, 31 * DAY, (31 + 91) * DAY),
        ({"this": "year"}, 0, 306 * DAY),
        ({"previous": "year"}, 306 * DAY, (306 + 365) * DAY),
    ],
)
def test_a_calendar_window_changes_at_the_first_instant_of_a_period(
    window: Doc, since: int, until: int
) -> None:
    changes = told({"then": bought(**window)}, [purchase(T0)], T0 + 1000 * DAY)
    assert ops(changes) == [
        ("added", since, "time" if since else "event"),
        ("removed", until, "time"),
    ]


def test_what_happens_at_the_first_instant_of_a_period_belongs_to_it() -> None:
    tags = {"today": number({"count": {"event": "purchase", "this": "day"}})}
    assert held(tags, [purchase(T0 - 1), purchase(T0), purchase(T0 + 1)]) == {"today": 2}
    yesterday = {"then": number({"count": {"event": "purchase", "previous": "day"}})}
    events = [purchase(T0 - DAY - 1), purchase(T0 - DAY), purchase(T0 - 1), purchase(T0)]
    assert held(yesterday, events) == {"then": 2}


def test_a_day_is_that_of_the_packs_zone() -> None:
    changes = told({"a": bought(this="day")}, [purchase(T0)], T0 + DAY, time_zone="Europe/Berlin")
    assert ops(changes) == [("added", 0, "event"), ("removed", 23 * HOUR, "time")]


def test_the_day_on_which_clocks_are_put_forward_has_23_hours() -> None:
    begin = at("2026-03-28T23:00")
    tags = {"a": bought(this="day"), "b": bought(previous="day")}
    changes = told(tags, [purchase(begin)], begin + 3 * DAY, time_zone="Europe/Berlin")
    assert [(tag, op, when + T0 - begin) for tag, op, _, when, _ in changes] == [
        ("a", "added", 0),
        ("a", "removed", 23 * HOUR),
        ("b", "added", 23 * HOUR),
        ("b", "removed", 47 * HOUR),
    ]


@pytest.mark.parametrize(
    ("day", "zone", "begin"),
    [
        (date(2026, 10, 26), "Europe/Berlin", "2026-10-25T23:00"),
        (date(2026, 9, 6), "America/Santiago", "2026-09-06T04:00"),
        (date(2026, 4, 5), "America/Santiago", "2026-04-05T04:00"),
        (date(2011, 12, 30), "Pacific/Apia", "2011-12-30T10:00"),
        (date(2011, 12, 31), "Pacific/Apia", "2011-12-30T10:00"),
        (date(2010, 11, 7), "America/St_Johns", "2010-11-07T02:30"),
        (date(2026, 1, 1), "Asia/Kathmandu", "2025-12-31T18:15"),
    ],
)
def test_when_a_day_begins(day: date, zone: str, begin: str) -> None:
    assert begin_of(day, zone) == at(begin)


def test_a_clock_set_back_over_midnight_does_not_bring_yesterday_back() -> None:
    assert today(at("2010-11-07T02:29"), "America/St_Johns") == date(2010, 11, 6)
    assert today(at("2010-11-07T02:45"), "America/St_Johns") == date(2010, 11, 7)


def test_time_since_the_last_event_of_a_window_is_unset_when_that_has_left() -> None:
    when = {"since": {"event": "purchase", "within": "1d"}, "gte": "1h"}
    assert ops(told({"a": flag(when)}, [purchase(T0)], T0 + 3 * DAY)) == [
        ("added", HOUR, "time"),
        ("removed", DAY, "time"),
    ]


def test_the_first_event_of_a_window_is_another_once_the_first_has_left() -> None:
    when = {"since_first": {"event": "purchase", "within": "1d"}, "gte": "18h"}
    events = [purchase(T0), purchase(T0 + 12 * HOUR)]
    assert ops(told({"a": flag(when)}, events, T0 + 3 * DAY)) == [
        ("added", 18 * HOUR, "time"),
        ("removed", DAY, "time"),
        ("added", 30 * HOUR, "time"),
        ("removed", 36 * HOUR, "time"),
    ]


def test_time_since_may_look_at_a_calendar_period_or_further_back() -> None:
    this = {"since": {"event": "purchase", "this": "day"}, "gt": "0s"}
    ago = {"since": {"event": "purchase", "within": "1h", "ago": "2h"}, "lt": "150m"}
    tags = {"ago": flag(ago), "this": flag(this)}
    assert told(tags, [purchase(T0 + HOUR)], T0 + 3 * DAY) == [
        ("this", "added", True, HOUR + 1, "time"),
        ("ago", "added", True, 3 * HOUR, "time"),
        ("ago", "removed", None, 3 * HOUR + HOUR // 2, "time"),
        ("this", "removed", None, DAY, "time"),
    ]


@pytest.mark.parametrize(
    ("where", "zone", "found"),
    [
        ({"hour": 0}, "UTC", True),
        ({"hour": 1}, "UTC", False),
        ({"hour": 1}, "Europe/Berlin", True),
        ({"hour": {"gte": 22}}, "America/Sao_Paulo", False),
        ({"hour": {"between": [21, 22]}}, "America/Sao_Paulo", True),
        ({"weekday": "sun"}, "UTC", True),
        ({"weekday": {"in": ["fri", "sat"]}}, "America/Sao_Paulo", True),
        ({"weekday": {"ne": "sun"}}, "UTC", False),
    ],
)
def test_the_hour_and_weekday_of_an_event_are_those_of_the_packs_zone(
    where: Doc, zone: str, found: bool
) -> None:
    assert ("a" in held({"a": bought(where=where, ever=True)}, [purchase(T0)], time_zone=zone)) is (
        found
    )


def test_an_event_leaves_a_window_exactly_once_it_is_as_old_and_an_hour_may_last_two() -> None:
    tags = {"n": number({"count": {"event": "browse", "ever": True, "where": {"hour": 2}}})}
    autumn = at("2026-10-25T00:00")
    events = [browse(autumn + part * HOUR // 2) for part in range(6)]
    assert held(tags, events, time_zone="Europe/Berlin") == {"n": 4}
