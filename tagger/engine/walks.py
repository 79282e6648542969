"""Measures of a series on their way through time, if no event comes, from change to change.

For measures that are worth the same between two changes of their window, which is all but the
time since an event. A comparison's turn is found by walking until it turns, so far ahead as
trajectories are explored, and no farther; see `trajectory.next_turn`.
"""

from collections.abc import Iterator
from typing import final

from tagger.engine.filters import compare
from tagger.engine.gauges import Content
from tagger.engine.moving import Moving
from tagger.engine.series_view import MOST_SEGMENTS, SeriesView
from tagger.engine.sights import Sight
from tagger.engine.sliding import END_OF_TIME, Sliding
from tagger.engine.trajectory import quotient_of
from tagger.engine.windows import bounds, later_bounds
from tagger.rules.plan import Op, Threshold


@final
class Walk:
    """One measure: what it is worth, and `next_at`, when its window's slice changes next."""

    __slots__ = ("_gauge", "_high", "_later", "_low", "_moves", "_sliding", "_upcoming", "next_at")

    def __init__(self, series: SeriesView, sight: Sight, at: int) -> None:
        times, window = series.instants(), sight.window
        self._sliding: Sliding | None = None
        self._later: Iterator[tuple[int, tuple[int, int]]] | None = None
        if window.within_ms is None:
            self._low, self._high = bounds(times, window, at)
            self._later = later_bounds(times, window, at)
        else:
            self._sliding = sliding = Sliding(times, window.ago_ms, window.within_ms, at)
            self._low, self._high = sliding.low, sliding.high
        self._gauge = series.gauge(sight, self._low)
        self._moves = 0
        self._upcoming = (self._low, self._high)
        self.next_at: int | None = None
        self._look_ahead()

    def content(self) -> Content:
        """What it is worth now."""
        return self._gauge(self._low, self._high)

    def is_explored(self) -> bool:
        """Whether it has not come so far that the rest is looked at when the time has come."""
        return self._moves < MOST_SEGMENTS

    def move(self, instant: int) -> None:
        """Go on to the next change, which is at `instant`."""
        sliding = self._sliding
        if sliding is None:
            self._low, self._high = self._upcoming
        else:
            sliding.move(instant)
            self._low, self._high = sliding.low, sliding.high
        self._moves += 1
        self._look_ahead()

    def _look_ahead(self) -> None:
        if self._sliding is not None:
            self.next_at = self._sliding.next_at()
        elif self._later is not None:
            following = next(self._later, None)
            self.next_at = None if following is None else following[0]
            if following is not None:
                self._upcoming = following[1]


def turn_of_walk(
    walk: Walk, op: Op, thresholds: tuple[Threshold, ...], *, outcome: bool
) -> int | None:
    """When a comparison of a measure with constants turns out otherwise than `outcome`."""
    while True:
        instant = walk.next_at
        if instant is None or instant >= END_OF_TIME:
            return None
        walk.move(instant)
        if not walk.is_explored() or _compares(op, walk.content(), thresholds) is not outcome:
            return instant


def turn_of_quotient(
    top: Walk, bottom: Walk, op: Op, thresholds: tuple[Threshold, ...], *, outcome: bool
) -> int | None:
    """The same for one measure over another."""
    over, under = top.content(), bottom.content()
    while True:
        instant, other = top.next_at, bottom.next_at
        if instant is None or (other is not None and other < instant):
            instant = other
        if instant is None or instant >= END_OF_TIME:
            return None
        if top.next_at == instant:
            top.move(instant)
            over = top.content() if top.is_explored() else None
        if bottom.next_at == instant:
            bottom.move(instant)
            under = bottom.content() if bottom.is_explored() else None
        is_explored = top.is_explored() and bottom.is_explored()
        if not is_explored or _compares(op, quotient_of(over, under), thresholds) is not outcome:
            return instant


def _compares(op: Op, content: Content, thresholds: tuple[Threshold, ...]) -> bool:
    if isinstance(content, Moving):
        raise TypeError("a measure that moves cannot be walked")
    return compare(op, content, thresholds)
