"""Which day and which period an instant belongs to.

Today is the day that has begun last: a clock that is set back over midnight does not bring
yesterday back, and a date that a zone left out had no time in it.
"""

from datetime import date, timedelta

from tagger.rules.syntax import Period
from tagger.rules.zones import first_date, local_date, start_of_date


def today(at: int, zone: str) -> date:
    """The day that has begun last."""
    day = local_date(at, zone)
    if day == date.max:
        return day
    following = day + timedelta(days=1)
    return following if start_of_date(following, zone) <= at else day


def start_of_period(at: int, period: Period, zone: str, later: int = 0) -> int:
    """When the period that `at` is in begins, or the one so many after it (negative: before)."""
    return start_of_date(first_date(today(at, zone), period, later), zone)
