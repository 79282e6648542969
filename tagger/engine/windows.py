"""Views of a series: what a window holds at an instant, and when that crosses a threshold.

A window of length w, a ago, at t is (t - a - w, t - a]: an event at e enters at e + a and leaves
at e + a + w, both exactly.
"""

from bisect import bisect_right
from collections.abc import Iterator
from fractions import Fraction
from math import ceil, floor
from typing import NamedTuple

from tagger.engine.filters import compare
from tagger.engine.profile import StoredNumber
from tagger.engine.series import add_up, exact
from tagger.rules.plan import Exact, Op, Threshold

_NEVER = 2**63 - 1
_ORDERED = (Op.GTE, Op.LT, Op.GT, Op.LTE)


class Window(NamedTuple):
    """A view: times ascending, values beside them when sums are asked for. `within_ms` None is
    ever. `has_negative` tells that a value may be below 0."""

    times: list[int]
    values: list[StoredNumber] | None
    within_ms: int | None
    ago_ms: int
    has_negative: bool

    @property
    def only_falls(self) -> bool:
        """Whether the count or sum cannot rise with no event."""
        return not self.ago_ms and not self.has_negative


def bounds(window: Window, at: int) -> tuple[int, int]:
    """The slice [low:high] of the times that lie in the window at `at`."""
    high = bisect_right(window.times, at - window.ago_ms)
    if window.within_ms is None:
        return 0, high
    return bisect_right(window.times, at - window.ago_ms - window.within_ms), high


def next_flip(window: Window, at: int, op: Op, thresholds: tuple[Threshold, ...]) -> int | None:
    """The first instant after `at` at which the comparison of the number of events (or, with
    `values`, of their sum) with the thresholds turns out otherwise, if no event comes."""
    if window.only_falls and len(thresholds) == 1 and op in _ORDERED:
        least, strictly = thresholds[0], op in (Op.GT, Op.LTE)
        if isinstance(least, int | Fraction):
            return _fall(window, at, least, strictly=strictly)
    low, high = bounds(window, at)
    values = window.values
    current: Exact = high - low if values is None else add_up(values[low:high])
    before = compare(op, current, thresholds)
    for instant, change in edges(window, at):
        current += change
        if compare(op, current, thresholds) is not before:
            return instant
    return None


def _fall(window: Window, at: int, least: Exact, *, strictly: bool) -> int | None:
    """When a number that can only fall drops below `least` (with `strictly`: to it): when the
    oldest of the newest events that reach it leaves. None when it is always or never reached."""
    if least < 0 or (least == 0 and not strictly):
        return None
    low, high = bounds(window, at)
    index = _oldest_needed(window, low, high, least, strictly=strictly)
    if index < low or window.within_ms is None:
        return None
    return window.times[index] + window.within_ms


def _oldest_needed(window: Window, low: int, high: int, least: Exact, *, strictly: bool) -> int:
    if window.values is None:
        return high - (floor(least) + 1 if strictly else ceil(least))
    total: Exact = 0
    for index in range(high - 1, low - 1, -1):
        total += exact(window.values[index])
        if total > least or (total == least and not strictly):
            return index
    return -1


def edges(window: Window, at: int) -> Iterator[tuple[int, Exact]]:
    """Every later instant at which the window's content changes by itself, ascending, with the
    change of the count or sum."""
    times, values = window.times, window.values
    within_ms, ago_ms = window.within_ms, window.ago_ms
    entering, count = bisect_right(times, at - ago_ms), len(times)
    leaving = count if within_ms is None else bisect_right(times, at - ago_ms - within_ms)
    left_after_ms = ago_ms + (within_ms or 0)
    while leaving < count or entering < count:
        instant = times[leaving] + left_after_ms if leaving < count else _NEVER
        if entering < count:
            instant = min(instant, times[entering] + ago_ms)
        change: Exact = 0
        while entering < count and times[entering] + ago_ms == instant:
            change += 1 if values is None else exact(values[entering])
            entering += 1
        while leaving < count and times[leaving] + left_after_ms == instant:
            change -= 1 if values is None else exact(values[leaving])
            leaving += 1
        yield instant, change
