"""Slices: the older events of a series put together, where they are too many to keep one by one.

A slice is a cell of time, [n * length, (n + 1) * length), and its events count as if they had all
happened with the newest of them: too late by less than the length. Lengths are powers of two, so
that a cell lies in one cell of every greater length, and slices that have grown older can be put
together again with no greater error than their new length.
"""

from bisect import bisect_right
from collections.abc import Sequence

from tagger.engine.columns import add_up, outermost, stored
from tagger.engine.profile import Folded, Slices, StoredNumber
from tagger.engine.running import columns_of, forget_first, forget_from
from tagger.rules.plan import Grain

_LONGEST_MS = 2**62


def merged(
    before: Slices | None, more: Slices, grains: Sequence[Grain], least_ms: int, clock_at: int
) -> Slices:
    """The slices of both, put together as far as their age at `clock_at` allows, and to
    `least_ms` in any case. `before` is changed for that and given back, or `more` without it."""
    if before is None:
        slices = more
    else:
        slices = before
        _put_in(slices, more)
    for low, high in reversed(_groups(_joined_places(slices.ends, grains, least_ms, clock_at))):
        _put_together(slices, low, high)
    return slices


def drop_first(slices: Slices, count: int) -> None:
    """Remember no longer the `count` oldest slices."""
    for column in columns_of(slices):
        del column[:count]
    forget_first(slices, count)


def folded(before: Folded | None, slices: Slices, count: int) -> Folded:
    """What was folded before, with the `count` oldest slices."""
    before = before or Folded()
    return Folded(
        before.events + sum(slices.counted[:count]),
        _total([before.total, *slices.totals[:count]]),
        _least([before.least, *slices.least[:count]]),
        _most([before.most, *slices.most[:count]]),
    )


def halving_ms(ends: Sequence[int], least_ms: int) -> int | None:
    """The least length, from `least_ms` on, of cells of which at most half as many are occupied
    as there are `ends`; None when there is none."""
    length = least_ms
    while length < _LONGEST_MS:
        if len({end // length for end in ends}) <= len(ends) // 2:
            return length if ends else None
        length *= 2
    return None


def _put_in(slices: Slices, more: Slices) -> None:
    """Put in more slices; one goes behind others that end with it."""
    if not more.ends:
        return
    ends = slices.ends
    columns = list(zip(columns_of(slices), columns_of(more), strict=True))
    if not ends or ends[-1] <= more.ends[0]:
        forget_from(slices, len(ends))
        for column, entries in columns:
            column.extend(entries)
        return
    forget_from(slices, bisect_right(ends, more.ends[0]))
    for number, end in enumerate(more.ends):
        index = bisect_right(ends, end)
        for column, entries in columns:
            if entries:
                column.insert(index, entries[number])


def _joined_places(
    ends: Sequence[int], grains: Sequence[Grain], least_ms: int, clock_at: int
) -> list[int]:
    """Which slices belong to the one before them: those that lie in the same cell, by the length
    that the newer of the two may have. In order of time."""
    found: list[int] = []
    high = len(ends)
    for grain in grains:
        low = max(1, bisect_right(ends, clock_at - grain.reach_ms, 0, high))
        length = max(grain.slice_ms, least_ms)
        of_grain: list[int] = []
        if low < high:
            cell_before = ends[low - 1] // length
            for index in range(low, high):
                cell = ends[index] // length
                if cell == cell_before:
                    of_grain.append(index)
                cell_before = cell
        found = of_grain + found
        high = min(low, high)
    return found


def _groups(joined_places: Sequence[int]) -> list[tuple[int, int]]:
    """The slices [low:high] that become one each, more than one of them."""
    found: list[tuple[int, int]] = []
    low = high = -1
    for index in joined_places:
        if index != high:
            if high > 0:
                found.append((low, high))
            low = index - 1
        high = index + 1
    if high > 0:
        found.append((low, high))
    return found


def _put_together(slices: Slices, low: int, high: int) -> None:
    """Make one of the slices [low:high]."""
    forget_from(slices, low)
    del slices.ends[low : high - 1]
    slices.events[low:high] = [sum(slices.events[low:high])]
    if slices.counted:
        slices.counted[low:high] = [sum(slices.counted[low:high])]
        slices.totals[low:high] = [_total(slices.totals[low:high])]
        slices.least[low:high] = [_least(slices.least[low:high])]
        slices.most[low:high] = [_most(slices.most[low:high])]
    del slices.latest[low : high - 1]


def _total(numbers: list[StoredNumber]) -> StoredNumber:
    return stored(add_up(numbers))


def _least(numbers: list[StoredNumber | None]) -> StoredNumber | None:
    found = outermost(numbers, is_least=True)
    return None if found is None else stored(found)


def _most(numbers: list[StoredNumber | None]) -> StoredNumber | None:
    found = outermost(numbers, is_least=False)
    return None if found is None else stored(found)
