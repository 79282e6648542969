"""Which day and which period an instant belongs to.

Today is the day that has begun last: a clock that is set back over midnight does not bring
yesterday back, and a date that a zone left out had no time in it.
"""

from datetime import date, timedelta
from functools import lru_cache

from tagger.rules.syntax import Period
from tagger.rules.zones import first_date, local_date, start_of_date

_DAY_MS = 86_400_000


def today(at: int, zone: str) -> date:
    """The day that has begun last."""
    found = date.min
    for start, day in _days_about(at // _DAY_MS, zone):
        if start > at:
            break
        found = day
    return found


def start_of_period(at: int, period: Period, zone: str, later: int = 0) -> int:
    """When the period that `at` is in begins, or the one so many after it (negative: before)."""
    return _start_of_period(today(at, zone), period, zone, later)


@lru_cache(maxsize=8_192)
def _start_of_period(day: date, period: Period, zone: str, later: int) -> int:
    return start_of_date(first_date(day, period, later), zone)


@lru_cache(maxsize=8_192)
def _days_about(number: int, zone: str) -> tuple[tuple[int, date], ...]:
    """The days of `zone` that an instant of one UTC day can be in, each with when it begins, but
    for the first, which has begun already. Days are numbered from the epoch."""
    begin = number * _DAY_MS
    days = [(begin, _day_begun_last(begin, zone))]
    while (day := days[-1][1]) < date.max:
        following = day + timedelta(days=1)
        start = start_of_date(following, zone)
        if start >= begin + _DAY_MS:
            break
        days.append((start, following))
    return tuple(days)


def _day_begun_last(at: int, zone: str) -> date:
    day = local_date(at, zone)
    if day == date.max:
        return day
    following = day + timedelta(days=1)
    return following if start_of_date(following, zone) <= at else day
