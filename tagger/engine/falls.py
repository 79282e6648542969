"""How few of the newest events alone keep a measure at a threshold.

A window without `ago` only loses events by itself. So a number of events or of different texts,
a sum of numbers none of which is negative, and a greatest number can only fall until an event
comes, and do so for good when one certain event leaves. Each function gives that event's position
in the window [low:high]: with it and all later ones the measure is at `least` (with `strictly`:
above it), without it not. None is for a measure that is never, or always, that large. Sums and
greatest numbers are looked at in stretches, each twice as long as the newer one before it, and
the stretch in which the event lies in halves.
"""

from collections.abc import Sequence
from math import ceil, floor

from tagger.engine.entries import Entries, Row
from tagger.engine.profile import StoredValue
from tagger.rules.plan import Exact


def last_for_count(
    entries: Entries, low: int, high: int, least: Exact, *, strictly: bool
) -> int | None:
    """Of a number of events."""
    needed = floor(least) + 1 if strictly else ceil(least)
    if not 0 < needed <= entries.events(low, high):
        return None
    return entries.last_with(needed, low, high)


def last_for_total(row: Row, low: int, high: int, least: Exact, *, strictly: bool) -> int | None:
    """Of a sum."""
    if _is_enough(0, least, strictly=strictly):
        return None
    total: Exact = 0
    end, length = high, 1
    while end > low:
        begin = max(low, end - length)
        more = row.total(begin, end)
        if not _is_enough(total + more, least, strictly=strictly):
            total += more
            end, length = begin, 2 * length
        elif end - begin == 1:
            return begin
        else:
            length = (end - begin) // 2
            low = begin
    return None


def last_for_distinct(
    texts: Sequence[StoredValue], low: int, high: int, least: Exact, *, strictly: bool
) -> int | None:
    """Of a number of different texts."""
    if _is_enough(0, least, strictly=strictly):
        return None
    found: set[str] = set()
    for index in range(high - 1, low - 1, -1):
        said = texts[index]
        if isinstance(said, list):
            found.update(said)
        if _is_enough(len(found), least, strictly=strictly):
            return index
    return None


def last_for_greatest(row: Row, low: int, high: int, least: Exact, *, strictly: bool) -> int | None:
    """Of a greatest number."""
    end, length = high, 1
    while end > low:
        begin = max(low, end - length)
        greatest = row.outermost(begin, end)
        if greatest is None or not _is_enough(greatest, least, strictly=strictly):
            end, length = begin, 2 * length
        elif end - begin == 1:
            return begin
        else:
            length = (end - begin) // 2
            low = begin
    return None


def _is_enough(number: Exact, least: Exact, *, strictly: bool) -> bool:
    return number > least if strictly else number >= least
