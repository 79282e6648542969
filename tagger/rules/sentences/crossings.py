"""Where a comparison of whole numbers turns, as its left side rises."""

from collections.abc import Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import NamedTuple

from tagger.rules.syntax import Comparator, Scalar


class Crossing(NamedTuple):
    """From `level` on the comparison is as `becomes` says, just below it the opposite.
    `is_after`: the level is one more than the number that the author wrote."""

    level: int
    becomes: bool
    is_after: bool


def crossings(comparator: Comparator, values: Sequence[Scalar]) -> tuple[Crossing, ...]:
    """All turns of `x <comparator> values`, by rising level; none where there is no order."""
    numbers = [each for each in values if isinstance(each, int | Decimal)]
    match comparator:
        case "gte" | "lt":
            return (Crossing(_ceiling(numbers[0]), comparator == "gte", False),)
        case "gt" | "lte":
            return (Crossing(_floor(numbers[0]) + 1, comparator == "gt", True),)
        case "between":
            low, high = (_ceiling(each) for each in numbers)
            if low >= high:
                return ()
            return (Crossing(low, True, False), Crossing(high, False, False))
        case "eq" | "in":
            return _single(numbers, becomes=True)
        case "ne":
            return _single(numbers, becomes=False)
    return ()


def _single(numbers: Sequence[int | Decimal], *, becomes: bool) -> tuple[Crossing, ...]:
    """Turns about single numbers; neighbours are passed through without one."""
    whole = sorted({int(each) for each in numbers if each == int(each)})
    found = []
    for each in whole:
        if each - 1 not in whole:
            found.append(Crossing(each, becomes, False))
        if each + 1 not in whole:
            found.append(Crossing(each + 1, not becomes, True))
    return tuple(found)


def _ceiling(number: int | Decimal) -> int:
    return int(Decimal(number).to_integral_value(ROUND_CEILING))


def _floor(number: int | Decimal) -> int:
    return int(Decimal(number).to_integral_value(ROUND_FLOOR))
