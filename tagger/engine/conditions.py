"""The conditions of a plan, each as an object that knows how to look at a profile.

Those that most rules are made of have a class of their own, with everything worked out that does
not depend on the profile. A look tells whether the condition holds, and when it may next turn out
otherwise with no event: never later than it does, and None when it never does.
"""

from collections.abc import Sequence
from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING

from tagger.engine.comparisons import Look, look_at_comparison, look_at_nearness
from tagger.engine.filters import compare
from tagger.rules.plan import NONE, MeasureKind, Node, NodeKind, Op, Plan

if TYPE_CHECKING:
    from tagger.engine.view import View

_NEVER: Look = (False, None)
_ALWAYS: Look = (True, None)


class Condition:
    """What can be asked of each."""

    __slots__ = ()

    def look(self, view: "View") -> Look:
        """Whether it holds in the view, and when that may next be otherwise."""
        raise NotImplementedError


class Comparison(Condition):
    """Any comparison of a measure with constants or with another measure."""

    __slots__ = ("_node",)

    def __init__(self, node: Node) -> None:
        self._node = node

    def look(self, view: "View") -> Look:
        return look_at_comparison(view.measures, self._node)


class Nearness(Condition):
    """An anniversary lies in the days that begin with today."""

    __slots__ = ("_node",)

    def __init__(self, node: Node) -> None:
        self._node = node

    def look(self, view: "View") -> Look:
        return look_at_nearness(view.measures, self._node)


class Standing(Condition):
    """A comparison of an attribute, or of another tag, with constants: time alone turns none."""

    __slots__ = ("_node",)

    def __init__(self, node: Node) -> None:
        self._node = node

    def look(self, view: "View") -> Look:
        node = self._node
        return _ALWAYS if compare(node.op, view.value(node.measure), node.values) else _NEVER


class Reached(Condition):
    """At least `needed` events lie in a window up to now, or, `negated`, fewer do. The event that
    is the last one needed turns it when it leaves."""

    __slots__ = ("_fingerprint", "_is_reached", "_needed", "_node", "_within_ms")

    def __init__(self, node: Node, fingerprint: str, within_ms: int, needed: int) -> None:
        self._node = node
        self._fingerprint = fingerprint
        self._within_ms = within_ms
        self._needed = needed
        self._is_reached = node.op in (Op.GTE, Op.GT)

    def look(self, view: "View") -> Look:
        state = view.profile.series.get(self._fingerprint)
        if state is None:
            return (not self._is_reached, None)
        if state.slices is not None:
            return look_at_comparison(view.measures, self._node)
        times = state.times
        index = len(times) - self._needed
        if index >= 0:
            leaves_at = times[index] + self._within_ms
            if leaves_at > view.at:
                return (self._is_reached, leaves_at)
        return (not self._is_reached, None)


class Absent(Condition):
    """Nothing has happened for a while."""

    __slots__ = ("_fingerprint", "_include_new", "_within_ms")

    def __init__(self, node: Node, fingerprint: str) -> None:
        self._fingerprint = fingerprint
        self._within_ms = node.within_ms
        self._include_new = node.include_new

    def look(self, view: "View") -> Look:
        state = view.profile.series.get(self._fingerprint)
        last_at = None if state is None else state.last_at
        known_since = view.profile.known_since
        if self._include_new:
            from_at = known_since if last_at is None else last_at + self._within_ms
        else:
            start = known_since if last_at is None else max(last_at, known_since)
            from_at = start + self._within_ms
        return (True, None) if view.at >= from_at else (False, from_at)


class All(Condition):
    """All hold. It cannot turn before one does, or before every one that does not hold has."""

    __slots__ = ("_children",)

    def __init__(self, children: Sequence[int]) -> None:
        self._children = children

    def look(self, view: "View") -> Look:
        return _together(view, self._children, wanted=True)


class Any(Condition):
    """One of them holds."""

    __slots__ = ("_children",)

    def __init__(self, children: Sequence[int]) -> None:
        self._children = children

    def look(self, view: "View") -> Look:
        return _together(view, self._children, wanted=False)


