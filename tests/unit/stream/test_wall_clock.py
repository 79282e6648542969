"""What is believed of a wall clock that somebody sets."""

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagger.stream.wall_clock import DOUBT_MS, STEP_MS, WallClock
from tagger.telemetry import Telemetry

HOUR = 3_600_000
NOON = 1_780_000_000_000
"""What the wall clock shows when the monotonic one shows 0."""


def running(*readings: tuple[int, int]) -> WallClock:
    """A clock at which was looked at these times: the monotonic one, and what the wall clock was
    ahead of the right time."""
    clock = WallClock(NOON, 0, Telemetry())
    for monotonic, ahead_ms in readings:
        clock.read(NOON + monotonic + ahead_ms, monotonic)
    return clock


def test_a_clock_that_nobody_sets_is_believed_with_its_small_corrections() -> None:
    clock = running((50, 0), (100, STEP_MS), (150, STEP_MS - 400))
    assert (clock.certain, clock.now) == (NOON + 750, NOON + 750)
    assert (clock.is_doubted, clock.step_ms) == (False, 0)


@pytest.mark.parametrize("hours", [24, -24])
def test_a_step_moves_neither_what_is_certain_ahead_nor_what_is_live(hours: int) -> None:
    clock = running((50, 0), (100, hours * HOUR))
    assert clock.certain == NOON + 100 + min(0, hours * HOUR)
    assert clock.now == NOON + 100
    assert clock.step_ms == hours * HOUR


@pytest.mark.parametrize("ahead_ms", [HOUR, -HOUR])
def test_a_clock_that_is_set_right_again_is_believed_at_once(ahead_ms: int) -> None:
    clock = running((100, ahead_ms), (200, 0))
    assert (clock.certain, clock.now, clock.is_doubted) == (NOON + 200, NOON + 200, False)


def test_a_step_ahead_that_nothing_speaks_against_is_believed_in_the_end() -> None:
    last = 100 + DOUBT_MS
    assert running((100, HOUR), (last - 1, HOUR)).is_doubted
    clock = running((100, HOUR), (last, HOUR))
    assert (clock.certain, clock.now) == (NOON + last + HOUR, NOON + last + HOUR)


def test_silence_believes_no_step_back_so_that_what_comes_then_is_not_of_the_future() -> None:
    last = 100 + 2 * DOUBT_MS
    clock = running((100, -HOUR), (last, -HOUR))
    assert (clock.certain, clock.now) == (NOON + last - HOUR, NOON + last)


def test_each_further_step_begins_the_doubt_anew() -> None:
    begun = DOUBT_MS - 100
    steps = [(100, HOUR), (begun, 2 * HOUR)]
    assert running(*steps, (begun + DOUBT_MS - 1, 2 * HOUR)).is_doubted
    assert not running(*steps, (begun + DOUBT_MS, 2 * HOUR)).is_doubted


def test_a_record_from_the_new_time_proves_a_step_ahead() -> None:
    clock = running((100, HOUR))
    clock.heard(NOON + HOUR + 80)
    clock.read(NOON + HOUR + 120, 120)
    assert (clock.certain, clock.is_doubted) == (NOON + HOUR + 120, False)


def test_a_record_moves_what_is_certain_no_further_than_it_proves() -> None:
    clock = running((100, 24 * HOUR))
    clock.heard(NOON + HOUR)
    clock.read(NOON + 24 * HOUR + 100, 100)
    assert (clock.certain, clock.is_doubted) == (NOON + HOUR, True)
    clock.heard(NOON + 99 * HOUR)
    clock.read(NOON + 24 * HOUR + 100, 100)
    assert clock.certain == NOON + 24 * HOUR + 100


@pytest.mark.parametrize("ahead_ms", [HOUR, -HOUR])
def test_live_records_from_the_old_time_keep_a_step_in_doubt(ahead_ms: int) -> None:
    clock = running((100, ahead_ms))
    for monotonic in range(1_000, 3 * DOUBT_MS, 60_000):
        clock.read(NOON + monotonic + ahead_ms, monotonic)
        clock.heard(NOON + monotonic - 200)
    assert clock.is_doubted
    assert clock.certain == NOON + monotonic + min(0, ahead_ms)


def test_old_records_say_nothing_about_a_step() -> None:
    clock = running((100, HOUR), (DOUBT_MS, HOUR))
    clock.heard(NOON - 24 * HOUR)
    clock.heard(-1)
    clock.read(NOON + HOUR + DOUBT_MS + 100, DOUBT_MS + 100)
    assert not clock.is_doubted


@given(
    st.lists(
        st.tuples(st.integers(1, DOUBT_MS // 12), st.integers(-48 * HOUR, 48 * HOUR)),
        min_size=1,
        max_size=10,
    )
)
def test_however_it_is_set_nothing_later_than_the_right_time_is_certain(
    steps: list[tuple[int, int]],
) -> None:
    """Within the time of doubt, and but for steps too small to be told from corrections."""
    clock, monotonic = WallClock(NOON, 0, Telemetry()), 0
    for passed_ms, ahead_ms in steps:
        monotonic += passed_ms
        clock.read(NOON + monotonic + ahead_ms, monotonic)
        clock.heard(NOON + monotonic)
        assert clock.certain <= NOON + monotonic + len(steps) * STEP_MS
        assert clock.now >= NOON + monotonic - len(steps) * STEP_MS


def test_a_step_is_told_once_by_metric_and_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    telemetry = Telemetry()
    clock = WallClock(NOON, 0, telemetry)
    with caplog.at_level(logging.WARNING, "tagger.stream"):
        for monotonic in (100, 200, 300):
            clock.read(NOON + HOUR + monotonic, monotonic)
    assert telemetry.registry.get_sample_value("tagger_wall_clock_steps_total") == 1
    (line,) = caplog.messages
    assert "+3600.000 s" in line
    assert "NTP" in line
