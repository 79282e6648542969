"""Views of a series: what a window holds at an instant, and when that crosses a threshold.

A window of length w, a ago, at t is (t - a - w, t - a]: an event at e enters at e + a and leaves
at e + a + w, both exactly.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from fractions import Fraction
from itertools import accumulate

from tagger.engine.filters import compare
from tagger.engine.profile import StoredNumber
from tagger.engine.series import add_up, exact
from tagger.rules.plan import Exact, Op, Threshold

_NEVER = 2**63 - 1


def bounds(times: list[int], at: int, within_ms: int | None, ago_ms: int) -> tuple[int, int]:
    """The slice [low:high] of the times that lie in the window at `at`."""
    high = bisect_right(times, at - ago_ms)
    low = 0 if within_ms is None else bisect_right(times, at - ago_ms - within_ms)
    return low, high


def next_flip(
    times: list[int],
    values: list[StoredNumber] | None,
    at: int,
    within_ms: int | None,
    ago_ms: int,
    op: Op,
    thresholds: tuple[Threshold, ...],
) -> int | None:
    """The first instant after `at` at which the comparison of the number of events (or, with
    `values`, of their sum) with the thresholds turns out otherwise, if no event comes."""
    low, high = bounds(times, at, within_ms, ago_ms)
    if within_ms is not None and not ago_ms and len(thresholds) == 1:
        quick = (
            _count_flip(times, within_ms, op, thresholds[0])
            if values is None
            else _sum_flip(times[low:], values[low:], within_ms, op, thresholds[0])
        )
        if quick is not None:
            return quick if quick > at else None
    current: Exact = high - low if values is None else add_up(values[low:high])
    before = compare(op, current, thresholds)
    for instant, change in edges(times, values, at, within_ms, ago_ms):
        current += change
        if compare(op, current, thresholds) is not before:
            return instant
    return None


def _count_flip(times: list[int], within_ms: int, op: Op, threshold: Threshold) -> int | None:
    """Where a count that can only fall crosses one threshold: when the event leaves that makes
    it one too few. None: the general way must tell; -1: never."""
    if not isinstance(threshold, int):
        return None
    if op in (Op.GTE, Op.LT):
        least = threshold
    elif op in (Op.GT, Op.LTE):
        least = threshold + 1
    else:
        return None
    if least <= 0 or len(times) < least:
        return -1
    return times[-least] + within_ms


def _sum_flip(
    times: list[int],
    values: list[StoredNumber],
    within_ms: int,
    op: Op,
    threshold: Threshold,
) -> int | None:
    """The same for a sum of whole numbers none of which is negative: it can only fall."""
    if op not in (Op.GTE, Op.LT, Op.GT, Op.LTE) or not isinstance(threshold, int | Fraction):
        return None
    numbers = [value for value in values if isinstance(value, int) and value >= 0]
    if len(numbers) != len(values):
        return None
    gone = list(accumulate(numbers))
    spare = sum(numbers) - threshold
    if op in (Op.GTE, Op.LT):
        index = bisect_right(gone, spare) if spare >= 0 else len(gone)
    else:
        index = bisect_left(gone, spare) if spare > 0 else len(gone)
    return times[index] + within_ms if index < len(gone) else -1


def edges(
    times: list[int],
    values: list[StoredNumber] | None,
    at: int,
    within_ms: int | None,
    ago_ms: int,
) -> Iterator[tuple[int, Exact]]:
    """Every later instant at which the window's content changes by itself, ascending, with the
    change of the count or sum."""
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
