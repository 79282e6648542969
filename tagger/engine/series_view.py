"""One series of a profile as measures see it: what is asked of its events, in which window.

Its entries are its slices, each at the instant of its newest event, and then the events that are
kept one by one.
"""

from typing import Final, final

from tagger.engine import gauges
from tagger.engine.columns import Column, add_up, exact, numbers, outermost, shown
from tagger.engine.entries import Counted, Entries, Row
from tagger.engine.falls import (
    last_for_count,
    last_for_distinct,
    last_for_greatest,
    last_for_total,
)
from tagger.engine.field_values import Value
from tagger.engine.gauges import Content, Gauge
from tagger.engine.moving import elapsed_since, quotient
from tagger.engine.profile import Folded, Profile, SeriesState
from tagger.engine.response_times import ResponseTime
from tagger.engine.sights import Sight
from tagger.engine.trajectory import Trajectory, explored
from tagger.engine.windows import bounds, later_bounds, start_of
from tagger.rules.plan import Exact, MeasureKind

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
_INTERVAL: Final = MeasureKind.INTERVAL
_SINCE: Final = MeasureKind.SINCE
_SINCE_FIRST: Final = MeasureKind.SINCE_FIRST
_RESPONSE_TIME: Final = MeasureKind.RESPONSE_TIME
_OF_NUMBERS = (_SUM, _AVG, _MIN, _MAX)
_OF_TEXTS = (_DISTINCT, _RESPONSE_TIME)
_FALLING = (_COUNT, _SUM, _DISTINCT, _MAX)


