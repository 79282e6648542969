"""Local dates and calendar periods, found by asking the zone database about single instants.

Readings fixed here:

- a day begins at the first instant whose local date is that day or later, and lasts until the next
  day begins: a clock set back over midnight does not bring yesterday back;
- so `this`, `previous`, ages and anniversaries go by the day that has begun; what an event's clock
  showed (`hour`, `weekday`, `distinct` of dates) is read off the clock itself.
"""

import re
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

QUARTER_HOUR_MS = 900_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ONE_DAY = timedelta(days=1)


def local_clock(at: int, zone: str) -> datetime:
    """What calendar and clock show in the zone."""
    return (EPOCH + timedelta(milliseconds=at)).astimezone(ZoneInfo(zone))


@cache
def begin_of(day: date, zone: str) -> int:
    """The first instant whose local date is `day` or later.

    No zone is further than 16 hours from UTC, none skips more than a day, and no clock is changed
    twice within a quarter of an hour.
    """
    midnight = (datetime(day.year, day.month, day.day, tzinfo=UTC) - EPOCH) // timedelta(
        milliseconds=1
    )
    low = midnight - 64 * QUARTER_HOUR_MS
    while local_clock(low + QUARTER_HOUR_MS, zone).date() < day:
        low += QUARTER_HOUR_MS
    high = low + QUARTER_HOUR_MS
    while high - low > 1:
        middle = (low + high) // 2
        if local_clock(middle, zone).date() < day:
            low = middle
        else:
            high = middle
    return high


@lru_cache(maxsize=65_536)
def today(at: int, zone: str) -> date:
    """The day that has begun last."""
    shown = local_clock(at, zone).date()
    return shown + ONE_DAY if begin_of(shown + ONE_DAY, zone) <= at else shown


def first_day(period: str, day: date) -> date:
    """The first day of the period that `day` lies in."""
    match period:
        case "day":
            return day
        case "week":
            return day - timedelta(days=day.weekday())
        case "month":
            return day.replace(day=1)
        case "quarter":
            return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
        case "year":
            return day.replace(month=1, day=1)
    raise ValueError(f"no period: {period}")


@cache
def next_first_day(period: str, day: date) -> date:
    """The first day of the period after the one that `day` lies in."""
    later = day
    while first_day(period, later) == first_day(period, day):
        later += ONE_DAY
    return later


def period_begin(period: str, at: int, zone: str) -> int:
    """When the period that `at` lies in began."""
    return begin_of(first_day(period, today(at, zone)), zone)


def previous_begin(period: str, at: int, zone: str) -> int:
    """When the period before that began."""
    first = first_day(period, today(at, zone))
    return begin_of(first_day(period, first - ONE_DAY), zone)


def next_begins(period: str, at: int, zone: str) -> tuple[int, int]:
    """When the next period begins, and when the one after it."""
    following = next_first_day(period, today(at, zone))
    return begin_of(following, zone), begin_of(next_first_day(period, following), zone)


def iso_date(text: object) -> date | None:
    """The date that a text is; only `YYYY-MM-DD` is one."""
    if not isinstance(text, str) or re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def anniversary(of: date, year: int) -> date:
    """The day of that year on which `of` comes round; 29 February falls on 1 March."""
    try:
        return of.replace(year=year)
    except ValueError:
        return date(year, 3, 1)


def full_years(born: date, day: date) -> int | None:
    """Years lived on a day; unset before birth."""
    if day < born:
        return None
    return day.year - born.year - (day < anniversary(born, day.year))


def comes_round_within(of: date, days: int, day: date) -> bool:
    """Whether an anniversary, or the date itself, lies in the `days` that begin with `day`."""
    for year in range(day.year, (day + timedelta(days=days)).year + 1):
        round_day = anniversary(of, year)
        if round_day >= of and day <= round_day < day + timedelta(days=days):
            return True
    return False
