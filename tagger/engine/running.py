"""What the slices of a series come to from the oldest on, or up to the newest, worked out once.

Slices change once for many events, so that this is kept beside their columns, in `__dict__`. It
is not stored. Everything has an entry for each slice, and keeps it when older slices are dropped:
of a sum that runs only differences mean anything.
"""

from collections.abc import Sequence
from itertools import accumulate

from tagger.engine.columns import exact
from tagger.engine.profile import Slices, StoredNumber
from tagger.rules.plan import Exact


def events_before(slices: Slices) -> list[int]:
    """How many events come before each slice, and before what follows them all."""
    found: list[int] | None = slices.__dict__.get("events")
    if found is None:
        found = slices.__dict__["events"] = list(accumulate(slices.events, initial=0))
    return found


def counted_before(slices: Slices) -> list[int]:
    """How many numbers that count in a mean come before each slice, and what follows them all."""
    found: list[int] | None = slices.__dict__.get("counted")
    if found is None:
        found = slices.__dict__["counted"] = list(accumulate(slices.counted, initial=0))
    return found


def totals_before(slices: Slices) -> list[Exact]:
    """The sum of all numbers before each slice, and before what follows them all."""
    found: list[Exact] | None = slices.__dict__.get("totals")
    if found is None:
        totals = [exact(each) or 0 for each in slices.totals]
        found = slices.__dict__["totals"] = list(accumulate(totals, initial=0))
    return found


def least_from(slices: Slices) -> list[Exact | None]:
    """The least number of each slice and all newer ones; None where there is none."""
    found: list[Exact | None] | None = slices.__dict__.get("least")
    if found is None:
        found = slices.__dict__["least"] = _outermost(slices.least, is_least=True)
    return found


def most_from(slices: Slices) -> list[Exact | None]:
    """The greatest number of each slice and all newer ones; None where there is none."""
    found: list[Exact | None] | None = slices.__dict__.get("most")
    if found is None:
        found = slices.__dict__["most"] = _outermost(slices.most, is_least=False)
    return found


def drop_first_known(slices: Slices, count: int) -> None:
    """What is known goes with the `count` oldest slices, which are dropped."""
    for known in slices.__dict__.values():
        del known[:count]


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
