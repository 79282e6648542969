"""Which events of a series a window holds, and when that changes by itself.

A window of a length changes what it holds as it slides, a calendar period when the next one
begins. What a window holds is a slice [low:high] of the times, and both ends only ever grow.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator

from tagger.engine.sights import Window
from tagger.engine.sliding import END_OF_TIME, Sliding


def bounds(times: list[int], window: Window, at: int) -> tuple[int, int]:
    """The slice of the times that lie in the window at `at`, which no time is later than."""
    within_ms = window.within_ms
    if within_ms is None:
        return (0, len(times)) if window.is_ever else _bounds_of_period(times, window, at)
    ago_ms, high = window.ago_ms, len(times)
    if ago_ms:
        high = bisect_right(times, at - ago_ms)
    return bisect_right(times, at - ago_ms - within_ms, 0, high), high


def start_of(window: Window, at: int) -> int | None:
    """The instant that an event in the window at `at` must be at or after; None for ever."""
    if window.period is not None:
        return window.span(at)[2]
    return None if window.within_ms is None else at - window.ago_ms - window.within_ms + 1


def later_bounds(
    times: list[int], window: Window, at: int
) -> Iterator[tuple[int, tuple[int, int]]]:
    """Every instant after `at` at which the window's slice changes by itself, ascending, with
    the slice from then on."""
    if window.period is not None:
        return _later_periods(times, window, at)
    if window.within_ms is None:
        return iter(())
    return _later_slices(times, window, window.within_ms, at)


def _bounds_of_period(times: list[int], window: Window, at: int) -> tuple[int, int]:
    _, _, begin, end = window.span(at)
    low = bisect_left(times, begin)
    if not window.periods_ago:
        return low, len(times)
    return low, bisect_left(times, end, low)


def _later_periods(
    times: list[int], window: Window, at: int
) -> Iterator[tuple[int, tuple[int, int]]]:
    """When a period ends, it becomes the one before, and so on."""
    slice_ = _bounds_of_period(times, window, at)
    for _ in range(window.periods_ago + 1):
        instant = window.span(at)[1]
        if instant <= at:
            return
        before, at = slice_, instant
        slice_ = _bounds_of_period(times, window, at)
        if slice_ != before:
            yield at, slice_


def _later_slices(
    times: list[int], window: Window, within_ms: int, at: int
) -> Iterator[tuple[int, tuple[int, int]]]:
    sliding = Sliding(times, window.ago_ms, within_ms, at)
    while (instant := sliding.next_at) < END_OF_TIME:
        sliding.move()
        yield instant, (sliding.low, sliding.high)
