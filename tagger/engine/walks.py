"""Measures of a series on their way through time, if no event comes, from change to change.

For measures that are worth the same between two changes of their window, which is all but the
time since an event. A comparison's turn is found by walking until it turns, so far ahead as
trajectories are explored, and no farther; see `trajectory.next_turn`. Several comparisons may walk
the same way: each step of it is taken once.
"""

from collections.abc import Iterator
from fractions import Fraction
from math import floor
from typing import Final, final

from tagger.engine.field_values import Value
from tagger.engine.filters import compare
from tagger.engine.gauges import Content
from tagger.engine.moving import Moving
from tagger.engine.series_view import MOST_SEGMENTS, SeriesView
from tagger.engine.sights import Sight
from tagger.engine.sliding import END_OF_TIME, Sliding
from tagger.engine.trajectory import quotient_of, scaled
from tagger.engine.windows import bounds, later_bounds
from tagger.rules.plan import Exact, Op, Threshold

_OF_ONE: Final = (Op.GT, Op.GTE, Op.LT, Op.LTE, Op.EQ, Op.NE)
_EVEN: Final = (0,)


@final
class Walk:
    """The changes of one measure from now on, by number, ascending in time. From the change with
    the number `MOST_SEGMENTS` - 1 on it is not looked at what the measure is worth."""

    __slots__ = ("_contents", "_gauge", "_instants", "_later", "_sliding")

    def __init__(self, series: SeriesView, sight: Sight, at: int) -> None:
        times, window = series.instants(), sight.window
        self._sliding: Sliding | None = None
        self._later: Iterator[tuple[int, tuple[int, int]]] | None = None
        if window.within_ms is None:
            low, _ = bounds(times, window, at)
            self._later = later_bounds(times, window, at)
        else:
            self._sliding = sliding = Sliding(times, window.ago_ms, window.within_ms, at)
            low = sliding.low
        self._gauge = series.gauge(sight, low)
        self._instants: list[int] = []
        self._contents: list[Content] = []

    def instant(self, number: int) -> int | None:
        """When a change is; None where there is none. Asked for in order, from 0 on."""
        instants = self._instants
        if number == len(instants):
            self._step()
        return instants[number] if number < len(instants) else None

    def content(self, number: int) -> Content:
        """What the measure is worth from a change on; there must be one, and it must have been
        explored."""
        return self._contents[number]

    def _step(self) -> None:
        """Go on to the next change, if there is one."""
        sliding, later = self._sliding, self._later
        low = high = 0
        instant: int | None = None
        if sliding is not None:
            instant = sliding.next_at
        elif later is not None:
            following = next(later, None)
            if following is not None:
                instant, (low, high) = following
        if instant is None or instant >= END_OF_TIME:
            return
        if sliding is not None:
            sliding.move()
            low, high = sliding.low, sliding.high
        self._instants.append(instant)
        if is_explored(len(self._instants)):
            self._contents.append(self._gauge.of(low, high))


def is_explored(changes: int) -> bool:
    """Whether a walk has not come so far that the rest is looked at when the time has come."""
    return changes < MOST_SEGMENTS


def turn_of_walk(
    walk: Walk, op: Op, thresholds: tuple[Threshold, ...], *, outcome: bool
) -> int | None:
    """When a comparison of a measure with constants turns out otherwise than `outcome`."""
    number = 0
    while (instant := walk.instant(number)) is not None:
        if not is_explored(number + 1):
            return instant
        if _compares(op, walk.content(number), thresholds) is not outcome:
            return instant
        number += 1
    return None


def turn_of_quotient(
    top: Walk,
    bottom: Walk,
    now: tuple[Content, Content],
    op: Op,
    thresholds: tuple[Threshold, ...],
    *,
    outcome: bool,
) -> int | None:
    """The same for one measure over another, which are worth `now`."""
    over, under = now
    if over == 0 and not outcome and top.instant(0) is None:
        stays = not (compare(op, 0, thresholds) or compare(op, None, thresholds))
        if stays:
            return None
    changed = other_changed = 0
    while True:
        mine, other = top.instant(changed), bottom.instant(other_changed)
        instant = mine
        if instant is None or (other is not None and other < instant):
            instant = other
        if instant is None:
            return None
        if mine == instant:
            changed += 1
        if other == instant:
            other_changed += 1
        if not (is_explored(changed) and is_explored(other_changed)):
            return instant
        if mine == instant:
            over = top.content(changed - 1)
        if other == instant:
            under = bottom.content(other_changed - 1)
        if _quotient_compares(op, over, under, thresholds) is not outcome:
            return instant


def turn_of_elapsed(
    start: int, walk: Walk, now: Content, factor: Exact, op: Op, at: int, *, outcome: bool
) -> int | None:
    """When a comparison of the time since `start` with `factor` times a measure, which is worth
    `now`, turns out otherwise than `outcome`. The time comes to a number once, and is above it from
    the millisecond after."""
    content, first, changes = now, at + 1, 0
    while True:
        following = walk.instant(changes)
        end = END_OF_TIME if following is None else following
        right = worth_beside(content, factor)
        if first < end and right is not None:
            found = _turn_before(start, right, op, first, end, outcome)
            if found is not None:
                return found
        elif first < end and outcome:
            return first
        if following is None:
            return None
        changes += 1
        if not is_explored(changes):
            return following
        content, first = walk.content(changes - 1), max(following, at + 1)


def worth_beside(content: Content, factor: Exact) -> Value | None:
    """What is worth `factor` times as much."""
    right = scaled(content, factor)
    if isinstance(right, Moving):
        raise TypeError("a measure that moves cannot be walked")
    return right


def _turn_before(
    start: int, right: Value, op: Op, first: int, end: int, outcome: bool
) -> int | None:
    """The first instant of [first, end) at which the time since `start` compares otherwise with a
    right side that stays as it is."""
    if compare(op, first - start, (right,)) is not outcome:
        return first
    if isinstance(right, str | bool):
        return None
    reached = start + floor(right)
    for instant in (reached, reached + 1):
        if first < instant < end and compare(op, instant - start, (right,)) is not outcome:
            return instant
    return None


def _quotient_compares(
    op: Op, over: Content, under: Content, thresholds: tuple[Threshold, ...]
) -> bool:
    """Integers are compared without a division."""
    least = thresholds[0]
    if type(over) is int and type(under) is int and op in _OF_ONE and under > 0:
        if type(least) is int:
            return compare(op, over - least * under, _EVEN)
        if type(least) is Fraction:
            return compare(op, over * least.denominator - least.numerator * under, _EVEN)
    return _compares(op, quotient_of(over, under), thresholds)


def _compares(op: Op, content: Content, thresholds: tuple[Threshold, ...]) -> bool:
    if isinstance(content, Moving):
        raise TypeError("a measure that moves cannot be walked")
    return compare(op, content, thresholds)
