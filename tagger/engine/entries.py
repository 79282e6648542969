"""The entries of a series as one row: its slices, then the events that are kept one by one.

Nothing is copied for that, and nothing is added up that is known already: what is asked of slices
is found in `running`, so that only the events that are kept one by one are looked at.
"""

from bisect import bisect_right
from typing import final

from tagger.engine.columns import Column, add_up, exact, outermost, shown, whole
from tagger.engine.field_values import Value
from tagger.engine.profile import SeriesState, Slices
from tagger.engine.running import (
    counted_before,
    events_before,
    least_from,
    most_from,
    totals_before,
)
from tagger.engine.sights import Window
from tagger.engine.windows import bounds
from tagger.rules.plan import Exact, MeasureKind


@final
class Entries:
    """When and how often something happened, and what was said; `split` is the place of the first
    event that is kept by itself."""

    __slots__ = ("_state", "_times", "slices", "split")

    def __init__(self, state: SeriesState) -> None:
        self._state = state
        self.slices = slices = state.slices
        self._times: list[int] = state.times
        self.split = 0 if slices is None else len(slices.ends)

    def __len__(self) -> int:
        return self.split + len(self._times)

    def bounds(self, window: Window, at: int) -> tuple[int, int]:
        """The slice of the entries that lie in the window at `at`, which none is later than."""
        low, high = bounds(self._times, window, at)
        slices, split = self.slices, self.split
        if slices is None:
            return low, high
        if low and high:
            return low + split, high + split
        older_low, older_high = bounds(slices.ends, window, at)
        return low + split if low else older_low, high + split if high else older_high

    def instant(self, index: int) -> int:
        """When an entry was; a slice when its newest event was."""
        slices = self.slices
        if slices is not None and index < self.split:
            return slices.ends[index]
        return self._times[index - self.split]

    def instants(self) -> list[int]:
        """The instants of all, for those who look at many. Not to be changed."""
        return self._times if self.slices is None else self.slices.ends + self._times

    def events(self, low: int, high: int) -> int:
        """How many events the entries [low:high] are."""
        slices, split = self.slices, self.split
        if slices is None or low >= split:
            return high - low
        before = events_before(slices)
        if high <= split:
            return before[high] - before[low]
        return before[split] - before[low] + high - split

    def last_with(self, needed: int, low: int, high: int) -> int:
        """The last of the entries [low:high] that, with all later ones of them, is `needed` events,
        which there are."""
        slices, split = self.slices, self.split
        newest = max(0, high - split)
        if slices is None or needed <= newest:
            return high - needed
        before, end = events_before(slices), min(high, split)
        return bisect_right(before, before[end] + newest - needed, low, end) - 1

    def value(self, index: int) -> Value | None:
        """What an entry says; a slice what its newest event does."""
        slices = self.slices
        if slices is not None and index < self.split:
            return shown(slices.latest[index])
        return shown(self._state.values[index - self.split])


@final
class Row:
    """What entries are worth to measures of a kind, `newer` those that are kept by themselves."""

    __slots__ = ("_kind", "_newer", "_slices", "_split")

    def __init__(self, slices: Slices | None, newer: Column, kind: MeasureKind) -> None:
        self._slices = slices
        self._newer = newer
        self._kind = kind
        self._split = 0 if slices is None else len(slices.ends)

    def total(self, low: int, high: int) -> Exact:
        """The sum of the entries [low:high]."""
        slices, split = self._slices, self._split
        if slices is None or low >= split:
            if high - low == 1:
                number = exact(self._newer[low - split])
                return 0 if number is None else whole(number)
            return add_up(self._part(low - split, high - split))
        before = totals_before(slices)
        if high <= split:
            return whole(before[high] - before[low])
        return whole(before[split] - before[low] + add_up(self._part(0, high - split)))

    def outermost(self, low: int, high: int) -> Exact | None:
        """The least or the greatest number of the entries [low:high]; None without any."""
        slices, split, is_least = self._slices, self._split, self._kind is MeasureKind.MIN
        if slices is None or low >= split:
            return outermost(self._part(low - split, high - split), is_least=is_least)
        if high < split:
            older: Column = slices.least if is_least else slices.most
            return outermost(older[low:high], is_least=is_least)
        older_one = (least_from(slices) if is_least else most_from(slices))[low]
        return self.further(older_one, outermost(self._part(0, high - split), is_least=is_least))

    def _part(self, low: int, high: int) -> Column:
        """Those of the events [low:high] that are kept by themselves; no copy of all."""
        newer = self._newer
        return newer if low == 0 and high == len(newer) else newer[low:high]

    def further(self, one: Exact | None, other: Exact | None) -> Exact | None:
        """The less or the greater of two numbers; that which is set where the other is not."""
        if one is None or other is None:
            return other if one is None else one
        return min(one, other) if self._kind is MeasureKind.MIN else max(one, other)


@final
class Counted:
    """How many numbers of the entries count in a mean: those that are set, but not the amounts of
    `refunds`. Where `is_whole`, all others of `newer` are set."""

    __slots__ = ("_is_whole", "_newer", "_refunds", "_slices", "_split")

    def __init__(
        self, slices: Slices | None, newer: Column, refunds: list[bool], *, is_whole: bool
    ) -> None:
        self._slices = slices
        self._newer = newer
        self._refunds = refunds
        self._is_whole = is_whole
        self._split = 0 if slices is None else len(slices.ends)

    def number(self, low: int, high: int) -> int:
        """How many of the entries [low:high] count."""
        slices, split = self._slices, self._split
        if slices is None or low >= split:
            return self._of_newer(low - split, high - split)
        before = counted_before(slices)
        if high <= split:
            return before[high] - before[low]
        return before[split] - before[low] + self._of_newer(0, high - split)

    def _of_newer(self, low: int, high: int) -> int:
        unset = 0 if self._is_whole else self._newer[low:high].count(None)
        if not self._refunds:
            return high - low - unset
        refunds = self._refunds[low:high]
        if not unset:
            return high - low - refunds.count(True)
        pairs = zip(self._newer[low:high], refunds, strict=True)
        return sum([number is not None and not off for number, off in pairs])
