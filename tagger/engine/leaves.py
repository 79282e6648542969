"""The conditions of a plan that measure something, with what is told of each again and again."""

from typing import final

from tagger.engine.presenting import presented_constants
from tagger.rules.plan import NONE, Node, NodeKind, Op, Plan

_LEAVES = (NodeKind.COMPARE, NodeKind.ABSENT, NodeKind.ANNIVERSARY)
"""Conditions that measure something, instead of joining others."""

_COMPARATORS = {op: op.name.lower() for op in Op}


@final
class Leaf:
    """A node of the plan, see there. `threshold` is what it compares its measure with, where these
    are constants, as people are shown it, and `right` the measure where it is one."""

    __slots__ = (
        "comparator",
        "is_absence",
        "measure",
        "node",
        "right",
        "scale",
        "series",
        "text",
        "threshold",
    )

    def __init__(self, plan: Plan, node: Node) -> None:
        self.node = node
        self.text = node.text
        self.measure = node.measure
        self.right = node.right
        self.series = node.series
        self.is_absence = node.kind is NodeKind.ABSENT
        self.scale = 1 if node.measure == NONE else plan.measures[node.measure].scale
        self.comparator = _COMPARATORS[node.op]
        self.threshold = presented_constants(plan, node)
        if node.kind is not NodeKind.COMPARE:
            self.comparator = "quiet for" if self.is_absence else "anniversary_within"
            self.threshold = node.within_ms


def leaves_of(plan: Plan) -> list[Leaf | None]:
    """By the index of the node; None for those that join others."""
    return [Leaf(plan, node) if node.kind in _LEAVES else None for node in plan.nodes]
