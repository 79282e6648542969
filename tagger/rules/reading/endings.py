"""Whether a flag's rule can ever end: one that cannot must say `sticky: true`."""

from collections.abc import Mapping
from enum import Enum, auto

from tagger.rules.syntax import (
    Aggregate,
    AllOf,
    AnyOf,
    AtLeast,
    Compare,
    Condition,
    Measure,
    Named,
    Not,
    Since,
)
from tagger.rules.words import REFUNDED_FIELDS

_RISES = frozenset({"gt", "gte"})
_FALLS = frozenset({"lt", "lte"})
_SIGNED = "profit"
"""A field that is below zero often enough for a sum of it to fall."""
_MOST_NAMES_DEEP = 32


class _Way(Enum):
    """In which one way a measure moves for all time."""

    GROWS_FROM_ZERO = auto()
    GROWS_ONCE_SET = auto()
    FALLS_ONCE_SET = auto()
    SETTLES = auto()
    STAYS_SET = auto()
    """Moves up and down; only whether there is a value never comes back."""


class Endings:
    """Answers for the conditions of one pack; `named` are its named ones.

    Errs on one side: a condition that might turn is taken to turn.
    """

    def __init__(self, named: Mapping[str, Condition]) -> None:
        self._named = named
        self._known: dict[tuple[str, bool], bool] = {}

    def stays(self, condition: Condition, value: bool, names_deep: int = 0) -> bool:
        """Whether the condition, once it has this truth value, keeps it for all time."""
        match condition:
            case Compare():
                return _comparison_stays(condition, value)
            case AllOf(of) | AnyOf(of):
                return all(self.stays(each, value, names_deep) for each in of)
            case Not(of):
                return self.stays(of, not value, names_deep)
            case AtLeast(of, comparator):
                rises = comparator in (_RISES if value else _FALLS)
                return rises and all(self.stays(each, True, names_deep) for each in of)
            case Named(name):
                return self._named_stays(name, value, names_deep + 1)
        return False

    def _named_stays(self, name: str, value: bool, names_deep: int) -> bool:
        inner = self._named.get(name)
        if inner is None or names_deep > _MOST_NAMES_DEEP:
            return False
        if (name, value) not in self._known:
            self._known[name, value] = False
            self._known[name, value] = self.stays(inner, value, names_deep)
        return self._known[name, value]


def _comparison_stays(condition: Compare, value: bool) -> bool:
    comparator, operand = condition.comparator, condition.operand
    if operand.measure is not None:
        return False
    way = _way_of(condition.measure)
    if way is None:
        return False
    if comparator == "is_set":
        return operand.values == (value,)
    if way is _Way.STAYS_SET:
        return False
    if way is _Way.SETTLES:
        return value
    if way is _Way.FALLS_ONCE_SET:
        return value and comparator in _FALLS
    if comparator in _RISES:
        return value
    return way is _Way.GROWS_FROM_ZERO and comparator in _FALLS and not value


def _way_of(measure: Measure) -> _Way | None:
    """None for a measure that can turn, or become unset."""
    if isinstance(measure, Since) and measure.window.is_ever:
        return _Way.GROWS_ONCE_SET if measure.first else _Way.STAYS_SET
    if not isinstance(measure, Aggregate) or not measure.window.is_ever:
        return None
    can_shrink = measure.of in REFUNDED_FIELDS and measure.refunds != "ignore"
    match measure.kind:
        case "count":
            return _Way.GROWS_FROM_ZERO
        case "sum":
            return None if can_shrink or measure.of == _SIGNED else _Way.GROWS_FROM_ZERO
        case "max":
            return _Way.STAYS_SET if can_shrink else _Way.GROWS_ONCE_SET
        case "min":
            return _Way.FALLS_ONCE_SET
        case "avg" | "interval":
            return _Way.STAYS_SET
        case "earliest":
            return _Way.SETTLES
    return None
