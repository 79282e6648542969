"""Calendar periods: every instant lies in one, and they meet without gap or overlap."""

from typing import get_args

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tagger.engine.calendars import start_of_period
from tagger.rules.syntax import Period
from tagger.rules.zones import zone_names

from .calendars import ZONES, instant

zones = st.sampled_from(ZONES) | st.sampled_from(sorted(zone_names()))
instants = st.integers(-3_700_000_000_000, 4_700_000_000_000)
periods = st.sampled_from(get_args(Period))


@given(instants, zones, periods)
@example(instant("2006-10-29T02:45:00+00:00"), "America/St_Johns", "day")
@example(instant("2011-12-30T09:00:00+00:00"), "Pacific/Apia", "day")
def test_an_instant_lies_in_its_period_and_periods_meet(at: int, zone: str, period: Period) -> None:
    start, end = (start_of_period(at, period, zone, later) for later in (0, 1))
    assert start <= at < end
    assert start_of_period(end, period, zone) == end
    assert {start_of_period(each, period, zone) for each in (start, end - 1)} == {start}
    assert start_of_period(start - 1, period, zone) >= start_of_period(at, period, zone, -1)


def test_the_yesterday_of_a_date_that_was_left_out_before_is_empty() -> None:
    noon = instant("2011-12-31T12:00:00+14:00")
    begun, before = (start_of_period(noon, "day", "Pacific/Apia", later) for later in (0, -1))
    assert begun == before


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago", "UTC"])
@pytest.mark.parametrize("period", get_args(Period))
def test_the_ends_of_time_lie_in_periods_too(zone: str, period: Period) -> None:
    first = instant("0001-01-01T00:00:00+00:00")
    last = instant("9999-12-31T23:59:59+00:00") + 999
    assert start_of_period(first, period, zone, -1) <= start_of_period(first, period, zone)
    assert start_of_period(first, period, zone) <= first < start_of_period(first, period, zone, 1)
    assert start_of_period(last, period, zone) <= last
