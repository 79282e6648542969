"""What is told again and again: of the conditions of a plan that measure something, of its tags."""

from typing import Final, final

from tagger.engine.presenting import presented_constants
from tagger.rules.plan import NONE, Node, NodeKind, Op, Plan, Tag

LATE_EVENT: Final = "late event"
END_OF_VALIDITY: Final = "end of validity"

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

    def told(self, negated: bool) -> str:
        """Its text; below a `not` that is said."""
        return f"not: {self.text}" if negated else self.text


Place = tuple[int, Leaf, bool]
"""The index of a node that measures something, its leaf, and whether it stands below a `not`."""


@final
class Account:
    """What every change of a tag tells, and what can decide about the tag.

    `sources` are those of events that do, with their names, `conditions` the top conditions, in
    order, with the places below each, none of them twice; of a text tag only those `up_to_first`
    that holds. `measure` is the measure of a number tag. Unless it `may_repeat`, no two entries of
    evidence have the same text.
    """

    __slots__ = (
        "conditions",
        "is_published",
        "may_repeat",
        "measure",
        "name",
        "priority",
        "rule",
        "rule_version",
        "scale",
        "sources",
        "text",
        "up_to_first",
    )

    def __init__(self, plan: Plan, tag: Tag, leaves: list[Leaf | None]) -> None:
        self.name = tag.name
        self.is_published = tag.published
        self.priority = tag.priority
        self.rule = tag.rule
        self.rule_version = tag.version
        self.up_to_first = tag.form == "text"
        sources = [each for each in (tag.assign_upon, tag.remove_upon) if each != NONE]
        self.sources = [(each, plan.source_names[each]) for each in sources]
        self.conditions = _each_once(plan, leaves, _top_nodes(tag))
        self.measure = tag.measure
        self.text = "" if tag.measure == NONE else plan.measures[tag.measure].text
        self.scale = 1 if tag.measure == NONE else plan.measures[tag.measure].scale
        texts = [self.text, *(name for _, name in self.sources)]
        for _, places in self.conditions:
            texts += [leaf.told(negated) for _, leaf, negated in places]
        self.may_repeat = len(set(texts)) < len(texts)


@final
class Leaves:
    """The leaves of a plan by the index of their node, None for those that join others, and the
    accounts by that of their tag."""

    __slots__ = ("accounts", "by_node")

    def __init__(self, plan: Plan) -> None:
        self.by_node = [Leaf(plan, node) if node.kind in _LEAVES else None for node in plan.nodes]
        self.accounts = [Account(plan, tag, self.by_node) for tag in plan.tags]


def _top_nodes(tag: Tag) -> list[int]:
    """Those that decide; of a text tag up to the value that needs none."""
    if tag.form != "text":
        return [node for node in (tag.assign_when, tag.remove_when) if node != NONE]
    found: list[int] = []
    for band in tag.bands:
        if band.node == NONE:
            break
        found.append(band.node)
    return found


def _each_once(
    plan: Plan, leaves: list[Leaf | None], nodes: list[int]
) -> list[tuple[int, list[Place]]]:
    """Each of the nodes with its places, but for those that tell what one before them does."""
    found: list[tuple[int, list[Place]]] = []
    known: set[tuple[Node, bool]] = set()
    for top in nodes:
        places: list[Place] = []
        for place in _places(plan, leaves, top):
            _, leaf, negated = place
            if (leaf.node, negated) not in known:
                known.add((leaf.node, negated))
                places.append(place)
        found.append((top, places))
    return found


def _places(
    plan: Plan, leaves: list[Leaf | None], index: int, *, negated: bool = False
) -> list[Place]:
    """The leaves at a node or below it, in order."""
    leaf = leaves[index]
    if leaf is not None:
        return [(index, leaf, negated)]
    node = plan.nodes[index]
    if node.kind is NodeKind.NOT:
        negated = not negated
    return [
        place for child in node.children for place in _places(plan, leaves, child, negated=negated)
    ]
