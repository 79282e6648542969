"""The columns of a series as numbers and texts, with refunds taken off."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import lru_cache

from tagger.engine.field_values import Value
from tagger.engine.profile import SeriesState, StoredNumber, StoredValue
from tagger.rules.plan import Exact

Column = Sequence[StoredValue | Fraction]
"""What each event says. Numbers are as they are stored or as they were calculated; there is no
need to look at all of them to calculate with a few."""


def stored(number: Exact) -> StoredNumber:
    """A number as profiles keep it: text where it is no 64-bit integer."""
    return number if isinstance(number, int) and abs(number) < 2**63 else str(number)


def exact(value: StoredValue | Fraction) -> Exact | None:
    """The number that is stored, or that came of one; None where there is none."""
    if value is None or isinstance(value, list):
        return None
    return _parsed(value) if isinstance(value, str) else value


@lru_cache(maxsize=4_096)
def _parsed(text: str) -> Exact:
    return whole(Fraction(text))


def whole(number: Exact) -> Exact:
    """The number, as an integer where it is one."""
    if type(number) is int or number.denominator != 1:
        return number
    return number.numerator


def shown(value: StoredValue) -> Value | None:
    """The one value that is stored, as it is compared."""
    if isinstance(value, list):
        return value[0] if value else None
    return exact(value)


def add_up(column: Column) -> Exact:
    """The exact sum of those that are numbers."""
    if not column:
        return 0
    total: Exact
    try:
        all_known = column if column[0] is not None else known_numbers(column)
        total = sum(all_known)  # type: ignore[arg-type]
    except TypeError:
        total = sum(known_numbers(column))
    return total if type(total) is int else whole(total)


def outermost(column: Column, *, is_least: bool) -> Exact | None:
    """The least or the greatest of those that are numbers; None without any."""
    if not column:
        return None
    if column[0] is not None:
        try:
            found = min(column) if is_least else max(column)  # type: ignore[type-var]
        except TypeError:
            found = None
        if type(found) is int or type(found) is Fraction:
            return found
    known = known_numbers(column)
    if not known:
        return None
    return min(known) if is_least else max(known)


def known_numbers(column: Column) -> list[Exact]:
    """Those that are numbers."""
    return [number for each in column if (number := exact(each)) is not None]


def numbers(state: SeriesState, refunded: Mapping[str, int], low: int = 0) -> Column:
    """What each event that is kept one by one is worth; nothing that is asked of those before
    `low` can be relied on. By order, an order's refunds come off its newest purchase first, and
    none falls below 0."""
    found: Column = state.values
    if state.orders and refunded:
        found = _net(found, state.orders, refunded, low)
    if state.costs:
        return [
            None if cost is None or (amount := exact(said)) is None else amount - cost
            for said, cost in zip(found, state.costs, strict=True)
        ]
    return found


def _net(amounts: Column, orders: list[str], refunded: Mapping[str, int], low: int) -> Column:
    if refunded.keys().isdisjoint(orders[low:]):
        return amounts
    net = list(amounts)
    left: dict[str, Exact] = {}
    for index in range(len(net) - 1, low - 1, -1):
        order = orders[index]
        if order not in refunded:
            continue
        amount = exact(net[index])
        rest = left.get(order, refunded[order])
        if amount is not None and amount > 0 and rest:
            taken = min(rest, amount)
            net[index] = amount - taken
            left[order] = rest - taken
    return net
