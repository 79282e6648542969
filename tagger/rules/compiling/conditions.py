"""Conditions as a table."""

from tagger.rules import syntax, words
from tagger.rules.compiling.events import EventTables
from tagger.rules.compiling.fields import exact, thresholds
from tagger.rules.compiling.measures import MeasureTables, Used
from tagger.rules.plan import NONE, Exact, Node, NodeKind, Op, Threshold


class ConditionTables:
    """Nodes of all packs of a folder; equal ones share an entry."""

    def __init__(self, events: EventTables, measures: MeasureTables) -> None:
        self.nodes: list[Node] = []
        self._events = events
        self._measures = measures
        self._node_of: dict[Node, int] = {}

    def node(self, pack: syntax.Pack, condition: syntax.Condition, used: Used) -> int:
        """The index of `condition`; what it looks at is added to `used`."""
        match condition:
            case syntax.Compare(comparator="anniversary_within"):
                return self._add(self._anniversary(pack, condition, used))
            case syntax.Compare():
                return self._add(self._compare(pack, condition, used))
            case syntax.Absent():
                return self._add(self._absent(pack, condition, used))
            case syntax.AllOf(of):
                return self._combined(pack, NodeKind.ALL, of, used)
            case syntax.AnyOf(of):
                return self._combined(pack, NodeKind.ANY, of, used)
            case syntax.Not(of):
                child = self.node(pack, of, used)
                return self._add(Node(NodeKind.NOT, "not", children=(child,)))
            case syntax.AtLeast():
                return self._add(self._at_least(pack, condition, used))
            case syntax.Named(name):
                named = next(each for each in pack.conditions if each.name == name)
                return self.node(pack, named.condition, used)

    def _compare(self, pack: syntax.Pack, condition: syntax.Compare, used: Used) -> Node:
        operand, comparator = condition.operand, condition.comparator
        scale = self._measures.scale_of(pack, condition.measure)
        values = thresholds(comparator, operand, scale)
        left = self._measures.index(pack, condition.measure, used, _kept_for(values))
        right = NONE
        if operand.measure is not None:
            right = self._measures.index(pack, operand.measure, used)
        return Node(
            NodeKind.COMPARE,
            words.measure(condition.measure),
            measure=left,
            op=Op[comparator.upper()],
            values=values,
            right=right,
            times=exact(operand.times),
        )

    def _anniversary(self, pack: syntax.Pack, condition: syntax.Compare, used: Used) -> Node:
        (within_ms,) = condition.operand.values
        return Node(
            NodeKind.ANNIVERSARY,
            words.measure(condition.measure),
            measure=self._measures.index(pack, condition.measure, used),
            within_ms=int(within_ms),
            zone=pack.time_zone,
        )

    def _absent(self, pack: syntax.Pack, condition: syntax.Absent, used: Used) -> Node:
        series = self._events.times_of(pack, condition.selector)
        self._events.series[series].asks_ends = True
        used.series.add(series)
        used.age = used.age or not condition.include_new
        return Node(
            NodeKind.ABSENT,
            words.absent(condition),
            series=series,
            within_ms=condition.within_ms,
            include_new=condition.include_new,
        )

    def _at_least(self, pack: syntax.Pack, condition: syntax.AtLeast, used: Used) -> Node:
        return Node(
            NodeKind.AT_LEAST,
            f"how many of {len(condition.of)} conditions hold",
            op=Op[condition.comparator.upper()],
            values=thresholds(condition.comparator, condition.operand),
            children=tuple(self.node(pack, child, used) for child in condition.of),
        )

    def _combined(
        self, pack: syntax.Pack, kind: NodeKind, of: tuple[syntax.Condition, ...], used: Used
    ) -> int:
        children = tuple(self.node(pack, child, used) for child in of)
        return self._add(Node(kind, kind.name.lower(), children=children))

    def _add(self, node: Node) -> int:
        if node not in self._node_of:
            self._node_of[node] = len(self.nodes)
            self.nodes.append(node)
        return self._node_of[node]


def _kept_for(values: tuple[Threshold, ...]) -> int | None:
    """How many of the newest times decide comparisons with these constants."""
    numbers: list[Exact] = [value for value in values if not isinstance(value, str | bool)]
    return int(max(numbers)) + 2 if numbers else None
