"""Slices: the older events of a series put together, where they are too many to keep one by one.

A slice is a cell of time, [n * length, (n + 1) * length), and its events count as if they had all
happened with the newest of them: too late by less than the length. Lengths are powers of two, so
that a cell lies in one cell of every greater length, and slices that have grown older can be put
together again with no greater error than their new length.
"""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TypeVar

from tagger.engine.columns import add_up, outermost, stored
from tagger.engine.profile import Folded, Slices, StoredNumber
from tagger.engine.running import drop_first_known
from tagger.rules.plan import Grain

_Entry = TypeVar("_Entry")
_LONGEST_MS = 2**62


def merged(
    before: Slices | None, more: Slices, grains: Sequence[Grain], least_ms: int, clock_at: int
) -> Slices:
    """The slices of both, put together as far as their age at `clock_at` allows, and to
    `least_ms` in any case."""
    joined = more if before is None else _in_order(before, more)
    return _put_together(joined, _starts(joined.ends, grains, least_ms, clock_at))


def drop_first(slices: Slices, count: int) -> None:
    """Remember no longer the `count` oldest slices."""
    del slices.ends[:count]
    del slices.events[:count]
    del slices.counted[:count]
    del slices.totals[:count]
    del slices.least[:count]
    del slices.most[:count]
    del slices.latest[:count]
    drop_first_known(slices, count)


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


def _in_order(one: Slices, other: Slices) -> Slices:
    joined = Slices(
        one.ends + other.ends,
        one.events + other.events,
        one.counted + other.counted,
        one.totals + other.totals,
        one.least + other.least,
        one.most + other.most,
        one.latest + other.latest,
    )
    if not one.ends or not other.ends or one.ends[-1] <= other.ends[0]:
        return joined
    order = sorted(range(len(joined.ends)), key=joined.ends.__getitem__)
    return Slices(
        _picked(joined.ends, order),
        _picked(joined.events, order),
        _picked(joined.counted, order),
        _picked(joined.totals, order),
        _picked(joined.least, order),
        _picked(joined.most, order),
        _picked(joined.latest, order),
    )


def _picked(column: list[_Entry], order: list[int]) -> list[_Entry]:
    return [column[index] for index in order] if column else []


def _starts(
    ends: Sequence[int], grains: Sequence[Grain], least_ms: int, clock_at: int
) -> list[int]:
    """Which of the slices begin a new one: those that lie in another cell than the one before,
    by the length that the newer of the two may have."""
    found: list[int] = []
    high = len(ends)
    for grain in grains:
        low = bisect_right(ends, clock_at - grain.reach_ms, 0, high)
        length = max(grain.slice_ms, least_ms)
        found += [
            index
            for index in range(low, high)
            if not index or ends[index - 1] // length != ends[index] // length
        ]
        high = low
    return sorted([*found, *range(high)])


def _put_together(slices: Slices, starts: list[int]) -> Slices:
    count = len(slices.ends)
    if len(starts) == count:
        return slices
    groups = [slice(low, high) for low, high in pairwise([*starts, count])]
    return Slices(
        [slices.ends[group.stop - 1] for group in groups],
        [sum(slices.events[group]) for group in groups],
        [sum(slices.counted[group]) for group in groups] if slices.counted else [],
        _of_groups(_total, slices.totals, groups),
        _of_groups(_least, slices.least, groups),
        _of_groups(_most, slices.most, groups),
        [slices.latest[group.stop - 1] for group in groups] if slices.latest else [],
    )


def _of_groups(
    join: Callable[[list[_Entry]], _Entry], column: list[_Entry], groups: list[slice]
) -> list[_Entry]:
    if not column:
        return []
    return [
        column[group.start] if group.stop - group.start == 1 else join(column[group])
        for group in groups
    ]


def _total(numbers: list[StoredNumber]) -> StoredNumber:
    return stored(add_up(numbers))


def _least(numbers: list[StoredNumber | None]) -> StoredNumber | None:
    found = outermost(numbers, is_least=True)
    return None if found is None else stored(found)


def _most(numbers: list[StoredNumber | None]) -> StoredNumber | None:
    found = outermost(numbers, is_least=False)
    return None if found is None else stored(found)
