"""What would change a tag, all else equal: the smallest differences that give it another value.

Each measure of the rule is tried at the values at which its comparisons turn, alone and, for a
value of the tag that no single difference brings, two at a time. A statement about the rule, not
a forecast: an event may move several measures at once.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations

import msgspec

from tagger.domain.tags import TagValue
from tagger.engine.alternatives import Alternative, Need, alternatives_of
from tagger.engine.filters import compare
from tagger.engine.profile import TagState
from tagger.engine.view import View
from tagger.rules.plan import NONE, Node, NodeKind, Tag

_MOST_ALTERNATIVES = 48
_MOST_PROSPECTS = 6


class Prospect(msgspec.Struct, frozen=True):
    """The value that the tag's rule would give (None: not held) if all `needs` were so, and, in
    the event form, once `upon` happens. `hold_for_ms`: only after they have been so for that long
    without a break."""

    value: TagValue | None
    upon: str | None
    needs: tuple[Need, ...]
    hold_for_ms: int = 0


def prospects_of(view: View, tag: Tag, state: TagState) -> tuple[Prospect, ...]:
    """At most six, those with the fewest needs first; none for number tags, which follow their
    measure, and for tags without a rule."""
    found = [*_by_events(view, tag, state), *_by_states(view, tag, state)]
    found.sort(key=lambda each: len(each.needs))
    return tuple(dict.fromkeys(found))[:_MOST_PROSPECTS]


def _by_events(view: View, tag: Tag, state: TagState) -> Iterator[Prospect]:
    """What an `upon` would do now, or once its condition holds."""
    held = state.value is not None
    source, when = tag.assign_upon, tag.assign_when
    value: TagValue | None = True
    if held:
        source, when, value = tag.remove_upon, tag.remove_when, None
    if source == NONE or (tag.sticky and held):
        return
    name = view.plan.source_names[source]
    if when == NONE or view.holds(when):
        yield Prospect(value, name, ())
        return
    for needs, holds in _differences(view, [when], lambda changed: changed.holds(when)):
        if holds:
            yield Prospect(value, name, needs)


def _by_states(view: View, tag: Tag, state: TagState) -> Iterator[Prospect]:
    """What a state would do, if it were otherwise."""
    roots = _states(tag)
    if tag.form == "number" or not roots:
        return
    now = state.value
    for needs, value in _differences(view, roots, lambda changed: changed.rule(tag, now)):
        if value != now:
            yield Prospect(value, None, needs, tag.hold_for_ms or 0 if now is None else 0)


def _states(tag: Tag) -> list[int]:
    """The conditions that decide without an event."""
    if tag.form == "text":
        return [band.node for band in tag.bands if band.node != NONE]
    found = []
    if tag.assign_when != NONE and tag.assign_upon == NONE:
        found.append(tag.assign_when)
    if tag.remove_when != NONE and tag.remove_upon == NONE:
        found.append(tag.remove_when)
    return found


class _Changed:
    """The conditions of a view with some things otherwise."""

    def __init__(self, view: View, chosen: Sequence[Alternative]) -> None:
        self._view = view
        self._values = {each.measure: each.value for each in chosen if each.measure != NONE}
        self._outcomes = {each.node: each.holds for each in chosen if each.measure == NONE}

    def holds(self, index: int) -> bool:
        """Whether a condition would hold."""
        node = self._view.plan.nodes[index]
        if index in self._outcomes:
            return self._outcomes[index]
        if node.kind is NodeKind.COMPARE:
            return self._compare(index, node)
        if node.kind in (NodeKind.ABSENT, NodeKind.ANNIVERSARY):
            return self._view.holds(index)
        number = sum(self.holds(child) for child in node.children)
        if node.kind is NodeKind.ALL:
            return number == len(node.children)
        if node.kind is NodeKind.ANY:
            return number > 0
        if node.kind is NodeKind.NOT:
            return number == 0
        return compare(node.op, number, node.values)

    def _compare(self, index: int, node: Node) -> bool:
        if node.measure not in self._values and node.right not in self._values:
            return self._view.holds(index)
        value = self._values.get(node.measure, self._view.value(node.measure))
        if node.right == NONE:
            return compare(node.op, value, node.values)
        right = self._view.right_value(node)
        if node.right in self._values:
            other = self._values[node.right]
            right = other if other is None or isinstance(other, bool | str) else other * node.times
        return right is not None and compare(node.op, value, (right,))

    def rule(self, tag: Tag, now: TagValue | None) -> TagValue | None:
        """What the tag's states would make of it; `now` is its value."""
        if tag.form == "text":
            firsts = (band for band in tag.bands if band.node == NONE or self.holds(band.node))
            first = next(firsts, None)
            return None if first is None else first.value
        is_state = tag.assign_when != NONE and tag.assign_upon == NONE
        removes = tag.remove_when != NONE and tag.remove_upon == NONE
        if removes and not tag.sticky and self.holds(tag.remove_when):
            return None
        if is_state and self.holds(tag.assign_when):
            return True
        return now if removes or not is_state or tag.sticky else None


Outcome = Callable[[_Changed], TagValue | None]


def _differences(
    view: View, roots: list[int], outcome: Outcome
) -> Iterator[tuple[tuple[Need, ...], TagValue | None]]:
    """What has to be otherwise for another outcome, one thing at a time; for outcomes that no
    single thing brings, two at a time."""
    things = _alternatives(view, roots)
    before = outcome(_Changed(view, ()))
    reached: set[TagValue | None] = {before}
    found: dict[object, tuple[tuple[Need, ...], TagValue | None]] = {}
    for thing in things:
        after = outcome(_Changed(view, (thing,)))
        if after != before:
            reached.add(after)
            found.setdefault((_direction(thing), after), ((thing.need,), after))
    yield from found.values()
    pairs: dict[object, tuple[tuple[Need, ...], TagValue | None]] = {}
    for one, other in combinations(things, 2):
        if (one.measure, one.node) != (other.measure, other.node):
            after = outcome(_Changed(view, (one, other)))
            if after not in reached:
                key = (_direction(one), _direction(other), after)
                pairs.setdefault(key, ((one.need, other.need), after))
    yield from pairs.values()


def _alternatives(view: View, roots: list[int]) -> list[Alternative]:
    leaves = dict.fromkeys(leaf for root in roots for leaf in _leaves(view, root))
    every = dict.fromkeys(each for leaf in leaves for each in alternatives_of(view, leaf))
    return list(every)[:_MOST_ALTERNATIVES]


def _leaves(view: View, index: int) -> Iterator[int]:
    node = view.plan.nodes[index]
    if not node.children:
        yield index
    for child in node.children:
        yield from _leaves(view, child)


def _direction(thing: Alternative) -> object:
    """Equal for differences of which the first is the smallest."""
    need = thing.need
    for way in (("reaches", "rises above"), ("falls to", "falls below")):
        if need.relation in way:
            return thing.measure, thing.node, way
    return thing.measure, thing.node, need.relation, need.wanted