def _together(view: "View", children: Sequence[int], *, wanted: bool) -> Look:
    """Whether all outcomes are `wanted`: then it is the outcome, else its opposite. One that is
    not and never will be decides alone."""
    first_turn: int | None = None
    last_turn: int | None = None
    for child in children:
        outcome, change = view.look(child)
        if outcome is wanted:
            if change is not None and (first_turn is None or change < first_turn):
                first_turn = change
        elif change is None:
            return (not wanted, None)
        elif last_turn is None or change > last_turn:
            last_turn = change
    if last_turn is None:
        return (wanted, first_turn)
    return (not wanted, last_turn)


class Not(Condition):
    """It does not hold."""

    __slots__ = ("_child",)

    def __init__(self, child: int) -> None:
        self._child = child

    def look(self, view: "View") -> Look:
        outcome, change = view.look(self._child)
        return (not outcome, change)


class Enough(Condition):
    """At least so many of them hold. That cannot turn before as many have changed as are too many,
    or too few."""

    __slots__ = ("_children", "_is_enough", "_least")

    def __init__(self, children: Sequence[int], least: int, *, is_enough: bool) -> None:
        self._children = children
        self._least = least
        self._is_enough = is_enough

    def look(self, view: "View") -> Look:
        looks = [view.look(child) for child in self._children]
        held = sum(holds for holds, _ in looks)
        enough = held >= self._least
        must_change = held - self._least + 1 if enough else self._least - held
        changes = sorted(
            change for holds, change in looks if holds is enough and change is not None
        )
        turn = changes[must_change - 1] if must_change <= len(changes) else None
        return (enough is self._is_enough, turn)


class Number(Condition):
    """How many of them hold, compared otherwise than with a least or a greatest number."""

    __slots__ = ("_children", "_node")

    def __init__(self, node: Node) -> None:
        self._children = node.children
        self._node = node

    def look(self, view: "View") -> Look:
        looks = [view.look(child) for child in self._children]
        outcome = compare(self._node.op, sum(holds for holds, _ in looks), self._node.values)
        turns = [change for _, change in looks if change is not None]
        return (outcome, min(turns, default=None))


def condition_of(plan: Plan, node: Node) -> Condition:
    """The condition that a node of the plan stands for."""
    kind = node.kind
    if kind is NodeKind.COMPARE:
        return _comparison(plan, node)
    if kind is NodeKind.ABSENT:
        return Absent(node, plan.series[node.series].fingerprint)
    if kind is NodeKind.ANNIVERSARY:
        return Nearness(node)
    if kind is NodeKind.ALL:
        return All(node.children)
    if kind is NodeKind.ANY:
        return Any(node.children)
    if kind is NodeKind.NOT:
        return Not(node.children[0])
    needed = _needed(node)
    if needed is None:
        return Number(node)
    return Enough(node.children, needed, is_enough=node.op in (Op.GTE, Op.GT))


def _comparison(plan: Plan, node: Node) -> Condition:
    measure = plan.measures[node.measure]
    if node.right != NONE:
        return Comparison(node)
    if measure.kind in (MeasureKind.ATTRIBUTE, MeasureKind.TAG):
        return Standing(node)
    frame = measure.frame
    needed = _needed(node)
    is_window = frame.within_ms is not None and not frame.ago_ms
    if measure.kind is MeasureKind.COUNT and is_window and needed is not None and needed > 0:
        fingerprint = plan.series[measure.series].fingerprint
        return Reached(node, fingerprint, frame.within_ms or 0, needed)
    return Comparison(node)


def _needed(node: Node) -> int | None:
    """The least whole number that `gte` or `gt` lets through, and `lt` or `lte` does not; None for
    other comparisons."""
    least = node.values[0]
    if isinstance(least, bool) or not isinstance(least, int | Fraction):
        return None
    if node.op is Op.GTE or node.op is Op.LT:
        return ceil(least)
    if node.op is Op.GT or node.op is Op.LTE:
        return floor(least) + 1
    return None
