"""What could be otherwise in a condition: the values at which its comparisons turn.

Only what an event, an attribute or another tag can bring about is offered; what time alone does
is told by the deadlines. A count never falls by an event, the time since an event only begins
anew.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import ceil, floor

from tagger.engine.field_values import Value
from tagger.engine.needs import Alternative, Need, Relation, Unit
from tagger.engine.presenting import presented
from tagger.engine.supposing import Supposed
from tagger.engine.view import View
from tagger.rules.plan import NONE, Exact, MeasureKind, Node, NodeKind, Op, Threshold

_HARDLY = Fraction(1, 10**9)
_OTHER_TEXT = "\0"
_WHOLE = (MeasureKind.COUNT, MeasureKind.DISTINCT)
_BY_TIME_ALONE = (MeasureKind.AGE, MeasureKind.TAG_AGE)
_ELAPSED = (MeasureKind.SINCE, MeasureKind.SINCE_FIRST)
_OF_TEXT: dict[Op, Relation] = {Op.MENTIONS: "mentions", Op.MATCHES: "matches"}


def alternatives_of(supposed: Supposed, index: int) -> Iterator[Alternative]:
    """What could be otherwise in a measured condition, the smallest differences first. What a side
    is held against is as is supposed; what the side itself is worth now is as it is."""
    view = supposed.view
    node = view.plan.nodes[index]
    if node.kind is NodeKind.ABSENT:
        if view.holds(index):
            yield Alternative(Need(node.text, "happens"), NONE, index, holds=False)
    elif node.kind is NodeKind.COMPARE and node.right == NONE:
        yield from _beside_constants(view, node, index)
    elif node.kind is NodeKind.COMPARE:
        yield from _beside(view, node.measure, (supposed.right_value(node),))
        yield from _beside(view, node.right, (supposed.right_value_alike(node),))


def _beside_constants(view: View, node: Node, index: int) -> Iterator[Alternative]:
    if node.op in _OF_TEXT:
        yield from _said(view, node, index)
    elif node.op is Op.IS_SET:
        yield from _set_or_not(view, node.measure)
    else:
        yield from _beside(view, node.measure, node.values)


def _beside(
    view: View, measure: int, thresholds: Sequence[Threshold | None]
) -> Iterator[Alternative]:
    """One side of a comparison, at and beside what it is held against."""
    kind = view.plan.measures[measure].kind
    if kind in _ELAPSED:
        yield from _happening(view, measure)
    elif kind not in _BY_TIME_ALONE:
        yield from _compared(view, measure, thresholds)


def _happening(view: View, measure: int) -> Iterator[Alternative]:
    found = view.plan.measures[measure]
    if found.kind is MeasureKind.SINCE or view.value(measure) is None:
        text = view.plan.source_names[view.plan.series[found.series].source]
        yield Alternative(Need(text, "happens"), measure, NONE, value=0)


def _said(view: View, node: Node, index: int) -> Iterator[Alternative]:
    wanted = ", ".join(str(each) for each in node.values)
    if view.holds(index):
        need = _need(view, node.measure, "is something else", None)
    else:
        need = _need(view, node.measure, _OF_TEXT[node.op], wanted)
    yield Alternative(need, NONE, index, holds=not view.holds(index))


def _set_or_not(view: View, measure: int) -> Iterator[Alternative]:
    kind = view.plan.measures[measure].kind
    if kind in _ELAPSED:
        yield from _happening(view, measure)
    elif kind in _BY_TIME_ALONE:
        return
    elif view.value(measure) is None:
        need = _need(view, measure, "gets a value", None)
        yield Alternative(need, measure, NONE, _OTHER_TEXT)
    else:
        yield Alternative(_need(view, measure, "has no value", None), measure, NONE)


def _compared(
    view: View, measure: int, thresholds: Sequence[Threshold | None]
) -> Iterator[Alternative]:
    value = view.value(measure)
    for threshold in thresholds:
        if isinstance(threshold, bool | str):
            yield from _equal_to(view, measure, value, threshold)
        elif threshold is not None:
            number = value if isinstance(value, int | Fraction) else None
            yield from _near(view, measure, number, threshold)
    if any(isinstance(each, str) for each in thresholds) and value is not None:
        need = _need(view, measure, "is something else", None)
        yield Alternative(need, measure, NONE, _OTHER_TEXT)


def _equal_to(
    view: View, measure: int, value: Value | None, threshold: bool | str
) -> Iterator[Alternative]:
    wanted = [threshold, not threshold] if isinstance(threshold, bool) else [threshold]
    for each in wanted:
        if each != value:
            yield Alternative(_need(view, measure, "is", each), measure, NONE, each)


def _near(view: View, measure: int, value: Exact | None, threshold: Exact) -> Iterator[Alternative]:
    """The values just at and beside a threshold, on the far side of it."""
    if view.plan.measures[measure].kind in _WHOLE:
        for whole in (ceil(threshold), floor(threshold) + 1):
            if value is None or whole > value:
                yield _number(view, measure, "reaches", whole, whole)
        return
    if value is None or value < threshold:
        yield _number(view, measure, "reaches", threshold, threshold)
    if value is None or value <= threshold:
        yield _number(view, measure, "rises above", threshold, threshold + _HARDLY)
    if value is None or value > threshold:
        yield _number(view, measure, "falls to", threshold, threshold)
    if value is None or value >= threshold:
        yield _number(view, measure, "falls below", threshold, threshold - _HARDLY)


def _number(
    view: View, measure: int, relation: Relation, wanted: Exact, value: Exact
) -> Alternative:
    return Alternative(_need(view, measure, relation, wanted), measure, NONE, value)


def _need(view: View, measure: int, relation: Relation, wanted: Value | None) -> Need:
    found = view.plan.measures[measure]
    now = presented(view.value(measure), found.scale)
    unit: Unit = "ms" if found.is_time else ""
    return Need(found.text, relation, now, presented(wanted, found.scale), unit)
