"""Why: the conditions of a tag as they stand, each measured value against its threshold."""

from tagger.domain.tags import Evidence
from tagger.engine.leaves import Leaf
from tagger.engine.moment import Moment
from tagger.engine.presenting import presented
from tagger.engine.view import View
from tagger.rules.plan import NONE, NodeKind, Tag

_MOST = 32


def evidence_for(
    view: View, tag: Tag, moment: Moment, expired_at: int | None
) -> tuple[Evidence, ...]:
    """What decided about the tag at the moment, at most 32 entries: events that happened, then
    conditions in the order in which the author wrote them."""
    found: list[Evidence] = []
    event_at = moment.event_at
    if event_at is not None and event_at < moment.at:
        late = Evidence("late event", event_at, "behind the clock", moment.at, holds=True)
        found.append(late)
    for source in (tag.assign_upon, tag.remove_upon):
        if source != NONE and source in moment.fired:
            name = view.plan.source_names[source]
            found.append(Evidence(name, moment.happened_at(), "happened", None, holds=True))
    if expired_at is not None:
        found.append(Evidence("end of validity", moment.at, "reached", expired_at, holds=True))
    for node in deciding_nodes(view, tag):
        _add_leaves(view, node, found, negated=False)
    if tag.measure != NONE:
        found.append(_measured_number(view, tag))
    if len(found) == 1:
        return (found[0],)
    return _each_once(found)


def _each_once(found: list[Evidence]) -> tuple[Evidence, ...]:
    """The first of those that are the same; few are compared sooner than their hashes are made."""
    kept: list[Evidence] = []
    for each in found:
        if each not in kept:
            kept.append(each)
            if len(kept) == _MOST:
                break
    return tuple(kept)


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


def _add_leaves(view: View, index: int, found: list[Evidence], *, negated: bool) -> None:
    """Add the measured conditions below a node, in order."""
    leaf = view.leaves[index]
    if leaf is not None:
        found.append(leaf_evidence(view, index, leaf, negated=negated))
        return
    node = view.plan.nodes[index]
    if node.kind is NodeKind.NOT:
        negated = not negated
    for child in node.children:
        _add_leaves(view, child, found, negated=negated)


def leaf_evidence(view: View, index: int, leaf: Leaf, *, negated: bool = False) -> Evidence:
    """One comparison, absence or anniversary as evidence. One below a `not` says so, and holds
    where the condition itself does not."""
    text = f"not: {leaf.text}" if negated else leaf.text
    holds = view.holds(index) is not negated
    if leaf.is_absence:
        last_at = view.series(leaf.series).last_at
        quiet_ms = view.at - (view.profile.known_since if last_at is None else last_at)
        return Evidence(text, quiet_ms, leaf.comparator, leaf.threshold, holds)
    measure, right = leaf.measure, leaf.right
    value, threshold = presented(view.value(measure), leaf.scale), leaf.threshold
    is_approximate = view.is_approximate(measure)
    if right != NONE:
        threshold = presented(view.right_value(leaf.node), leaf.scale)
        is_approximate = is_approximate or view.is_approximate(right)
    return Evidence(text, value, leaf.comparator, threshold, holds, is_approximate)


def _measured_number(view: View, tag: Tag) -> Evidence:
    measure = view.plan.measures[tag.measure]
    value = presented(view.value(tag.measure), measure.scale)
    approximate = view.is_approximate(tag.measure)
    return Evidence(measure.text, value, "value", None, value is not None, approximate)
