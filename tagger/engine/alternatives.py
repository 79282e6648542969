"""What could be otherwise in a condition: the values at which its comparisons turn.

Only what an event, an attribute or another tag can bring about is offered; what time alone does
is told by the deadlines. A count never falls by an event, the time since an event only begins
anew.
"""

from collections.abc import Iterator
from fractions import Fraction
from math import ceil, floor
from typing import Literal

import msgspec

from tagger.domain.tags import TagValue
from tagger.engine.evidence import presented
from tagger.engine.field_values import Value
from tagger.engine.view import View
from tagger.rules.plan import NONE, Exact, MeasureKind, Node, NodeKind, Op, Threshold

Relation = Literal[
    "reaches",
    "rises above",
    "falls to",
    "falls below",
    "is",
    "is something else",
    "gets a value",
    "has no value",
    "happens",
    "mentions",
    "matches",
]

_HARDLY = Fraction(1, 10**9)
_OTHER_TEXT = "\0"
_WHOLE = (MeasureKind.COUNT, MeasureKind.DISTINCT)
_BY_TIME_ALONE = (MeasureKind.AGE, MeasureKind.TAG_AGE)
_ELAPSED = (MeasureKind.SINCE, MeasureKind.SINCE_FIRST)
_OF_TEXT: dict[Op, Relation] = {Op.MENTIONS: "mentions", Op.MATCHES: "matches"}


class Need(msgspec.Struct, frozen=True):
    """One thing that would have to be otherwise: what `text` names is worth `value` and would
    have to stand in this relation to `wanted`. Money is in major units, times in milliseconds
    (`unit`)."""

    text: str
    relation: Relation
    value: TagValue | None = None
    wanted: TagValue | None = None
    unit: Literal["", "ms"] = ""


class Alternative(msgspec.Struct, frozen=True):
    """A need, and what is then so: a measure has another value, or a condition another outcome
    (`measure` NONE)."""

    need: Need
    measure: int
    node: int
    value: Value | None = None
    holds: bool = False


def alternatives_of(view: View, index: int) -> Iterator[Alternative]:
    """What could be otherwise in a measured condition, the smallest differences first."""
    node = view.plan.nodes[index]
    if node.kind is NodeKind.ABSENT:
        if view.holds(index):
            yield Alternative(Need(node.text, "happens"), NONE, index, holds=False)
        return
    if node.kind is not NodeKind.COMPARE:
        return
    kind = view.plan.measures[node.measure].kind
    if kind in _BY_TIME_ALONE:
        return
    if kind in _ELAPSED:
        yield from _happening(view, node, kind)
    elif node.op in _OF_TEXT:
        yield from _said(view, node, index)
    elif node.op is Op.IS_SET:
        yield from _set_or_not(view, node)
    else:
        yield from _compared(view, node)


def _happening(view: View, node: Node, kind: MeasureKind) -> Iterator[Alternative]:
    value = view.value(node.measure)
    if kind is MeasureKind.SINCE or value is None:
        text = view.plan.source_names[view.plan.series[_series(view, node)].source]
        yield Alternative(Need(text, "happens"), node.measure, NONE, value=0)


def _series(view: View, node: Node) -> int:
    return view.plan.measures[node.measure].series


def _said(view: View, node: Node, index: int) -> Iterator[Alternative]:
    wanted = ", ".join(str(each) for each in node.values)
    if view.holds(index):
        need = _need(view, node, "is something else", None)
    else:
        need = _need(view, node, _OF_TEXT[node.op], wanted)
    yield Alternative(need, NONE, index, holds=not view.holds(index))


def _set_or_not(view: View, node: Node) -> Iterator[Alternative]:
    if view.value(node.measure) is None:
        yield Alternative(_need(view, node, "gets a value", None), node.measure, NONE, _OTHER_TEXT)
    else:
        yield Alternative(_need(view, node, "has no value", None), node.measure, NONE)


def _compared(view: View, node: Node) -> Iterator[Alternative]:
    thresholds: tuple[Threshold | None, ...] = node.values
    if node.right != NONE:
        thresholds = (view.right_value(node),)
    value = view.value(node.measure)
    for threshold in thresholds:
        if isinstance(threshold, bool | str):
            yield from _equal_to(view, node, value, threshold)
        elif threshold is not None:
            number = value if isinstance(value, int | Fraction) else None
            yield from _near(view, node, number, threshold)
    if any(isinstance(each, str) for each in thresholds) and value is not None:
        need = _need(view, node, "is something else", None)
        yield Alternative(need, node.measure, NONE, _OTHER_TEXT)


def _equal_to(
    view: View, node: Node, value: Value | None, threshold: bool | str
) -> Iterator[Alternative]:
    wanted = [threshold, not threshold] if isinstance(threshold, bool) else [threshold]
    for each in wanted:
        if each != value:
            yield Alternative(_need(view, node, "is", each), node.measure, NONE, each)


def _near(view: View, node: Node, value: Exact | None, threshold: Exact) -> Iterator[Alternative]:
    """The values just at and beside a threshold, on the far side of it."""
    if view.plan.measures[node.measure].kind in _WHOLE:
        for whole in (ceil(threshold), floor(threshold) + 1):
            if value is None or whole > value:
                yield _number(view, node, "reaches", whole, whole)
        return
    if value is None or value < threshold:
        yield _number(view, node, "reaches", threshold, threshold)
    if value is None or value <= threshold:
        yield _number(view, node, "rises above", threshold, threshold + _HARDLY)
    if value is not None and value > threshold:
        yield _number(view, node, "falls to", threshold, threshold)
    if value is not None and value >= threshold:
        yield _number(view, node, "falls below", threshold, threshold - _HARDLY)


def _number(view: View, node: Node, relation: Relation, wanted: Exact, value: Exact) -> Alternative:
    return Alternative(_need(view, node, relation, wanted), node.measure, NONE, value)


def _need(view: View, node: Node, relation: Relation, wanted: Value | None) -> Need:
    measure = view.plan.measures[node.measure]
    now = presented(view.value(node.measure), measure)
    unit: Literal["", "ms"] = "ms" if measure.is_time else ""
    return Need(measure.text, relation, now, presented(wanted, measure), unit)
