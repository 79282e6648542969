"""Doubts about `not`: a value that is unset makes every comparison false, so that `not` is true.

A comparison is no doubt where its author has thought of that: where `is_set` is asked beside it,
or where something that needs the value must hold as well.
"""

from typing import TypeGuard

from tagger.rules import words
from tagger.rules.findings import Findings
from tagger.rules.linting.ranges import can_be_unset
from tagger.rules.syntax import (
    AllOf,
    AnyOf,
    AtLeast,
    Compare,
    Condition,
    Measure,
    Named,
    Not,
    Pack,
)
from tagger.rules.walk import all_roots

Measures = frozenset[str]
"""Measures in words."""


def check_unset(pack: Pack, always_set: frozenset[str], findings: Findings) -> None:
    """`W-UNSET` for each `not` that an unset value makes true; `always_set` are the tags of the
    folder that every customer has a value of."""
    looker = _Looker(pack, always_set, findings)
    for root in all_roots(pack):
        looker.look(root, frozenset())


class _Looker:
    def __init__(self, pack: Pack, always_set: frozenset[str], findings: Findings) -> None:
        self._named = {each.name: each.condition for each in pack.conditions}
        self._always_set = always_set
        self._findings = findings
        self._unset_of_named: dict[str, Measures] = {}
        self._needed_of_named: dict[str, Measures] = {}

    def look(self, condition: Condition, known: Measures) -> None:
        """Report every `not` in the condition, where the measures `known` are set."""
        match condition:
            case Not(of):
                unset = sorted(self._unset(of) - known)
                if unset:
                    sentence = f"`not` is also true while the {unset[0]} is unset"
                    hint = "ask for `is_set: true` beside it, or turn the comparator around"
                    self._findings.add(condition.at, "W-UNSET", sentence, hint)
                self.look(of, known)
            case AllOf(of):
                needed = known.union(*(self._needed(each) for each in of))
                for each in of:
                    self.look(each, needed)
            case AnyOf(of) | AtLeast(of):
                for each in of:
                    self.look(each, known)

    def _unset(self, condition: Condition) -> Measures:
        """The measures that make the condition false while they are unset."""
        match condition:
            case Compare(comparator="is_set"):
                return frozenset()
            case Compare():
                return frozenset(
                    words.measure(side)
                    for side in _sides(condition)
                    if can_be_unset(side, self._always_set)
                )
            case AllOf(of) | AnyOf(of) | AtLeast(of):
                asked = {words.measure(each.measure) for each in of if _asks_is_set(each)}
                return frozenset().union(*(self._unset(each) for each in of)) - asked
            case Named(name):
                if name not in self._unset_of_named:
                    self._unset_of_named[name] = self._unset(self._named[name])
                return self._unset_of_named[name]
        return frozenset()

    def _needed(self, condition: Condition) -> Measures:
        """The measures that are set whenever the condition holds."""
        match condition:
            case Compare(comparator="is_set", operand=operand):
                is_true = operand.values == (True,)
                return frozenset({words.measure(condition.measure)}) if is_true else frozenset()
            case Compare():
                return frozenset(words.measure(side) for side in _sides(condition))
            case AllOf(of):
                return frozenset().union(*(self._needed(each) for each in of))
            case AnyOf(of):
                first, *others = (self._needed(each) for each in of)
                return first.intersection(*others)
            case Named(name):
                if name not in self._needed_of_named:
                    self._needed_of_named[name] = self._needed(self._named[name])
                return self._needed_of_named[name]
        return frozenset()


def _sides(comparison: Compare) -> tuple[Measure, ...]:
    right = comparison.operand.measure
    return (comparison.measure,) if right is None else (comparison.measure, right)


def _asks_is_set(condition: Condition) -> TypeGuard[Compare]:
    return isinstance(condition, Compare) and condition.comparator == "is_set"
