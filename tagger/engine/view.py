"""A profile as it is seen at an instant: measures, conditions, and when they next change.

`at` is never before an event that the profile has taken. A view only reads; it remembers what it
has measured, so it is good until an event is put into the profile. Other tags' values are the
exception: they are looked up each time, because an evaluation changes them as it goes.
"""

from fractions import Fraction
from math import ceil, floor

from tagger.engine.comparisons import (
    Look,
    look_at_comparison,
    look_at_nearness,
    next_value_turn,
    right_value,
)
from tagger.engine.field_values import Value
from tagger.engine.filters import compare
from tagger.engine.measures import Measures
from tagger.engine.profile import Profile, SeriesState
from tagger.rules.plan import Node, NodeKind, Op, Plan

_COMPARE, _ABSENT, _NOT = NodeKind.COMPARE, NodeKind.ABSENT, NodeKind.NOT
_ALL, _ANY, _ANNIVERSARY = NodeKind.ALL, NodeKind.ANY, NodeKind.ANNIVERSARY


class View:
    """What the rules of `plan` see of `profile` at `at`."""

    __slots__ = ("_looks", "at", "measures", "plan", "profile")

    def __init__(self, plan: Plan, profile: Profile, at: int) -> None:
        self.plan = plan
        self.profile = profile
        self.at = at
        self.measures = Measures(plan, profile, at)
        self._looks: dict[int, Look] = {}

    def series(self, index: int) -> SeriesState:
        """The state of a series; an empty one where nothing has happened. Not to be changed."""
        return self.measures.state(index)

    def value(self, index: int) -> Value | None:
        """The exact value of a measure: a count, minor units, milliseconds, text, truth; None
        when it is unset."""
        return self.measures.value(index)

    def right_value(self, node: Node) -> Value | None:
        """What a comparison with another measure compares with; None when that is unset."""
        return right_value(self.measures, node)

    def is_approximate(self, index: int) -> bool:
        """Whether events that a measure is about are no longer kept one by one."""
        return self.measures.is_approximate(index)

    def holds(self, index: int) -> bool:
        """Whether a condition holds."""
        return self._look(index)[0]

    def next_change(self, index: int) -> int | None:
        """The first instant after `at` at which a condition may turn out otherwise, if no event
        comes: never later than the true one, and None when it never does."""
        return self._look(index)[1]

    def next_value_change(self, index: int, step_ms: int | None) -> int | None:
        """The next instant at which a measure's value, floored to `step_ms`, changes by itself."""
        return next_value_turn(self.measures, index, step_ms)

    def _look(self, index: int) -> Look:
        """A condition's outcome and next change. A condition that asks about a tag is looked at
        only when that tag is settled, so it may be remembered like the others."""
        found = self._looks.get(index)
        if found is None:
            found = self._looks[index] = self._look_at(self.plan.nodes[index])
        return found

    def _look_at(self, node: Node) -> Look:
        kind = node.kind
        if kind is _COMPARE:
            return look_at_comparison(self.measures, node)
        if kind is _ABSENT:
            from_at = self._absent_from(node)
            return self.at >= from_at, from_at if from_at > self.at else None
        if kind is _ANNIVERSARY:
            return look_at_nearness(self.measures, node)
        looks = [self._look(child) for child in node.children]
        if kind is _ALL or kind is _ANY:
            return _enough(looks, len(looks) if kind is _ALL else 1)
        if kind is _NOT:
            return _negated(looks[0])
        return _look_at_number(node, looks)

    def _absent_from(self, node: Node) -> int:
        """The instant from which the absence is long enough, if no event comes."""
        known_since = self.profile.known_since
        last_at = self.series(node.series).last_at
        if last_at is None:
            return known_since if node.include_new else known_since + node.within_ms
        start = last_at if node.include_new else max(last_at, known_since)
        return start + node.within_ms


def _look_at_number(node: Node, looks: list[Look]) -> Look:
    """How many conditions hold, against a number."""
    least = node.values[0]
    if isinstance(least, int | Fraction):
        if node.op is Op.GTE:
            return _enough(looks, ceil(least))
        if node.op is Op.GT:
            return _enough(looks, floor(least) + 1)
        if node.op is Op.LT:
            return _negated(_enough(looks, ceil(least)))
        if node.op is Op.LTE:
            return _negated(_enough(looks, floor(least) + 1))
    outcome = compare(node.op, sum(holds for holds, _ in looks), node.values)
    return outcome, earliest([change for _, change in looks])


def _enough(looks: list[Look], least: int) -> Look:
    """Whether at least so many of the looks hold. That cannot turn before as many have changed
    as are too many, or too few."""
    held = sum(holds for holds, _ in looks)
    outcome = held >= least
    must_change = held - least + 1 if outcome else least - held
    changes = sorted(change for holds, change in looks if holds is outcome and change is not None)
    return outcome, changes[must_change - 1] if must_change <= len(changes) else None


def _negated(look: Look) -> Look:
    return not look[0], look[1]


def earliest(instants: list[int | None]) -> int | None:
    """The first of those that are instants."""
    return min((each for each in instants if each is not None), default=None)
