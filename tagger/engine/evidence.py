"""Why: the conditions of a tag as they stand, each measured value against its threshold."""

from collections.abc import Iterator

import msgspec

from tagger.domain.tags import Evidence, TagValue
from tagger.engine.field_values import Value
from tagger.engine.forms import published_number
from tagger.engine.life import Moment
from tagger.engine.view import View
from tagger.rules.plan import NONE, Measure, Node, NodeKind, Tag

LEAVES = (NodeKind.COMPARE, NodeKind.ABSENT, NodeKind.ANNIVERSARY)
"""Conditions that measure something, instead of joining others."""

_MOST = 32
_MOST_TEXT = 256
"""Characters of a measured text: a customer may have written very many."""


def evidence_for(
    view: View, tag: Tag, moment: Moment, *, expired_at: int | None = None
) -> tuple[Evidence, ...]:
    """What decided about the tag at the moment, at most 32 entries: events that happened, then
    conditions in the order in which the author wrote them."""
    found = list(_events(view, tag, moment))
    if expired_at is not None:
        found.append(Evidence("end of validity", moment.at, "reached", expired_at, holds=True))
    for node in deciding_nodes(view, tag):
        found += leaves(view, node)
    if tag.measure != NONE:
        found.append(_measured_number(view, tag))
    if moment.event_at is not None and moment.event_at < moment.at:
        late = Evidence("late event", moment.event_at, "behind the clock", moment.at, holds=True)
        found.insert(0, late)
    return tuple(dict.fromkeys(found))[:_MOST]


def _events(view: View, tag: Tag, moment: Moment) -> Iterator[Evidence]:
    for source in (tag.assign_upon, tag.remove_upon):
        if source != NONE and source in moment.fired:
            name = view.plan.source_names[source]
            yield Evidence(name, moment.event_at or moment.at, "happened", None, holds=True)


def deciding_nodes(view: View, tag: Tag) -> list[int]:
    """The top conditions that decide: of a text tag those up to the first that holds."""
    if tag.form != "text":
        return [node for node in (tag.assign_when, tag.remove_when) if node != NONE]
    nodes = []
    for band in tag.bands:
        if band.node == NONE:
            break
        nodes.append(band.node)
        if view.holds(band.node):
            break
    return nodes


def leaves(view: View, index: int, *, negated: bool = False) -> Iterator[Evidence]:
    """The measured conditions below a node, in order. One below a `not` says so, and holds where
    the condition itself does not."""
    node = view.plan.nodes[index]
    if node.kind in LEAVES:
        found = leaf_evidence(view, index)
        if negated:
            text = f"not: {found.condition}"
            found = msgspec.structs.replace(found, condition=text, holds=not found.holds)
        yield found
        return
    for child in node.children:
        yield from leaves(view, child, negated=negated is not (node.kind is NodeKind.NOT))


def leaf_evidence(view: View, index: int) -> Evidence:
    """One comparison, absence or anniversary as evidence."""
    node = view.plan.nodes[index]
    verdict = view.holds(index)
    if node.kind is NodeKind.ABSENT:
        last_at = view.series(node.series).last_at
        quiet_ms = view.at - (view.profile.known_since if last_at is None else last_at)
        return Evidence(node.text, quiet_ms, "quiet for", node.within_ms, verdict)
    measure = view.plan.measures[node.measure]
    value = presented(view.value(node.measure), measure)
    if node.kind is NodeKind.ANNIVERSARY:
        return Evidence(node.text, value, "anniversary_within", node.within_ms, verdict)
    return Evidence(
        node.text,
        value,
        node.op.name.lower(),
        _presented_right_side(view, node, measure),
        verdict,
        view.is_approximate(node.measure)
        or (node.right != NONE and view.is_approximate(node.right)),
    )


def presented(value: Value | None, measure: Measure) -> TagValue | None:
    """A measured value for people and other systems: money in major units, a long text by its
    beginning, the rest as it is."""
    if isinstance(value, str) and len(value) > _MOST_TEXT:
        return value[: _MOST_TEXT - 1] + "…"
    if value is None or isinstance(value, str | bool):
        return value
    if measure.scale == 1 and isinstance(value, int):
        return value
    try:
        return published_number(value, measure.scale)
    except OverflowError:
        return str(value)


def _presented_right_side(view: View, node: Node, measure: Measure) -> TagValue | None:
    """The constants, or the value of the other measure, in the units of the left side."""
    if node.right != NONE:
        return presented(view.right_value(node), measure)
    shown = [presented(threshold, measure) for threshold in node.values]
    if len(shown) == 1:
        return shown[0]
    return "[" + ", ".join(map(str, shown)) + "]"


def _measured_number(view: View, tag: Tag) -> Evidence:
    measure = view.plan.measures[tag.measure]
    value = presented(view.value(tag.measure), measure)
    approximate = view.is_approximate(tag.measure)
    return Evidence(measure.text, value, "value", None, value is not None, approximate)
