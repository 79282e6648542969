"""One series of a profile as measures see it: what is asked of its events, in which window.

Its entries are its slices, each at the instant of its newest event, and then the events that are
kept one by one.
"""

from collections.abc import Mapping, Sequence
from itertools import accumulate, chain, repeat
from typing import Final, final

from tagger.engine import gauges
from tagger.engine.columns import Numbers, add_up, as_numbers, exact, numbers, shown
from tagger.engine.falls import (
    last_for_count,
    last_for_distinct,
    last_for_greatest,
    last_for_total,
)
from tagger.engine.field_values import Value
from tagger.engine.gauges import Content, Gauge
from tagger.engine.moving import elapsed_since, quotient
from tagger.engine.profile import Folded, SeriesState, Slices, StoredValue
from tagger.engine.sights import Sight
from tagger.engine.trajectory import Trajectory, explored
from tagger.engine.windows import bounds, later_bounds, start_of
from tagger.rules.plan import Exact, MeasureKind, Series

MOST_SEGMENTS = 16
"""So far ahead a window is walked at a time; the rest is looked at when the time has come."""

_COUNT: Final = MeasureKind.COUNT
_SUM: Final = MeasureKind.SUM
_AVG: Final = MeasureKind.AVG
_MIN: Final = MeasureKind.MIN
_MAX: Final = MeasureKind.MAX
_DISTINCT: Final = MeasureKind.DISTINCT
_EARLIEST: Final = MeasureKind.EARLIEST
_LATEST: Final = MeasureKind.LATEST
_SINCE: Final = MeasureKind.SINCE
_SINCE_FIRST: Final = MeasureKind.SINCE_FIRST
_RESPONSE_TIME: Final = MeasureKind.RESPONSE_TIME
_OF_NUMBERS = (_SUM, _AVG, _MIN, _MAX)
_OF_TEXTS = (_DISTINCT, _RESPONSE_TIME)
_FALLING = (_COUNT, _SUM, _DISTINCT, _MAX)
_NO_SLICES: Final = Slices()


