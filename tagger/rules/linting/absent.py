"""Flags that everybody gets who was never heard of before: silence is asked for with `absent`."""

from tagger.rules.findings import Findings
from tagger.rules.linting.intervals import interval_of
from tagger.rules.linting.ranges import can_be_unset
from tagger.rules.syntax import (
    Absent,
    Aggregate,
    AllOf,
    AnyOf,
    AtLeast,
    Compare,
    Condition,
    Named,
    Not,
    Pack,
    TagValueOf,
)
from tagger.rules.walk import parts_of


def check_absent(pack: Pack, findings: Findings) -> None:
    """`W-ABSENT` for flags whose `assign.when` holds for a customer without any history because
    a count over a window is 0."""
    newcomer = _Newcomer({each.name: each.condition for each in pack.conditions})
    for tag in pack.tags:
        when = tag.assign.when if tag.assign is not None and tag.form == "flag" else None
        if when is None or not newcomer.holds(when):
            continue
        silence = next(filter(_asks_for_silence, parts_of(when)), None)
        if silence is not None:
            sentence = f"`{tag.name}` also fits a customer who has only just become known"
            hint = (
                "`absent: {event, within}` waits until a customer is known that long; with"
                " `include_new: true` it says that new ones are meant"
            )
            findings.add(silence.at, "W-ABSENT", sentence, hint)


def _asks_for_silence(condition: Condition) -> bool:
    """Whether this is a count over a window that is held against a bound."""
    return (
        isinstance(condition, Compare)
        and isinstance(condition.measure, Aggregate)
        and condition.measure.kind == "count"
        and not condition.measure.window.is_ever
        and condition.measure.window.ago_ms == 0
    )


class _Newcomer:
    """What holds for a customer of whom nothing is known: no event, no attribute, no tag."""

    def __init__(self, named: dict[str, Condition]) -> None:
        self._named = named
        self._known: dict[str, bool] = {}

    def holds(self, condition: Condition) -> bool:
        """Errs on the side of not holding."""
        match condition:
            case Compare():
                return _comparison_holds(condition)
            case AllOf(of):
                return all(map(self.holds, of))
            case AnyOf(of):
                return any(map(self.holds, of))
            case Not(of):
                return not self.holds(of)
            case AtLeast(of):
                found = interval_of(condition.comparator, condition.operand, whole=True)
                number = sum(map(self.holds, of))
                return found is not None and found.holds(number)
            case Absent():
                return False
            case Named(name):
                if name not in self._known:
                    self._known[name] = self.holds(self._named[name])
                return self._known[name]


def _comparison_holds(condition: Compare) -> bool:
    measure, operand = condition.measure, condition.operand
    if condition.comparator == "is_set":
        return operand.values == (not can_be_unset(measure),)
    if isinstance(measure, TagValueOf):
        return condition.comparator == "eq" and operand.values == (False,)
    if operand.measure is not None or can_be_unset(measure):
        return False
    found = interval_of(condition.comparator, operand)
    return found is not None and found.holds(0)
