"""Sets of numbers that comparisons stand for: intervals, exact at their ends."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor, inf

from tagger.rules.syntax import Comparator, Operand, Scalar

Cut = tuple[Fraction | float, int]
"""A place between numbers: just before a number (0) or just after it (1)."""


@dataclass(frozen=True, slots=True)
class Interval:
    """The numbers between two cuts; none when `low` is not before `high`."""

    low: Cut = (-inf, 0)
    high: Cut = (inf, 1)

    @property
    def is_empty(self) -> bool:
        return self.low >= self.high

    def holds(self, number: int) -> bool:
        """Whether the number lies in this interval."""
        return self.low <= (Fraction(number), 0) and (Fraction(number), 1) <= self.high

    def covers(self, other: "Interval") -> bool:
        """Whether every number of `other` lies in this interval."""
        return other.is_empty or (self.low <= other.low and other.high <= self.high)

    def both(self, other: "Interval") -> "Interval":
        """What lies in this one and in `other`."""
        return Interval(max(self.low, other.low), min(self.high, other.high))

    def of_whole(self) -> "Interval":
        """For what is always a whole number: the same of these, with both cuts just before one,
        so that where one such interval ends the next begins."""
        return Interval(_before_whole(self.low), _before_whole(self.high))

    def closed_whole(self) -> "Interval":
        """The same whole numbers, from the first of them to the last."""
        number, side = _before_whole(self.high)
        return Interval(_before_whole(self.low), (number - 1, 1 - side))


def _before_whole(cut: Cut) -> Cut:
    number, side = cut
    if not isinstance(number, Fraction):
        return cut
    return Fraction(floor(number) + 1 if side else ceil(number)), 0


ALL = Interval()
FROM_ZERO = Interval(low=(Fraction(0), 0))


def closed(low: int, high: int) -> Interval:
    """From `low` to `high`, both of them in it."""
    return Interval((Fraction(low), 0), (Fraction(high), 1))


def below(low: int, high: int) -> Interval:
    """From `low`, which is in it, to `high`, which is not."""
    return Interval((Fraction(low), 0), (Fraction(high), 0))


def interval_of(
    comparator: Comparator, operand: Operand, *, whole: bool = False
) -> Interval | None:
    """The numbers for which a comparison of order, or `eq`, holds; None for any other. `whole`:
    the left side is always a whole number."""
    found = _interval_of(comparator, operand)
    return found.of_whole() if found is not None and whole else found


def fraction_in(comparator: Comparator, operand: Operand) -> Decimal | None:
    """The first value to be equal to that is no whole number."""
    if comparator not in ("eq", "ne", "in"):
        return None
    return next((each for each in operand.values if isinstance(each, Decimal) and each % 1), None)


def whole_hint(number: Decimal) -> str:
    """What to write instead of such a value."""
    return f"it is a whole number: take {floor(number)} or {ceil(number)}"


def _interval_of(comparator: Comparator, operand: Operand) -> Interval | None:
    numbers = [Fraction(value) for value in operand.values if _is_number(value)]
    if not numbers or len(numbers) < len(operand.values):
        return None
    first, last = numbers[0], numbers[-1]
    match comparator:
        case "gt":
            return Interval(low=(first, 1))
        case "gte":
            return Interval(low=(first, 0))
        case "lt":
            return Interval(high=(first, 0))
        case "lte":
            return Interval(high=(first, 1))
        case "between":
            return Interval((first, 0), (last, 0))
        case "eq":
            return Interval((first, 0), (first, 1))
    return None


def _is_number(value: Scalar) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def first_gap(intervals: Iterable[Interval], domain: Interval) -> Interval | None:
    """The lowest part of `domain` that no interval covers; None when they cover it all."""
    reached = domain.low
    for interval in sorted(intervals, key=lambda each: each.low):
        if interval.low > reached:
            return Interval(reached, min(interval.low, domain.high))
        reached = max(reached, interval.high)
        if reached >= domain.high:
            return None
    gap = Interval(reached, domain.high)
    return None if gap.is_empty else gap