@final
class SeriesView:
    """What measures find in a series; `refunded` is what was given back, by order."""

    __slots__ = ("_before", "_numbers", "_refunded", "_series", "_slices", "state", "times")

    def __init__(self, series: Series, state: SeriesState, refunded: Mapping[str, int]) -> None:
        self.state = state
        self._series = series
        self._refunded = refunded
        self._slices = slices = state.slices or _NO_SLICES
        self._numbers: dict[MeasureKind, tuple[int, Numbers]] = {}
        self.times = state.times
        self._before: Sequence[int] = range(len(state.times) + 1)
        """How many events come before each entry."""
        if slices.ends:
            self.times = slices.ends + state.times
            events = chain(slices.events, repeat(1, len(state.times)))
            self._before = list(accumulate(events, initial=0))

    def content(self, sight: Sight, at: int) -> Content:
        """What a measure is worth at an instant, and until an event enters or leaves."""
        if sight.window.is_ever:
            return self._ever(sight)
        low, high = bounds(self.times, sight.window, at)
        if sight.kind is _COUNT:
            return self._before[high] - self._before[low]
        return self.gauge(sight, low)(low, high)

    def trajectory(self, sight: Sight, at: int) -> Trajectory:
        """What becomes of a measure from `at` on."""
        if sight.window.is_ever:
            return iter(((at, self._ever(sight)),))
        return explored(self._walk(sight, at), MOST_SEGMENTS)

    def start_of(self, kind: MeasureKind) -> int | None:
        """The instant since when a measure without an end counts the time; None for others."""
        if kind is _SINCE:
            return self.state.last_at
        return self.state.first_at if kind is _SINCE_FIRST else None

    def only_falls(self, sight: Sight, *, is_least: bool) -> bool:
        """Whether `short_from` can tell when the measure falls below a number. A greatest number
        ends up unset, which is no less than another: then only a least one can be asked for."""
        window, kind = sight.window, sight.kind
        if window.within_ms is None or window.ago_ms or kind not in _FALLING:
            return False
        if kind is _SUM:
            return not self.state.has_negative
        return is_least or kind is not _MAX

    def short_from(self, sight: Sight, at: int, least: Exact, *, strictly: bool) -> int | None:
        """When a measure that can only fall, and reaches `least` at `at` (with `strictly`: is
        above it), no longer does; None when it always will."""
        low, high = bounds(self.times, sight.window, at)
        if sight.kind is _COUNT:
            index = last_for_count(self._before, low, high, least, strictly=strictly)
        elif sight.kind is _DISTINCT:
            index = last_for_distinct(self.state.values, low, high, least, strictly=strictly)
        else:
            find = last_for_total if sight.kind is _SUM else last_for_greatest
            index = find(self._numbers_of(sight.kind, low), low, high, least, strictly=strictly)
        if index is None or sight.window.within_ms is None:
            return None
        return self.times[index] + sight.window.within_ms

    def is_approximate(self, sight: Sight, at: int) -> bool:
        """Whether events that the measure is about were put into slices, or dropped."""
        state, kind, window = self.state, sight.kind, sight.window
        if state.cut_at is None:
            return False
        start = start_of(window, at)
        if start is None:
            is_netted = self._series.refunds == "by_order"
            return kind in _OF_TEXTS or (kind in _OF_NUMBERS and is_netted)
        if kind in (_LATEST, _SINCE) and not window.ago_ms and not window.periods_ago:
            return False
        return state.cut_at >= start

    def _walk(self, sight: Sight, at: int) -> Trajectory:
        times = self.times
        low, high = bounds(times, sight.window, at)
        gauge = self.gauge(sight, low)
        yield at, gauge(low, high)
        for instant, (low, high) in later_bounds(times, sight.window, at):
            yield instant, gauge(low, high)

    def gauge(self, sight: Sight, low: int) -> Gauge:
        """The gauge for slices that begin at `low` or later."""
        kind, times = sight.kind, self.times
        if kind is _COUNT:
            return gauges.count_of(self._before)
        if kind is _SUM:
            return gauges.total_of(self._numbers_of(kind, low))
        if kind is _AVG:
            found = self._numbers_of(kind, low)
            return gauges.mean_of(found, self._counted(found))
        if kind is _MIN or kind is _MAX:
            found = self._numbers_of(kind, low)
            return gauges.extreme_of(found, "min" if kind is _MIN else "max")
        if kind is _DISTINCT:
            return gauges.distinct_of(self.state.values)
        if kind is _EARLIEST:
            return gauges.first_of(self._values())
        if kind is _LATEST:
            return gauges.last_of(self._values())
        if kind is _SINCE:
            return gauges.since_last(times)
        if kind is _SINCE_FIRST:
            return gauges.since_first(times)
        if kind is MeasureKind.INTERVAL:
            return gauges.interval_of(times, self._before)
        if kind is _RESPONSE_TIME:
            return gauges.response_time_of(
                times, self.state.values, low, customer_answers=sight.customer_answers
            )
        raise LookupError(f"{kind!r} is no measure of events")

    def _values(self) -> list[StoredValue]:
        """What each entry says; a slice what its newest event does."""
        return self._slices.latest + self.state.values

    def _numbers_of(self, kind: MeasureKind, low: int) -> Numbers:
        """What each entry from `low` on is worth to such a measure."""
        slices = self._slices
        if not slices.ends or kind is _AVG:
            kind = _SUM
        known = self._numbers.get(kind)
        if known is not None and low >= known[0]:
            return known[1]
        found = numbers(self.state, self._refunded, max(0, low - len(slices.ends)))
        if slices.ends:
            column: Sequence[StoredValue] = slices.totals
            if kind is not _SUM:
                column = slices.least if kind is _MIN else slices.most
            found = [*as_numbers(column), *found]
        self._numbers[kind] = low, found
        return found

    def _counted(self, found: Numbers) -> list[int] | None:
        """How many numbers each entry adds to a mean; None where it is one each."""
        state, slices = self.state, self._slices
        if not slices.ends and not state.refunds and None not in found:
            return None
        kept = found[len(slices.ends) :]
        refunds = state.refunds or [False] * len(kept)
        ones = [number is not None and not off for number, off in zip(kept, refunds, strict=True)]
        return slices.counted + ones

    def _ever(self, sight: Sight) -> Content:
        kind, state = sight.kind, self.state
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
            return self._with_folded(kind)
        return self.gauge(sight, 0)(0, len(self.times))

    def _with_folded(self, kind: MeasureKind) -> Value | None:
        """A measure of all numbers ever: those of the entries, and those that were folded."""
        entries, folded = self._numbers_of(kind, 0), self.state.folded or Folded()
        if kind is _SUM or kind is _AVG:
            total = add_up([*entries, exact(folded.total)])
            counted = self._counted(entries)
            events = len(entries) if counted is None else sum(counted)
            return total if kind is _SUM else quotient(total, folded.events + events)
        found = [each for each in entries if each is not None]
        outermost = exact(folded.least if kind is _MIN else folded.most)
        if outermost is not None:
            found.append(outermost)
        return (min if kind is _MIN else max)(found, default=None)


def _mean_interval(state: SeriesState) -> Exact | None:
    if state.total < 2 or state.first_at is None or state.last_at is None:
        return None
    return quotient(state.last_at - state.first_at, state.total - 1)
