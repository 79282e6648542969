"""How few of the newest events alone keep a measure at a threshold.

A window without `ago` only loses events by itself. So a number of events or of different texts,
a sum of numbers none of which is negative, and a greatest number can only fall until an event
comes, and do so for good when one certain event leaves. Each function gives that event's position
in the window [low:high]: with it and all later ones the measure is at `least` (with `strictly`:
above it), without it not. None is for a measure that is never, or always, that large.
"""

from bisect import bisect_right
from collections.abc import Sequence
from math import ceil, floor

from tagger.engine.columns import Numbers
from tagger.engine.profile import StoredValue
from tagger.rules.plan import Exact


def last_for_count(
    before: Sequence[int], low: int, high: int, least: Exact, *, strictly: bool
) -> int | None:
    """Of a number of events; `before` says how many come before each place."""
    needed = floor(least) + 1 if strictly else ceil(least)
    if not 0 < needed <= before[high] - before[low]:
        return None
    return bisect_right(before, before[high] - needed, low, high) - 1


def last_for_total(
    numbers: Numbers, low: int, high: int, least: Exact, *, strictly: bool
) -> int | None:
    """Of a sum."""
    if _is_enough(0, least, strictly=strictly):
        return None
    total: Exact = 0
    for index in range(high - 1, low - 1, -1):
        total += numbers[index] or 0
        if _is_enough(total, least, strictly=strictly):
            return index
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


def last_for_greatest(
    numbers: Numbers, low: int, high: int, least: Exact, *, strictly: bool
) -> int | None:
    """Of a greatest number."""
    for index in range(high - 1, low - 1, -1):
        number = numbers[index]
        if number is not None and _is_enough(number, least, strictly=strictly):
            return index
    return None


def _is_enough(number: Exact, least: Exact, *, strictly: bool) -> bool:
    return number > least if strictly else number >= least
