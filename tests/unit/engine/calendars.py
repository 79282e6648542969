"""Calendars by asking a zone about single instants: nothing is computed from its rules."""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, reset_tzpath

from tagger.rules.syntax import Period

reset_tzpath(())
HOUR_MS = 3_600_000
MINUTE_MS = 60_000
ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/Sao_Paulo",
    "America/St_Johns",
    "Asia/Kolkata",
    "Pacific/Apia",
)
"""Clock changes in the night, over midnight in both directions, a minute after midnight, none,
and of a whole day."""
ERAS = {
    "UTC": date(2027, 12, 27),
    "Europe/Berlin": date(2026, 3, 24),
    "America/Sao_Paulo": date(2018, 2, 13),
    "America/St_Johns": date(2010, 11, 2),
    "Asia/Kolkata": date(2024, 2, 25),
    "Pacific/Apia": date(2011, 12, 25),
}
"""Days before something happens in the zone."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def instant(text: str) -> int:
    """Milliseconds since the epoch of an RFC 3339 time."""
    return (datetime.fromisoformat(text) - _EPOCH) // timedelta(milliseconds=1)


def shown_date(at: int, zone: str) -> date:
    """What a calendar on the wall shows."""
    return (_EPOCH + timedelta(milliseconds=at)).astimezone(ZoneInfo(zone)).date()


@cache
def begin_of(day: date, zone: str) -> int:
    """The first minute that shows the day's date or a later one."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    at = (midnight - _EPOCH) // timedelta(milliseconds=1) - 15 * HOUR_MS
    while shown_date(at, zone) < day:
        at += HOUR_MS
    at -= 4 * HOUR_MS
    while shown_date(at, zone) < day:
        at += MINUTE_MS
    return at


@cache
def day_of(at: int, zone: str) -> date:
    """The day that has begun last."""
    day = shown_date(at, zone) - timedelta(days=2)
    while begin_of(day + timedelta(days=1), zone) <= at:
        day += timedelta(days=1)
    return day


def begins(first: date, days: int, zone: str) -> list[int]:
    """When each of so many days begins."""
    return [begin_of(first + timedelta(days=n), zone) for n in range(days)]


def first_day(period: Period, day: date) -> date:
    """The first day of the period that a day is in."""
    if period == "week":
        return day - timedelta(days=day.weekday())
    if period == "day":
        return day
    month = {"month": day.month, "quarter": (day.month - 1) // 3 * 3 + 1, "year": 1}[period]
    return day.replace(month=month, day=1)


def first_day_before(period: Period, day: date) -> date:
    """The first day of the period before the one that a day is in."""
    return first_day(period, first_day(period, day) - timedelta(days=1))
