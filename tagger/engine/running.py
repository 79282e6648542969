"""What the slices of a series come to from the oldest on, or up to the newest, worked out once.

Slices change once for many events, so that this is kept beside their columns, in `__dict__`. It
is not stored. Of a sum that runs only differences mean anything: it need not begin with 0.
"""

from collections.abc import Sequence
from itertools import accumulate
from typing import Any

import msgspec

from tagger.engine.columns import exact
from tagger.engine.profile import Slices, StoredNumber
from tagger.rules.plan import Exact

_EVENTS, _COUNTED, _TOTALS, _BYTES = _SUMS = ("events", "counted", "totals", "bytes")
_LEAST, _MOST = "least", "most"
_encoder = msgspec.msgpack.Encoder()


def events_before(slices: Slices) -> list[int]:
    """How many events come before each slice, and before what follows them all."""
    found: list[int] = slices.__dict__.setdefault(_EVENTS, [])
    if len(found) <= len(slices.ends):
        start = found.pop() if found else 0
        found += accumulate(slices.events[len(found) :], initial=start)
    return found


def counted_before(slices: Slices) -> list[int]:
    """How many numbers that count in a mean come before each slice, and what follows them all."""
    found: list[int] = slices.__dict__.setdefault(_COUNTED, [])
    if len(found) <= len(slices.ends):
        start = found.pop() if found else 0
        found += accumulate(slices.counted[len(found) :], initial=start)
    return found


def totals_before(slices: Slices) -> list[Exact]:
    """The sum of all numbers before each slice, and before what follows them all."""
    found: list[Exact] = slices.__dict__.setdefault(_TOTALS, [])
    if len(found) <= len(slices.ends):
        start = found.pop() if found else 0
        totals = [exact(each) or 0 for each in slices.totals[len(found) :]]
        found += accumulate(totals, initial=start)
    return found


def least_from(slices: Slices) -> list[Exact | None]:
    """The least number of each slice and all newer ones; None where there is none."""
    found: list[Exact | None] | None = slices.__dict__.get(_LEAST)
    if found is None:
        found = slices.__dict__[_LEAST] = _outermost(slices.least, is_least=True)
    return found


def most_from(slices: Slices) -> list[Exact | None]:
    """The greatest number of each slice and all newer ones; None where there is none."""
    found: list[Exact | None] | None = slices.__dict__.get(_MOST)
    if found is None:
        found = slices.__dict__[_MOST] = _outermost(slices.most, is_least=False)
    return found


def stored_bytes(slices: Slices) -> int:
    """How large the slices are as they are stored: a short head, and the columns."""
    found: list[int] = slices.__dict__.setdefault(_BYTES, [])
    columns = columns_of(slices)
    count = len(slices.ends)
    if len(found) <= count:
        start = found.pop() if found else 0
        written = [column[len(found) :] for column in columns if column]
        sizes = [len(_encoder.encode(each)) - 1 for each in zip(*written, strict=True)]
        found += accumulate(sizes, initial=start)
    heads = sum([_head_bytes(len(column)) for column in columns])
    return 1 + heads + found[count] - found[0]


def _head_bytes(length: int) -> int:
    """How large the head of a list is in MessagePack."""
    if length < 16:
        return 1
    return 3 if length < 65_536 else 5


def forget_first(slices: Slices, count: int) -> None:
    """To be called when the `count` oldest slices are dropped."""
    for known in slices.__dict__.values():
        del known[:count]


def columns_of(slices: Slices) -> list[list[Any]]:
    """All columns, in the order in which they are stored."""
    return [
        slices.ends,
        slices.events,
        slices.counted,
        slices.totals,
        slices.least,
        slices.most,
        slices.latest,
    ]


def forget_from(slices: Slices, index: int) -> None:
    """To be called when the slices from `index` on become others, or more."""
    known = slices.__dict__
    if known:
        for name in _SUMS:
            if name in known:
                del known[name][index + 1 :]
        known.pop(_LEAST, None)
        known.pop(_MOST, None)


def _outermost(column: Sequence[StoredNumber | None], *, is_least: bool) -> list[Exact | None]:
    found: list[Exact | None] = []
    outermost: Exact | None = None
    for each in reversed(column):
        number = exact(each)
        if number is not None and (
            outermost is None or (number < outermost if is_least else number > outermost)
        ):
            outermost = number
        found.append(outermost)
    found.reverse()
    return found
