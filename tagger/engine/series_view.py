"""One series of a profile as measures see it: what is asked of its events, in which window."""

from collections.abc import Mapping

from tagger.engine import gauges
from tagger.engine.columns import Numbers, add_up, exact, numbers, shown
from tagger.engine.falls import (
    last_for_count,
    last_for_distinct,
    last_for_greatest,
    last_for_total,
)
from tagger.engine.field_values import Value
from tagger.engine.gauges import Content, Gauge
from tagger.engine.moving import elapsed_since, quotient
from tagger.engine.profile import Folded, SeriesState
from tagger.engine.trajectory import Trajectory, explored
from tagger.engine.windows import bounds, later_bounds, start_of
from tagger.rules.plan import Exact, Measure, MeasureKind, Series

_MOST_SEGMENTS = 16
"""So far ahead a window is walked at a time; the rest is looked at when the time has come."""

_COUNT, _SUM, _AVG = MeasureKind.COUNT, MeasureKind.SUM, MeasureKind.AVG
_MIN, _MAX, _DISTINCT = MeasureKind.MIN, MeasureKind.MAX, MeasureKind.DISTINCT
_EARLIEST, _LATEST = MeasureKind.EARLIEST, MeasureKind.LATEST
_SINCE, _SINCE_FIRST = MeasureKind.SINCE, MeasureKind.SINCE_FIRST
_RESPONSE_TIME = MeasureKind.RESPONSE_TIME
_OF_NUMBERS = (_SUM, _AVG, _MIN, _MAX)
_OF_TEXTS = (_DISTINCT, _RESPONSE_TIME)
_FALLING = (_COUNT, _SUM, _DISTINCT, _MAX)


