"""The shape of rules: what they say apart from where they say it, for comparing them."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from tagger.rules import words
from tagger.rules.syntax import (
    Absent,
    AllOf,
    AnyOf,
    AtLeast,
    Clause,
    Compare,
    Condition,
    Measure,
    Named,
    Not,
    TagRule,
)


@dataclass(frozen=True, slots=True)
class Interval:
    """From `low` to `high`, each end with or without itself; None is without end."""

    low: Fraction | None
    low_open: bool
    high: Fraction | None
    high_open: bool

    def covers(self, other: "Interval") -> bool:
        """Whether every value of `other` lies in this interval."""
        return self._reaches_low(other) and self._reaches_high(other)

    def _reaches_low(self, other: "Interval") -> bool:
        if self.low is None:
            return True
        if other.low is None or other.low < self.low:
            return False
        return other.low > self.low or not self.low_open or other.low_open

    def _reaches_high(self, other: "Interval") -> bool:
        if self.high is None:
            return True
        if other.high is None or other.high > self.high:
            return False
        return other.high < self.high or not self.high_open or other.high_open


def measure_shape(measure: Measure) -> str:
    """Equal for measures that mean the same."""
    refunds = getattr(measure, "refunds", "")
    return f"{words.measure(measure)} {refunds}"


def condition_shape(condition: Condition) -> str:
    """Equal for conditions that are written the same, wherever they stand."""
    match condition:
        case Compare(measure, comparator, operand):
            return f"{measure_shape(measure)} {comparator} {words.operand(operand)}"
        case Absent():
            return words.absent(condition)
        case AllOf(of):
            return f"all({'; '.join(map(condition_shape, of))})"
        case AnyOf(of):
            return f"any({'; '.join(map(condition_shape, of))})"
        case Not(of):
            return f"not({condition_shape(of)})"
        case AtLeast(of, comparator, operand):
            inner = "; ".join(map(condition_shape, of))
            return f"at_least({inner}) {comparator} {words.operand(operand)}"
        case Named(name):
            return f"condition {name}"


def rule_shape(tag: TagRule) -> str:
    """What decides the tag, in one line; empty for a tag that is only set by hand."""
    parts = [f"assign {_clause(tag.assign)}"] if tag.assign is not None else []
    parts += [f"remove {_clause(tag.remove)}"] if tag.remove is not None else []
    parts += [
        f"{band.value}: {condition_shape(band.when) if band.when is not None else 'otherwise'}"
        for band in tag.values
    ]
    parts += [measure_shape(tag.value)] if tag.value is not None else []
    return " | ".join(parts)


def _clause(clause: Clause) -> str:
    when = f"when {condition_shape(clause.when)}" if clause.when is not None else ""
    return f"{when} upon {words.selector(clause.upon)}" if clause.upon is not None else when


def interval_of(condition: Condition | None) -> tuple[str, Interval] | None:
    """A comparison of order as the measure's shape and the values for which it holds."""
    if not isinstance(condition, Compare):
        return None
    values = condition.operand.values
    if any(isinstance(value, bool) or not isinstance(value, int | Decimal) for value in values):
        return None
    numbers = [Fraction(value) for value in values if not isinstance(value, str)]
    interval = _interval(condition.comparator, numbers)
    return None if interval is None else (measure_shape(condition.measure), interval)


def _interval(comparator: str, numbers: list[Fraction]) -> Interval | None:
    first, last = numbers[0], numbers[-1]
    match comparator:
        case "gt" | "gte":
            return Interval(first, comparator == "gt", None, True)
        case "lt" | "lte":
            return Interval(None, True, first, comparator == "lt")
        case "between":
            return Interval(first, False, last, True)
        case "eq":
            return Interval(first, False, first, False)
    return None
