"""What a window's content is worth, kept up as the window moves.

A gauge is asked for one slice after the other; neither end of them ever goes back. The first
answer is made from scratch, what follows from the events that entered and left, so that walking
all edges of a window costs little more than walking its events.
"""

from collections.abc import Sequence
from itertools import chain
from typing import Final, cast, final

from tagger.engine.entries import Counted, Entries, Row
from tagger.engine.field_values import Value
from tagger.engine.moving import Moving, elapsed_since, quotient
from tagger.engine.profile import StoredValue
from tagger.rules.plan import Exact

Content = Value | Moving | None
"""What a measure is worth over a stretch of time; None is unset."""

Texts = Sequence[StoredValue]

_NOT_ASKED: Final = -1
"""Stands for the bounds of a gauge that has given no answer yet."""


class Gauge:
    """What the events of a series are worth."""

    __slots__ = ()

    def of(self, low: int, high: int) -> Content:
        """The worth of the events [low:high]."""
        raise NotImplementedError


@final
class Count(Gauge):
    """How many events there are."""

    __slots__ = ("_entries",)

    def __init__(self, entries: Entries) -> None:
        self._entries = entries

    def of(self, low: int, high: int) -> Content:
        return self._entries.events(low, high)


@final
class Total(Gauge):
    """The sum; of nothing it is 0."""

    __slots__ = ("_high", "_low", "_row", "_total")

    def __init__(self, row: Row) -> None:
        self._row = row
        self._low = self._high = _NOT_ASKED
        self._total: Exact = 0

    def of(self, low: int, high: int) -> Exact:
        row, old_low, old_high = self._row, self._low, self._high
        if old_low == _NOT_ASKED:
            total = row.total(low, high)
        else:
            total = self._total
            if high > old_high:
                total += row.total(old_high, high)
            if low > old_low:
                total -= row.total(old_low, low)
        self._low, self._high, self._total = low, high, total
        return total


@final
class Mean(Gauge):
    """The sum over the number of those that count; unset without such."""

    __slots__ = ("_counted", "_total")

    def __init__(self, row: Row, counted: Counted) -> None:
        self._total = Total(row)
        self._counted = counted

    def of(self, low: int, high: int) -> Exact | None:
        return quotient(self._total.of(low, high), self._counted.number(low, high))


@final
class Extreme(Gauge):
    """The least or the greatest of those that are set. What entered is compared with it; it is
    looked for again when it may have left."""

    __slots__ = ("_extreme", "_high", "_low", "_row")

    def __init__(self, row: Row) -> None:
        self._row = row
        self._low = self._high = _NOT_ASKED
        self._extreme: Exact | None = None

    def of(self, low: int, high: int) -> Exact | None:
        row, extreme = self._row, self._extreme
        old_low, old_high = self._low, self._high
        is_new = old_low == _NOT_ASKED
        if is_new or (
            extreme is not None and row.outermost(old_low, min(low, old_high)) == extreme
        ):
            extreme = row.outermost(low, high)
        elif high > old_high:
            extreme = row.further(extreme, row.outermost(max(low, old_high), high))
        self._low, self._high, self._extreme = low, high, extreme
        return extreme


@final
class Distinct(Gauge):
    """How many different texts there are; a series whose texts are told apart has no others. From
    the second answer on it is known how often each is said."""

    __slots__ = ("_high", "_low", "_texts", "_times_said")

    def __init__(self, texts: Texts) -> None:
        self._texts = cast("list[list[str]]", texts)
        self._low = self._high = _NOT_ASKED
        self._times_said: dict[str, int] | None = None

    def of(self, low: int, high: int) -> int:
        old_low, old_high = self._low, self._high
        self._low, self._high = low, high
        if old_low == _NOT_ASKED:
            return len(set(self._said(low, high)))
        times_said = self._times_said
        if times_said is None:
            times_said = self._times_said = {}
            self._add(times_said, old_low, old_high)
        if high > old_high:
            self._add(times_said, old_high, high)
        if low > old_low:
            for text in self._said(old_low, low):
                times = times_said[text] - 1
                if times:
                    times_said[text] = times
                else:
                    del times_said[text]
        return len(times_said)

    def _add(self, times_said: dict[str, int], low: int, high: int) -> None:
        for text in self._said(low, high):
            times_said[text] = times_said.get(text, 0) + 1

    def _said(self, low: int, high: int) -> list[str]:
        """What the events [low:high] say, one text after the other. Not to be changed."""
        if high - low == 1:
            return self._texts[low]
        return list(chain.from_iterable(self._texts[low:high]))


class _OfOneEvent(Gauge):
    """What is told of the earliest event, or of the latest one; unset without any."""

    __slots__ = ("_entries", "_is_latest")

    def __init__(self, entries: Entries, *, is_latest: bool) -> None:
        self._entries = entries
        self._is_latest = is_latest

    def of(self, low: int, high: int) -> Content:
        if low == high:
            return None
        return self._worth(high - 1 if self._is_latest else low)

    def _worth(self, index: int) -> Content:
        raise NotImplementedError


@final
class OneValue(_OfOneEvent):
    """Its value."""

    __slots__ = ()

    def _worth(self, index: int) -> Content:
        return self._entries.value(index)


@final
class TimeSince(_OfOneEvent):
    """The time since it."""

    __slots__ = ()

    def _worth(self, index: int) -> Content:
        return elapsed_since(self._entries.instant(index))


@final
class Interval(Gauge):
    """The mean time between one event and the next."""

    __slots__ = ("_entries",)

    def __init__(self, entries: Entries) -> None:
        self._entries = entries

    def of(self, low: int, high: int) -> Content:
        entries = self._entries
        events = entries.events(low, high)
        if events < 2:
            return None
        return quotient(entries.instant(high - 1) - entries.instant(low), events - 1)