@final
class SeriesView:
    """What measures find in a series of a profile."""

    __slots__ = ("_entries", "_numbers", "_numbers_low", "_profile", "state")

    def __init__(self, state: SeriesState, profile: Profile) -> None:
        self.state = state
        self._profile = profile
        self._entries = Entries(state)
        self._numbers: Column | None = None
        self._numbers_low = 0

    def instants(self) -> list[int]:
        """The instants of all entries. Not to be changed."""
        return self._entries.instants()

    def content(self, sight: Sight, at: int) -> Content:
        """What a measure is worth at an instant, and until an event enters or leaves."""
        if sight.window.is_ever:
            return self._ever(sight)
        low, high = self._entries.bounds(sight.window, at)
        return self._content_of(sight, low, high)

    def _content_of(self, sight: Sight, low: int, high: int) -> Content:
        kind = sight.kind
        if kind is _COUNT:
            return self._entries.events(low, high)
        if kind is _SUM:
            return self._row(kind, low).total(low, high)
        if kind is _MIN or kind is _MAX:
            return self._row(kind, low).outermost(low, high)
        return self.gauge(sight, low).of(low, high)

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
        within_ms = sight.window.within_ms
        entries, kind = self._entries, sight.kind
        low, high = entries.bounds(sight.window, at)
        if kind is _COUNT:
            index = last_for_count(entries, low, high, least, strictly=strictly)
        elif kind is _DISTINCT:
            index = last_for_distinct(self.state.values, low, high, least, strictly=strictly)
        else:
            row = self._row(kind, low)
            if kind is _SUM:
                index = last_for_total(row, low, high, least, strictly=strictly)
            else:
                index = last_for_greatest(row, low, high, least, strictly=strictly)
        if index is None or within_ms is None:
            return None
        return entries.instant(index) + within_ms

    def is_mean_one_sided(self, sight: Sight, at: int, least: Exact, *, strictly: bool) -> bool:
        """Whether all numbers in the window are at `least` (with `strictly`: above it), or none is:
        then so is their mean, until the last of them has left."""
        state, window = self.state, sight.window
        if window.within_ms is None or window.ago_ms or state.slices is not None:
            return False
        if state.refunds or state.costs:
            return False
        low, high = self._entries.bounds(window, at)
        inside = self._newer(low)[low:high]
        least_one = outermost(inside, is_least=True)
        greatest = outermost(inside, is_least=False)
        if least_one is None or greatest is None:
            return low == high
        if strictly:
            return (least_one > least) is (greatest > least)
        return (least_one >= least) is (greatest >= least)

    def emptied_at(self, sight: Sight) -> int | None:
        """When the window has lost its last event; it has one, and loses them by itself."""
        within_ms = sight.window.within_ms
        if within_ms is None:
            return None
        return self._entries.instant(len(self._entries) - 1) + within_ms

    def is_approximate(self, sight: Sight, at: int) -> bool:
        """Whether events that the measure is about were put into slices, or dropped."""
        state, kind, window = self.state, sight.kind, sight.window
        if state.cut_at is None:
            return False
        start = start_of(window, at)
        if start is None:
            is_netted = sight.is_netted
            return kind in _OF_TEXTS or (kind in _OF_NUMBERS and is_netted)
        if kind in (_LATEST, _SINCE) and not window.ago_ms and not window.periods_ago:
            return False
        return state.cut_at >= start

    def _walk(self, sight: Sight, at: int) -> Trajectory:
        times = self.instants()
        low, high = bounds(times, sight.window, at)
        gauge = self.gauge(sight, low)
        yield at, gauge.of(low, high)
        for instant, (low, high) in later_bounds(times, sight.window, at):
            yield instant, gauge.of(low, high)

    def gauge(self, sight: Sight, low: int) -> Gauge:
        """The gauge for slices that begin at `low` or later."""
        kind, entries = sight.kind, self._entries
        if kind is _COUNT:
            return gauges.Count(entries)
        if kind is _SUM:
            return gauges.Total(self._row(kind, low))
        if kind is _AVG:
            return gauges.Mean(self._row(kind, low), self._counted(low))
        if kind is _MIN or kind is _MAX:
            return gauges.Extreme(self._row(kind, low))
        if kind is _DISTINCT:
            return gauges.Distinct(self.state.values)
        if kind is _EARLIEST or kind is _LATEST:
            return gauges.OneValue(entries, is_latest=kind is _LATEST)
        if kind is _SINCE or kind is _SINCE_FIRST:
            return gauges.TimeSince(entries, is_latest=kind is _SINCE)
        if kind is _INTERVAL:
            return gauges.Interval(entries)
        if kind is _RESPONSE_TIME:
            state = self.state
            return ResponseTime(
                state.times, state.values, low, customer_answers=sight.customer_answers
            )
        raise LookupError(f"{kind!r} is no measure of events")

    def _row(self, kind: MeasureKind, low: int) -> Row:
        """What each entry from `low` on is worth to such a measure."""
        return Row(self._entries.slices, self._newer(low), kind)

    def _counted(self, low: int) -> Counted:
        """Which numbers count in a mean. None of them is unset where no costs can be."""
        state = self.state
        return Counted(
            self._entries.slices, self._newer(low), state.refunds, is_whole=not state.costs
        )

    def _newer(self, low: int) -> Column:
        """The numbers of the events that are kept one by one, from entry `low` on."""
        found = self._numbers
        if found is None or low < self._numbers_low:
            first = max(0, low - self._entries.split)
            found = self._numbers = numbers(self.state, self._profile.refunds, first)
            self._numbers_low = low
        return found

    def _ever(self, sight: Sight) -> Content:
        kind, state = sight.kind, self.state
        if kind is _COUNT:
            return state.total
        if kind is _SINCE or kind is _SINCE_FIRST:
            start = self.start_of(kind)
            return None if start is None else elapsed_since(start)
        if kind is _EARLIEST or kind is _LATEST:
            return shown(state.first_value if kind is _EARLIEST else state.last_value)
        if kind is _INTERVAL:
            return _mean_interval(state)
        if kind in _OF_NUMBERS:
            return self._with_folded(kind)
        return self.gauge(sight, 0).of(0, len(self._entries))

    def _with_folded(self, kind: MeasureKind) -> Value | None:
        """A measure of all numbers ever: those of the entries, and those that were folded."""
        count, folded = len(self._entries), self.state.folded or Folded()
        row = self._row(kind, 0)
        if kind is _SUM or kind is _AVG:
            total = add_up((row.total(0, count), folded.total))
            if kind is _SUM:
                return total
            return quotient(total, folded.events + self._counted(0).number(0, count))
        outermost = exact(folded.least if kind is _MIN else folded.most)
        return row.further(row.outermost(0, count), outermost)


def _mean_interval(state: SeriesState) -> Exact | None:
    if state.total < 2 or state.first_at is None or state.last_at is None:
        return None
    return quotient(state.last_at - state.first_at, state.total - 1)
