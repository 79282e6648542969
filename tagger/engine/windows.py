"""Which events of a series a window holds, and when that changes by itself.

A window of length w, a ago, at t is (t - a - w, t - a]: an event at e enters at e + a and leaves
at e + a + w, both exactly. A calendar period changes what it holds when the next one begins.
What a window holds is a slice [low:high] of the times, and both ends only ever grow.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from tagger.engine.calendars import start_of_period
from tagger.rules.plan import Frame
from tagger.rules.syntax import Period


def bounds(times: Sequence[int], frame: Frame, at: int) -> tuple[int, int]:
    """The slice of the times that lie in the window at `at`, which no time is later than."""
    if frame.period is not None:
        return _bounds_of_period(times, frame, frame.period, at)
    if frame.within_ms is None:
        return 0, len(times)
    high = bisect_right(times, at - frame.ago_ms) if frame.ago_ms else len(times)
    return bisect_right(times, at - frame.ago_ms - frame.within_ms, 0, high), high


def start_of(frame: Frame, at: int) -> int | None:
    """The instant that an event in the window at `at` must be at or after; None for ever."""
    if frame.period is not None:
        return start_of_period(at, frame.period, frame.zone, -frame.periods_ago)
    return None if frame.within_ms is None else at - frame.ago_ms - frame.within_ms + 1


def later_bounds(
    times: Sequence[int], frame: Frame, at: int
) -> Iterator[tuple[int, tuple[int, int]]]:
    """Every instant after `at` at which the window's slice changes by itself, ascending, with
    the slice from then on."""
    if frame.period is not None:
        return _later_periods(times, frame, frame.period, at)
    if frame.within_ms is None:
        return iter(())
    return _later_slices(times, frame, frame.within_ms, at)


def _bounds_of_period(
    times: Sequence[int], frame: Frame, period: Period, at: int
) -> tuple[int, int]:
    low = bisect_left(times, start_of_period(at, period, frame.zone, -frame.periods_ago))
    if not frame.periods_ago:
        return low, len(times)
    end = start_of_period(at, period, frame.zone, 1 - frame.periods_ago)
    return low, bisect_left(times, end, low)


def _later_periods(
    times: Sequence[int], frame: Frame, period: Period, at: int
) -> Iterator[tuple[int, tuple[int, int]]]:
    slice_ = _bounds_of_period(times, frame, period, at)
    for _ in range(frame.periods_ago + 1):
        instant = start_of_period(at, period, frame.zone, 1)
        if instant <= at:
            return
        before, at = slice_, instant
        slice_ = _bounds_of_period(times, frame, period, at)
        if slice_ != before:
            yield at, slice_


def _later_slices(
    times: Sequence[int], frame: Frame, within_ms: int, at: int
) -> Iterator[tuple[int, tuple[int, int]]]:
    low, high = bounds(times, frame, at)
    count = len(times)
    enters_ms, leaves_ms = frame.ago_ms, frame.ago_ms + within_ms
    while low < count:
        instant = times[low] + leaves_ms
        if high < count:
            instant = min(instant, times[high] + enters_ms)
        while high < count and times[high] + enters_ms == instant:
            high += 1
        while low < count and times[low] + leaves_ms == instant:
            low += 1
        yield instant, (low, high)
