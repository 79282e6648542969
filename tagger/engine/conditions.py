"""The conditions of a plan, each as an object that knows how to look at a profile.

Those that most rules are made of have a class of their own, with everything worked out that does
not depend on the profile.
"""

from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING, final

from tagger.engine.comparisons import (
    comparison_holds,
    look_at_nearness,
    turn_of_comparison,
)
from tagger.engine.condition import Condition
from tagger.engine.counted import Outnumbered, Reached
from tagger.engine.elapsed import Absent, Elapsed
from tagger.engine.filters import compare
from tagger.engine.joins import Enough, Not, Number, Together
from tagger.rules.plan import NONE, Measure, MeasureKind, Node, NodeKind, Op, Plan

if TYPE_CHECKING:
    from tagger.engine.view import View


@final
class Comparison(Condition):
    """Any comparison of a measure with constants or with another measure."""

    __slots__ = ("_has_constants", "_measure", "_node", "_op", "_values")

    def __init__(self, node: Node) -> None:
        self._node = node
        self._has_constants = node.right == NONE
        self._measure = node.measure
        self._op = node.op
        self._values = node.values

    def holds(self, view: "View") -> bool:
        if self._has_constants:
            return compare(self._op, view.measures.value(self._measure), self._values)
        return comparison_holds(view.measures, self._node)

    def turn(self, view: "View", *, outcome: bool) -> int | None:
        return turn_of_comparison(view.measures, self._node, outcome=outcome)


@final
class Nearness(Condition):
    """An anniversary lies in the days that begin with today."""

    __slots__ = ("_node",)

    def __init__(self, node: Node) -> None:
        self._node = node

    def holds(self, view: "View") -> bool:
        return look_at_nearness(view.measures, self._node)[0]

    def turn(self, view: "View", *, outcome: bool) -> int | None:  # noqa: ARG002
        return look_at_nearness(view.measures, self._node)[1]


@final
class Standing(Condition):
    """A comparison of an attribute, or of another tag, with constants: time alone turns none."""

    __slots__ = ("_measure", "_op", "_values")

    def __init__(self, node: Node) -> None:
        self._measure = node.measure
        self._op = node.op
        self._values = node.values

    def holds(self, view: "View") -> bool:
        return compare(self._op, view.value(self._measure), self._values)

    def turn(self, view: "View", *, outcome: bool) -> int | None:  # noqa: ARG002
        return None


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
        return Together(node.children, _by_effort(plan, node), wanted=True, negated=False)
    if kind is NodeKind.ANY:
        return Together(node.children, _by_effort(plan, node), wanted=False, negated=True)
    if kind is NodeKind.NOT:
        return Not(node.children[0])
    needed = _needed(node)
    if needed is None:
        return Number(node)
    return Enough(node.children, needed, is_enough=node.op in (Op.GTE, Op.GT))


def _by_effort(plan: Plan, node: Node) -> list[int]:
    """What the node joins, those first of which it costs little to tell when they turn."""
    quick = [child for child in node.children if _turns_at_once(plan, plan.nodes[child])]
    return quick + [child for child in node.children if child not in quick]


def _turns_at_once(plan: Plan, node: Node) -> bool:
    """Whether a condition need not walk to see when it turns."""
    if node.kind is not NodeKind.COMPARE or node.right != NONE:
        return node.kind is NodeKind.ABSENT
    measure = plan.measures[node.measure]
    is_counted = measure.kind is MeasureKind.COUNT and _needed(node) is not None
    return is_counted or (measure.kind is not MeasureKind.RATIO and measure.frame.is_ever)


def _comparison(plan: Plan, node: Node) -> Condition:
    measure = plan.measures[node.measure]
    if node.right != NONE:
        return _comparison_of_two(plan, node, measure, plan.measures[node.right])
    if measure.kind in (MeasureKind.ATTRIBUTE, MeasureKind.TAG):
        return Standing(node)
    frame = measure.frame
    if measure.kind in (MeasureKind.SINCE, MeasureKind.SINCE_FIRST) and frame.is_ever:
        fingerprint = plan.series[measure.series].fingerprint
        is_since_first = measure.kind is MeasureKind.SINCE_FIRST
        return Elapsed(node, fingerprint, is_since_first=is_since_first)
    needed = _needed(node)
    is_window = frame.within_ms is not None and not frame.ago_ms
    if measure.kind is MeasureKind.COUNT and is_window and needed is not None and needed > 0:
        fingerprint = plan.series[measure.series].fingerprint
        return Reached(node, fingerprint, frame.within_ms or 0, needed)
    return Comparison(node)


def _comparison_of_two(plan: Plan, node: Node, left: Measure, right: Measure) -> Condition:
    if (
        left.kind is right.kind is MeasureKind.COUNT
        and left.series == right.series
        and left.frame.within_ms is not None
        and right.frame.within_ms is not None
        and node.times == 1
    ):
        fingerprint = plan.series[left.series].fingerprint
        return Outnumbered(node, fingerprint, left.frame, right.frame)
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
