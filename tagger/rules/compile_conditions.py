"""Measures and conditions as tables."""

from dataclasses import dataclass, field

from tagger.rules import syntax, words
from tagger.rules.compile_events import EventTables, event_types, field_of, is_money, thresholds
from tagger.rules.currencies import minor_per_major
from tagger.rules.plan import Exact, Measure, MeasureKind, Node, NodeKind, Op, Threshold


@dataclass(slots=True)
class Used:
    """What a tag's conditions look at: the engine evaluates the tag when one of it moves."""

    series: set[int] = field(default_factory=set)
    attributes: set[str] = field(default_factory=set)
    tags: set[int] = field(default_factory=set)
    age: bool = False


class ConditionTables:
    """Measures and nodes of all packs of a folder; equal ones share an entry."""

    def __init__(self, events: EventTables, tag_index: dict[str, int]) -> None:
        self.measures: list[Measure] = []
        self.nodes: list[Node] = []
        self._events = events
        self._tag_index = tag_index
        self._measure_of: dict[Measure, int] = {}
        self._node_of: dict[Node, int] = {}

    def node(self, pack: syntax.Pack, condition: syntax.Condition, used: Used) -> int:
        """The index of `condition`; what it looks at is added to `used`."""
        match condition:
            case syntax.Compare():
                return self._add_node(self._compare(pack, condition, used))
            case syntax.Absent():
                return self._add_node(self._absent(pack, condition, used))
            case syntax.AllOf(of):
                return self._combined(pack, NodeKind.ALL, of, used)
            case syntax.AnyOf(of):
                return self._combined(pack, NodeKind.ANY, of, used)
            case syntax.Not(of):
                child = self.node(pack, of, used)
                return self._add_node(Node(NodeKind.NOT, "not", children=(child,)))
            case syntax.AtLeast(of, comparator):
                children = tuple(self.node(pack, child, used) for child in of)
                text = f"how many of {len(of)} conditions hold"
                values = thresholds(comparator, condition.operand)
                return self._add_node(
                    Node(
                        NodeKind.AT_LEAST,
                        text,
                        op=Op[comparator.upper()],
                        values=values,
                        children=children,
                    )
                )
            case syntax.Named(name):
                named = next(each for each in pack.conditions if each.name == name)
                return self.node(pack, named.condition, used)

    def measure(
        self, pack: syntax.Pack, measure: syntax.Measure, used: Used, keep: int | None = None
    ) -> int:
        """The index of `measure`; `keep` bounds what its series must remember."""
        match measure:
            case syntax.Aggregate():
                made = self._aggregate(pack, measure, keep)
                used.series.add(made.series)
            case syntax.Since(selector, first):
                series = self._events.series_for(pack, selector)
                used.series.add(series)
                kind = MeasureKind.SINCE_FIRST if first else MeasureKind.SINCE
                made = Measure(kind, words.measure(measure), series=series)
            case syntax.AttributeValueOf(name):
                used.attributes.add(name)
                made = Measure(MeasureKind.ATTRIBUTE, words.measure(measure), name=name)
            case syntax.TagValueOf(name):
                index = self._tag_index[name]
                used.tags.add(index)
                made = Measure(MeasureKind.TAG, words.measure(measure), name=name, tag=index)
        if made not in self._measure_of:
            self._measure_of[made] = len(self.measures)
            self.measures.append(made)
        return self._measure_of[made]

    def _aggregate(self, pack: syntax.Pack, measure: syntax.Aggregate, keep: int | None) -> Measure:
        within_ms, ago_ms = measure.window.within_ms, measure.window.ago_ms
        reach_ms = None if within_ms is None else within_ms + ago_ms
        text = words.measure(measure)
        if measure.kind == "count":
            index = self._events.series_for(pack, measure.selector)
            if within_ms is not None:
                self._events.series[index].needs(reach_ms, None if ago_ms else keep)
            return Measure(MeasureKind.COUNT, text, index, within_ms, ago_ms)
        of = measure.of or ""
        types = event_types(pack, measure.selector)
        money = is_money(of)
        refunds = measure.refunds if of == "amount" else "ignore"
        index = self._events.series_for(pack, measure.selector, field_of(pack, types, of), refunds)
        self._events.series[index].needs(reach_ms, None)
        scale = minor_per_major(pack.currency or "") if money else 1
        return Measure(MeasureKind.SUM, text, index, within_ms, ago_ms, scale=scale)

    def _compare(self, pack: syntax.Pack, condition: syntax.Compare, used: Used) -> Node:
        scale = 1
        measure = condition.measure
        if isinstance(measure, syntax.Aggregate) and measure.of and is_money(measure.of):
            scale = minor_per_major(pack.currency or "")
        values = thresholds(condition.comparator, condition.operand, scale)
        index = self.measure(pack, measure, used, _kept_for(values))
        return Node(
            NodeKind.COMPARE,
            words.measure(measure),
            measure=index,
            op=Op[condition.comparator.upper()],
            values=values,
        )

    def _absent(self, pack: syntax.Pack, condition: syntax.Absent, used: Used) -> Node:
        series = self._events.series_for(pack, condition.selector)
        used.series.add(series)
        used.age = used.age or not condition.include_new
        return Node(
            NodeKind.ABSENT,
            words.absent(condition),
            series=series,
            within_ms=condition.within_ms,
            include_new=condition.include_new,
        )

    def _combined(
        self, pack: syntax.Pack, kind: NodeKind, of: tuple[syntax.Condition, ...], used: Used
    ) -> int:
        children = tuple(self.node(pack, child, used) for child in of)
        return self._add_node(Node(kind, kind.name.lower(), children=children))

    def _add_node(self, node: Node) -> int:
        if node not in self._node_of:
            self._node_of[node] = len(self.nodes)
            self.nodes.append(node)
        return self._node_of[node]


def _kept_for(values: tuple[Threshold, ...]) -> int | None:
    """How many of the newest times decide comparisons with these constants."""
    numbers: list[Exact] = [value for value in values if not isinstance(value, str | bool)]
    return int(max(numbers)) + 2 if numbers else None