class SeriesView:
    """What measures find in a series; `refunded` is what was given back, by order."""

    __slots__ = ("_numbers", "_numbers_from", "_refunded", "_series", "state")

    def __init__(self, series: Series, state: SeriesState, refunded: Mapping[str, int]) -> None:
        self.state = state
        self._series = series
        self._refunded = refunded
        self._numbers: Numbers | None = None
        self._numbers_from = 0

    def content(self, measure: Measure, at: int) -> Content:
        """What a measure is worth at an instant, and until an event enters or leaves."""
        if measure.frame.is_ever:
            return self._ever(measure)
        low, high = bounds(self.state.times, measure.frame, at)
        if measure.kind is _COUNT:
            return high - low
        return self._gauge(measure, low)(low, high)

    def trajectory(self, measure: Measure, at: int) -> Trajectory:
        """What becomes of a measure from `at` on."""
        if measure.frame.is_ever:
            return iter(((at, self._ever(measure)),))
        return explored(self._walk(measure, at), _MOST_SEGMENTS)

    def start_of(self, kind: MeasureKind) -> int | None:
        """The instant since when a measure without an end counts the time; None for others."""
        if kind is _SINCE:
            return self.state.last_at
        return self.state.first_at if kind is _SINCE_FIRST else None

    def only_falls(self, measure: Measure, *, is_least: bool) -> bool:
        """Whether `short_from` can tell when the measure falls below a number. A greatest number
        ends up unset, which is no less than another: then only a least one can be asked for."""
        frame, kind = measure.frame, measure.kind
        if frame.within_ms is None or frame.ago_ms or kind not in _FALLING:
            return False
        if kind is _SUM:
            return not self.state.has_negative
        return is_least or kind is not _MAX

    def short_from(self, measure: Measure, at: int, least: Exact, *, strictly: bool) -> int | None:
        """When a measure that can only fall, and reaches `least` at `at` (with `strictly`: is
        above it), no longer does; None when it always will."""
        low, high = bounds(self.state.times, measure.frame, at)
        if measure.kind is _COUNT:
            index = last_for_count(low, high, least, strictly=strictly)
        elif measure.kind is _DISTINCT:
            index = last_for_distinct(self.state.values, low, high, least, strictly=strictly)
        else:
            find = last_for_total if measure.kind is _SUM else last_for_greatest
            index = find(self._numbers_of(low), low, high, least, strictly=strictly)
        if index is None or measure.frame.within_ms is None:
            return None
        return self.state.times[index] + measure.frame.within_ms

    def is_approximate(self, measure: Measure, at: int) -> bool:
        """Whether events that the measure is about were dropped for being too many."""
        state, kind = self.state, measure.kind
        if state.cut_at is None:
            return False
        start = start_of(measure.frame, at)
        if start is None:
            is_folded = state.folded is not None and self._series.refunds != "by_order"
            return kind in _OF_TEXTS or (kind in _OF_NUMBERS and not is_folded)
        if kind in (_LATEST, _SINCE):
            low, high = bounds(state.times, measure.frame, at)
            return low == high and state.cut_at >= start
        return state.cut_at >= start

    def _walk(self, measure: Measure, at: int) -> Trajectory:
        times = self.state.times
        low, high = bounds(times, measure.frame, at)
        gauge = self._gauge(measure, low)
        yield at, gauge(low, high)
        for instant, (low, high) in later_bounds(times, measure.frame, at):
            yield instant, gauge(low, high)

    def _gauge(self, measure: Measure, low: int) -> Gauge:
        """The gauge for slices that begin at `low` or later."""
        kind, state = measure.kind, self.state
        if kind is _COUNT:
            return gauges.count
        if kind is _SUM:
            return gauges.total_of(self._numbers_of(low))
        if kind is _AVG:
            return gauges.mean_of(self._numbers_of(low), state.refunds)
        if kind is _MIN or kind is _MAX:
            return gauges.extreme_of(self._numbers_of(low), "min" if kind is _MIN else "max")
        if kind is _DISTINCT:
            return gauges.distinct_of(state.values)
        if kind is _EARLIEST:
            return gauges.first_of(state.values)
        if kind is _LATEST:
            return gauges.last_of(state.values)
        if kind is _SINCE:
            return gauges.since_last(state.times)
        if kind is _SINCE_FIRST:
            return gauges.since_first(state.times)
        if kind is MeasureKind.INTERVAL:
            return gauges.interval_of(state.times)
        if kind is _RESPONSE_TIME:
            return gauges.response_time_of(
                state.times, state.values, low, customer_answers=measure.customer_answers
            )
        raise LookupError(f"{kind!r} is no measure of events")

    def _numbers_of(self, low: int) -> Numbers:
        """What each event from `low` on is worth."""
        if self._numbers is None or low < self._numbers_from:
            self._numbers = numbers(self._series, self.state, self._refunded, low)
            self._numbers_from = low
        return self._numbers

    def _ever(self, measure: Measure) -> Content:
        kind, state = measure.kind, self.state
        if kind is _COUNT:
            return state.total
        if kind is _SINCE or kind is _SINCE_FIRST:
            start = self.start_of(kind)
            return None if start is None else elapsed_since(start)
        if kind is _EARLIEST or kind is _LATEST:
            return shown(state.first_value if kind is _EARLIEST else state.last_value)
        if kind is MeasureKind.INTERVAL:
            return _mean_interval(state)
        if kind in _OF_NUMBERS:
            return _with_folded(kind, self._numbers_of(0), state)
        return self._gauge(measure, 0)(0, len(state.times))


def _mean_interval(state: SeriesState) -> Exact | None:
    if state.total < 2 or state.first_at is None or state.last_at is None:
        return None
    return quotient(state.last_at - state.first_at, state.total - 1)


def _with_folded(kind: MeasureKind, kept: Numbers, state: SeriesState) -> Value | None:
    """A measure of all numbers ever: those that are kept, and those that were folded."""
    folded = state.folded or Folded()
    found = [each for each in kept if each is not None]
    if kind is _SUM or kind is _AVG:
        total = add_up([*found, exact(folded.total)])
        counted = folded.events + len(found) - sum(state.refunds)
        return total if kind is _SUM else quotient(total, counted)
    outermost = exact(folded.least if kind is _MIN else folded.most)
    if outermost is not None:
        found.append(outermost)
    return (min if kind is _MIN else max)(found, default=None)
