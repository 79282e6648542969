"""The columns of a series as numbers and texts, with refunds taken off."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import cast

from tagger.engine.field_values import Value
from tagger.engine.profile import SeriesState, StoredNumber, StoredValue
from tagger.rules.plan import Exact

Numbers = Sequence[Exact | None]
"""One number for each event; None for one that has none."""


def stored(number: Exact) -> StoredNumber:
    """A number as profiles keep it: text where it is no 64-bit integer."""
    return number if isinstance(number, int) and abs(number) < 2**63 else str(number)


def exact(value: StoredValue) -> Exact | None:
    """The number that is stored; None where there is none."""
    if isinstance(value, str):
        return _parsed(value)
    return value if isinstance(value, int) else None


@lru_cache(maxsize=4_096)
def _parsed(text: str) -> Exact:
    return whole(Fraction(text))


def whole(number: Exact) -> Exact:
    """The number, as an integer where it is one."""
    return number.numerator if number.denominator == 1 else number


def shown(value: StoredValue) -> Value | None:
    """The one value that is stored, as it is compared."""
    if isinstance(value, list):
        return value[0] if value else None
    return exact(value)


def add_up(numbers_: Iterable[Exact | None]) -> Exact:
    """The exact sum of those that are set."""
    kept = list(numbers_)
    try:
        total: Exact = sum(kept)  # type: ignore[arg-type]
    except TypeError:
        total = sum((each for each in kept if each is not None), Fraction(0))
    return total if type(total) is int else whole(total)


def as_numbers(column: Sequence[StoredValue]) -> Numbers:
    """A column of stored numbers, to be calculated with."""
    if set(map(type, column)) <= {int}:
        return cast("Sequence[int]", column)
    return [exact(each) for each in column]


def numbers(state: SeriesState, refunded: Mapping[str, int], low: int = 0) -> Numbers:
    """What each event that is kept one by one is worth; nothing that is asked of those before
    `low` can be relied on. By order, an order's refunds come off its newest purchase first, and
    none falls below 0."""
    found = as_numbers(state.values)
    if state.orders and refunded:
        found = _net(found, state.orders, refunded, low)
    if state.costs:
        return [
            None if amount is None or cost is None else amount - cost
            for amount, cost in zip(found, state.costs, strict=True)
        ]
    return found


def _net(amounts: Numbers, orders: list[str], refunded: Mapping[str, int], low: int) -> Numbers:
    if refunded.keys().isdisjoint(orders[low:]):
        return amounts
    net = list(amounts)
    left: dict[str, Exact] = {}
    for index in range(len(net) - 1, low - 1, -1):
        order = orders[index]
        if order not in refunded:
            continue
        amount = net[index]
        rest = left.get(order, refunded[order])
        if amount is not None and amount > 0 and rest:
            taken = min(rest, amount)
            net[index] = amount - taken
            left[order] = rest - taken
    return net
