"""Whether a flag's rule can ever end: one that cannot must say `sticky: true`."""

from collections.abc import Mapping

from tagger.rules.syntax import (
    Aggregate,
    AllOf,
    AnyOf,
    AtLeast,
    Compare,
    Condition,
    Named,
    Not,
    Since,
)

_RISES = frozenset({"gt", "gte"})
_FALLS = frozenset({"lt", "lte"})
_MOST_NAMES_DEEP = 32


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
    measure, comparator = condition.measure, condition.comparator
    if comparator == "is_set" and isinstance(measure, Since):
        return condition.operand.values == (value,)
    if not _only_grows(condition):
        return False
    if comparator in _RISES:
        return value
    return comparator in _FALLS and not value and not isinstance(measure, Since)


def _only_grows(condition: Compare) -> bool:
    match condition.measure:
        case Aggregate(kind, _, window, of, refunds):
            is_netted = kind == "sum" and of == "amount" and refunds != "ignore"
            return window.within_ms is None and not is_netted
        case Since(_, first):
            return first
    return False
