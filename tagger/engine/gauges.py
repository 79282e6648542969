"""What a window's content is worth, kept up as the window moves.

A gauge is asked for one slice after the other; neither end of them ever goes back. The first
answer is made from scratch, what follows from the events that entered and left, so that walking
all edges of a window costs little more than walking its events.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from itertools import chain
from typing import cast

from tagger.engine.columns import shown
from tagger.engine.entries import Counted, Entries, Row
from tagger.engine.field_values import Value
from tagger.engine.moving import Moving, elapsed_since, quotient
from tagger.engine.profile import StoredValue
from tagger.rules.plan import Exact

Content = Value | Moving | None
"""What a measure is worth over a stretch of time; None is unset."""

Gauge = Callable[[int, int], Content]
"""The worth of the events [low:high] of a series."""

Texts = Sequence[StoredValue]


def count_of(entries: Entries) -> Gauge:
    """How many events there are."""
    return entries.events


def total_of(row: Row) -> Gauge:
    """The sum; of nothing it is 0."""
    return _Total(row).of


def mean_of(row: Row, counted: Counted) -> Gauge:
    """The sum over the number of those that count; unset without such."""
    total = _Total(row).of
    return lambda low, high: quotient(total(low, high), counted.number(low, high))


def extreme_of(row: Row) -> Gauge:
    """The least or the greatest of those that are set."""
    return _Extreme(row).of


def distinct_of(texts: Texts) -> Gauge:
    """How many different texts there are. A series whose texts are told apart has no others."""
    return _Distinct(cast("Sequence[list[str]]", texts)).of


def first_of(entries: Entries) -> Gauge:
    """The value of the earliest event."""
    return lambda low, high: entries.value(low) if low < high else None


def last_of(entries: Entries) -> Gauge:
    """The value of the latest event."""
    return lambda low, high: entries.value(high - 1) if low < high else None


def since_first(entries: Entries) -> Gauge:
    """The time since the earliest event."""
    return lambda low, high: elapsed_since(entries.instant(low)) if low < high else None


def since_last(entries: Entries) -> Gauge:
    """The time since the latest event."""
    return lambda low, high: elapsed_since(entries.instant(high - 1)) if low < high else None


def interval_of(entries: Entries) -> Gauge:
    """The mean time between one event and the next."""

    def interval(low: int, high: int) -> Exact | None:
        events = entries.events(low, high)
        if events < 2:
            return None
        return quotient(entries.instant(high - 1) - entries.instant(low), events - 1)

    return interval


def response_time_of(
    times: Sequence[int], messages: Texts, low: int, *, customer_answers: bool
) -> Gauge:
    """The mean time from a message to the next one of the other side in its conversation, of
    slices that begin at `low` or later."""
    return _ResponseTime(times, messages, low, customer_answers=customer_answers).of


class _Total:
    def __init__(self, row: Row) -> None:
        self._row = row
        self._bounds: tuple[int, int] | None = None
        self._total: Exact = 0

    def of(self, low: int, high: int) -> Exact:
        row = self._row
        if self._bounds is None:
            self._total = row.total(low, high)
        else:
            old_low, old_high = self._bounds
            if high > old_high:
                self._total += row.total(old_high, high)
            if low > old_low:
                self._total -= row.total(old_low, low)
        self._bounds = low, high
        return self._total


class _Extreme:
    """What entered is compared with the extreme; it is looked for again when it may have left."""

    def __init__(self, row: Row) -> None:
        self._row = row
        self._bounds: tuple[int, int] | None = None
        self._extreme: Exact | None = None

    def of(self, low: int, high: int) -> Exact | None:
        row, extreme = self._row, self._extreme
        if self._bounds is None:
            extreme = row.outermost(low, high)
        else:
            old_low, old_high = self._bounds
            if extreme is not None and row.outermost(old_low, min(low, old_high)) == extreme:
                extreme = row.outermost(low, high)
            elif high > old_high:
                extreme = row.further(extreme, row.outermost(max(low, old_high), high))
        self._bounds, self._extreme = (low, high), extreme
        return extreme


class _Distinct:
    def __init__(self, texts: Sequence[list[str]]) -> None:
        self._texts = texts
        self._bounds: tuple[int, int] | None = None
        self._times_said: Counter[str] | None = None

    def of(self, low: int, high: int) -> int:
        if self._bounds is None:
            self._bounds = low, high
            return len(set(chain.from_iterable(self._texts[low:high])))
        said = self._times_said
        if said is None:
            said = self._times_said = Counter(
                chain.from_iterable(self._texts[slice(*self._bounds)])
            )
        old_low, old_high = self._bounds
        said.update(chain.from_iterable(self._texts[old_high:high]))
        for text in chain.from_iterable(self._texts[old_low:low]):
            said[text] -= 1
            if not said[text]:
                del said[text]
        self._bounds = low, high
        return len(said)


class _ResponseTime:
    """Pairs each message with its answer, which does not depend on the window; a pair counts
    while both are in it."""

    def __init__(
        self, times: Sequence[int], messages: Texts, low: int, *, customer_answers: bool
    ) -> None:
        self._times = times
        self._answer, self._asked = _pairs(messages, low, "out" if customer_answers else "in")
        self._low = self._high = low
        self._sum_ms = self._pairs = 0

    def of(self, low: int, high: int) -> Exact | None:
        for index in range(self._high, high):
            for asked in self._asked.get(index, ()):
                self._count(asked, index, 1)
        for index in range(self._low, low):
            answer = self._answer.get(index)
            if answer is not None and answer < high:
                self._count(index, answer, -1)
        self._low, self._high = low, high
        return quotient(self._sum_ms, self._pairs)

    def _count(self, asked: int, answer: int, sign: int) -> None:
        if sign < 0 or asked >= self._low:
            self._sum_ms += sign * (self._times[answer] - self._times[asked])
            self._pairs += sign


def _pairs(messages: Texts, low: int, asking: str) -> tuple[dict[int, int], dict[int, list[int]]]:
    """The answer of each asking message from `low` on, and the messages that each answer
    answers."""
    answer: dict[int, int] = {}
    asked: dict[int, list[int]] = {}
    next_answer: dict[str, int] = {}
    for index in range(len(messages) - 1, low - 1, -1):
        side, _, conversation = str(shown(messages[index])).partition(" ")
        if side != asking:
            next_answer[conversation] = index
        elif conversation in next_answer:
            answer[index] = next_answer[conversation]
            asked.setdefault(next_answer[conversation], []).append(index)
    return answer, asked
