"""Local dates, clocks and calendar periods of time zones.

The rules of the zones are those of the package `tzdata`, never the machine's, so that every
worker and every replay of one installation agree. Instants are milliseconds since the epoch, of
the years 1 to 9999; what lies beyond is cut to their first or last day.

A period starts at the first instant whose local date is its first date or a later one: where a
clock change leaves out midnight, or a whole date, at the change. So starts never decrease from
one date to the next, and an instant belongs to the period that started last.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from tagger.rules.syntax import Period

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = timedelta(days=1)
_SECOND_MS = 1_000
_FIRST = datetime.min.replace(tzinfo=UTC) + _DAY
_LAST = datetime.max.replace(tzinfo=UTC) - _DAY
_FIRST_MS = (_FIRST - _EPOCH) // timedelta(milliseconds=1)
_LAST_MS = (_LAST - _EPOCH) // timedelta(milliseconds=1)
_BEGIN_MS = -62_135_596_800_000
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_MONTHS_OF_ALL_YEARS = 12 * 9999


@cache
def zone_names() -> frozenset[str]:
    """The IANA names that packs may use."""
    return frozenset(files("tzdata").joinpath("zones").read_text("utf-8").split())


@cache
def _rules_of(zone: str) -> ZoneInfo:
    if zone not in zone_names():
        raise LookupError(f"no time zone is named {zone!r}")
    with files("tzdata").joinpath("zoneinfo", *zone.split("/")).open("rb") as opened:
        return ZoneInfo.from_file(opened, key=zone)


def _local(at: int, zone: str) -> datetime:
    """What calendars and clocks show, to the second."""
    cut_ms = min(max(at, _FIRST_MS), _LAST_MS)
    return datetime.fromtimestamp(cut_ms // _SECOND_MS, _rules_of(zone))


def local_date(at: int, zone: str) -> date:
    """The date that calendars in `zone` show at `at`. Raises LookupError for an unknown zone, as
    all functions here do."""
    return _local(at, zone).date()


def local_hour(at: int, zone: str) -> int:
    """The hour that clocks in `zone` show at `at`, 0 to 23."""
    return _local(at, zone).hour


def local_weekday(at: int, zone: str) -> str:
    """The weekday in `zone` at `at`, one of `WEEKDAYS`."""
    return WEEKDAYS[_local(at, zone).weekday()]


@lru_cache(maxsize=65_536)
def start_of_date(day: date, zone: str) -> int:
    """The first instant whose local date is `day` or a later one."""
    rules = _rules_of(zone)
    if day <= _FIRST.date():
        return _BEGIN_MS
    inner = min(day, _LAST.date())
    midnight = datetime.combine(inner, time(), rules)
    at = _instant(midnight)
    if midnight.utcoffset() == midnight.replace(fold=1).utcoffset():
        return at
    low = _instant(midnight.replace(fold=1))
    if low > at:
        return at
    while low < at:
        middle = (low + at) // 2
        if local_date(middle, zone) < inner:
            low = middle + 1
        else:
            at = middle
    return at


def _instant(local: datetime) -> int:
    return (local - _EPOCH) // timedelta(milliseconds=1)


def first_date(day: date, period: Period, later: int = 0) -> date:
    """The first date of the period that `day` is in, or of the one `later` periods after it
    (negative: before it)."""
    if period in ("day", "week"):
        days = day.weekday() if period == "week" else 0
        ordinal = day.toordinal() - days + later * (7 if period == "week" else 1)
        return date.fromordinal(min(max(ordinal, 1), date.max.toordinal()))
    size = _MONTHS[period]
    months = (day.year - 1) * 12 + day.month - 1
    months = (months // size + later) * size
    if months >= _MONTHS_OF_ALL_YEARS:
        return date.max
    return date(max(months, 0) // 12 + 1, max(months, 0) % 12 + 1, 1)
