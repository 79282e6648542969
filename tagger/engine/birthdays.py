"""Ages and anniversaries: what calendars in a zone say of a date, and when that changes.

In years without a 29 February its anniversary is 1 March.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache

from tagger.engine.calendars import today
from tagger.engine.trajectory import UNEXPLORED, Trajectory
from tagger.rules.zones import start_of_date

_YEARS_AHEAD = 150
_MOST_YEARS_BETWEEN_GAPS = 10
"""Of two anniversaries with a leap day between them, at most 8 years lie before the next two."""


def anniversary(of: date, year: int) -> date | None:
    """The day of that year on which a date comes round; None in years that calendars lack."""
    if not date.min.year <= year <= date.max.year:
        return None
    if (of.month, of.day) == (2, 29) and not _is_leap(year):
        return date(year, 3, 1)
    return of.replace(year=year)


def age_on(day: date, born: date) -> int | None:
    """Full years; unset before the birth."""
    if day < born:
        return None
    birthday = anniversary(born, day.year)
    return day.year - born.year - (birthday is not None and day < birthday)


def ages(born: date, zone: str, at: int) -> Trajectory:
    """The age from `at` on, one segment a year; unexplored after 150 of them."""
    years = age_on(today(at, zone), born)
    yield at, years
    following = 0 if years is None else years + 1
    for age in range(following, following + _YEARS_AHEAD):
        start = _turning(born, age, zone)
        if start is None:
            return
        if start > at:
            yield start, age
    start = _turning(born, following + _YEARS_AHEAD, zone)
    if start is not None:
        yield start, UNEXPLORED


def turns_of_age(born: date, zone: str, ages_: Iterable[int], at: int) -> list[int]:
    """The instants after `at` at which one of these ages begins, ascending."""
    found = {_turning(born, age, zone) for age in ages_ if age >= 0}
    return sorted(each for each in found if each is not None and each > at)


def _turning(born: date, age: int, zone: str) -> int | None:
    """When somebody turns that old."""
    birthday = anniversary(born, born.year + age)
    return None if birthday is None else start_of_date(birthday, zone)


@lru_cache(maxsize=1_024)
def look_at_anniversary(of: date, days: int, zone: str, at: int) -> tuple[bool, int | None]:
    """Whether an anniversary, the date itself being the first, lies in the `days` that begin
    with today; and the first later instant at which that is otherwise.

    The days before one anniversary may reach back to the one before, so these stretches are
    joined until there is a gap.
    """
    day = today(at, zone)
    first_year = max(of.year, day.year - 1)
    until: int | None = None
    for year in range(first_year, first_year + _MOST_YEARS_BETWEEN_GAPS):
        stretch = _stretch(of, days, zone, year)
        if stretch is None:
            break
        start, end = stretch
        if end <= at or start >= end:
            continue
        if until is None and start > at:
            return False, start
        if until is not None and start > until:
            return True, until
        until = end
    return until is not None, None


def _stretch(of: date, days: int, zone: str, year: int) -> tuple[int, int] | None:
    """When the anniversary of that year is near: from some days before it to its end."""
    round_day = anniversary(of, year)
    if round_day is None or round_day == date.max:
        return None
    ahead = timedelta(days=days - 1)
    start = round_day - ahead if round_day - date.min > ahead else date.min
    return start_of_date(start, zone), start_of_date(round_day + timedelta(days=1), zone)


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
