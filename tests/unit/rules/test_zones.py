"""Local dates and calendar periods, held against a search through the instants themselves."""

from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import get_args
from zoneinfo import ZoneInfo, reset_tzpath

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tagger.rules.syntax import Period
from tagger.rules.zones import (
    first_date,
    local_date,
    local_hour,
    local_weekday,
    start_of_date,
    zone_names,
)

HOUR_MS = 3_600_000
TOKYO = timedelta(hours=9)
ODD = [
    "America/Sao_Paulo",
    "Africa/Cairo",
    "Asia/Beirut",
    "Pacific/Apia",
    "Australia/Lord_Howe",
    "America/St_Johns",
    "America/Juneau",
    "Europe/Berlin",
    "UTC",
]
zones = st.sampled_from(ODD) | st.sampled_from(sorted(zone_names()))
days = st.dates(date(1850, 1, 1), date(2120, 1, 1))
instants = st.integers(-3_700_000_000_000, 4_700_000_000_000)
periods = st.sampled_from(get_args(Period))


def _ms(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp() * 1_000)


@given(days, zones)
@example(date(2018, 11, 4), "America/Sao_Paulo")
@example(date(2011, 12, 30), "Pacific/Apia")
@example(date(2006, 10, 29), "America/St_Johns")
@example(date(1867, 10, 18), "America/Juneau")
@example(date(1919, 3, 31), "America/Toronto")
def test_a_date_starts_at_its_first_instant_or_where_it_was_left_out(day: date, zone: str) -> None:
    start = start_of_date(day, zone)
    assert local_date(start, zone) >= day
    hours_before = range(1, 49)
    assert all(local_date(start - hours * HOUR_MS, zone) < day for hours in hours_before)
    assert local_date(start - 1, zone) < day


@given(days, zones)
def test_dates_start_one_after_the_other(day: date, zone: str) -> None:
    assert start_of_date(day, zone) <= start_of_date(day + timedelta(days=1), zone)


@given(days, periods, st.integers(-30, 30))
def test_periods_are_counted_by_the_calendar(day: date, period: Period, later: int) -> None:
    first = first_date(day, period)
    assert first <= day < first_date(day, period, 1)
    moved = first_date(day, period, later)
    assert first_date(moved, period) == moved
    assert first_date(moved, period, -later) == first
    if period in ("day", "week"):
        assert moved - first == timedelta(days=later * (7 if period == "week" else 1))
    else:
        months = (moved.year - first.year) * 12 + moved.month - first.month
        assert months == later * {"month": 1, "quarter": 3, "year": 12}[period]


@given(instants, zones)
def test_date_clock_and_weekday_are_those_of_the_zone(at: int, zone: str) -> None:
    with files("tzdata").joinpath("zoneinfo", zone).open("rb") as opened:
        rules = ZoneInfo.from_file(opened)
    local = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=at)).astimezone(rules)
    assert local_date(at, zone) == local.date()
    assert local_hour(at, zone) == local.hour
    assert local_weekday(at, zone) == f"{local:%a}".lower()


@pytest.mark.parametrize(
    ("zone", "day", "start"),
    [
        ("Europe/Berlin", date(2026, 3, 29), "2026-03-28T23:00:00+00:00"),
        ("Europe/Berlin", date(2026, 3, 30), "2026-03-29T22:00:00+00:00"),
        ("America/Sao_Paulo", date(2018, 11, 4), "2018-11-04T03:00:00+00:00"),
        ("Africa/Cairo", date(2024, 4, 26), "2024-04-25T22:00:00+00:00"),
        ("Asia/Beirut", date(2024, 3, 31), "2024-03-30T22:00:00+00:00"),
        ("Asia/Beirut", date(2024, 10, 27), "2024-10-26T22:00:00+00:00"),
        ("Pacific/Apia", date(2011, 12, 30), "2011-12-30T10:00:00+00:00"),
        ("Pacific/Apia", date(2011, 12, 31), "2011-12-30T10:00:00+00:00"),
        ("Australia/Lord_Howe", date(2026, 4, 6), "2026-04-05T13:30:00+00:00"),
        ("America/St_Johns", date(2006, 10, 29), "2006-10-29T02:30:00+00:00"),
        ("America/Toronto", date(1919, 3, 31), "1919-03-31T04:30:00+00:00"),
    ],
)
def test_known_clock_changes(zone: str, day: date, start: str) -> None:
    assert start_of_date(day, zone) == _ms(start)


def test_a_zone_that_is_not_there_is_refused() -> None:
    with pytest.raises(LookupError, match="no time zone is named"):
        local_date(0, "../UTC")


def test_the_rules_of_the_machine_do_not_matter(tmp_path: Path) -> None:
    (tmp_path / "Asia").mkdir()
    tokyo = files("tzdata").joinpath("zoneinfo", "Asia", "Tokyo").read_bytes()
    (tmp_path / "Asia" / "Kolkata").write_bytes(tokyo)
    reset_tzpath(to=[str(tmp_path)])
    try:
        assert datetime(1970, 1, 1, tzinfo=ZoneInfo.no_cache("Asia/Kolkata")).utcoffset() == TOKYO
        assert local_hour(0, "Asia/Kolkata") == 5
    finally:
        reset_tzpath()
