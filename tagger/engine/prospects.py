"""What would change a tag, all else equal: the smallest differences that give it another value.

Each measure of the rule is tried at the values at which its comparisons turn; for a value of the
tag that no single difference brings, those are found that bring it together. A statement about
the rule, not a forecast: an event may move several measures at once.
"""

from collections.abc import Callable, Iterator

import msgspec

from tagger.domain.tags import TagValue
from tagger.engine.alternatives import alternatives_of
from tagger.engine.combining import Goal, combinations_for
from tagger.engine.needs import Alternative, Need
from tagger.engine.profile import TagState
from tagger.engine.supposing import Supposed
from tagger.engine.view import View
from tagger.rules.plan import NONE, Tag

_MOST_ALTERNATIVES = 48
_MOST_PROSPECTS = 6
_MOST_AIMS = 32
"""Values of a text tag for which several things together are looked for."""

Aim = tuple[TagValue | None, list[Goal]]
"""A value of the tag, and all that makes the rule give it."""

Difference = tuple[tuple[Need, ...], TagValue | None]
"""What would be otherwise, and what the tag would be then."""
Outcome = Callable[[Supposed], TagValue | None]


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
    aims: list[Aim] = [(True, [(when, True)])]
    for needs, holds in _differences(view, [when], aims, lambda supposed: supposed.holds(when)):
        if holds:
            yield Prospect(value, name, needs)


def _by_states(view: View, tag: Tag, state: TagState) -> Iterator[Prospect]:
    """What a state would do, if it were otherwise."""
    now = state.value
    if tag.form == "text":
        roots, aims = [band.node for band in tag.bands if band.node != NONE], _aims_of_text(tag)
    else:
        aims = _aims_of_flag(tag, now)
        roots = [index for _, goals in aims for index, _ in goals]
    for needs, value in _differences(view, roots, aims, lambda each: _ruled(each, tag, now)):
        if value != now:
            yield Prospect(value, None, needs, tag.hold_for_ms or 0 if now is None else 0)


def _aims_of_text(tag: Tag) -> list[Aim]:
    """For each of the first values of a text tag what has to hold for it, and what must not."""
    aims: list[Aim] = []
    before: list[Goal] = []
    for band in tag.bands[:_MOST_AIMS]:
        if band.node == NONE:
            return [*aims, (band.value, before)]
        aims.append((band.value, [*before, (band.node, True)]))
        before = [*before, (band.node, False)]
    return aims if len(tag.bands) > _MOST_AIMS else [*aims, (None, before)]


def _aims_of_flag(tag: Tag, now: TagValue | None) -> list[Aim]:
    """The same for the other value of a flag than it has, where states decide about it."""
    assigns = tag.assign_when != NONE and tag.assign_upon == NONE
    removes = tag.remove_when != NONE and tag.remove_upon == NONE
    if now is None:
        against = [(tag.remove_when, False)] if removes and not tag.sticky else []
        return [(True, [(tag.assign_when, True), *against])] if assigns else []
    if tag.sticky or not (assigns or removes):
        return []
    return [(None, [(tag.remove_when, True) if removes else (tag.assign_when, False)])]


def _ruled(supposed: Supposed, tag: Tag, now: TagValue | None) -> TagValue | None:
    """What the tag's states would make of it; `now` is its value."""
    if tag.form == "text":
        firsts = (band for band in tag.bands if band.node == NONE or supposed.holds(band.node))
        first = next(firsts, None)
        return None if first is None else first.value
    for value, goals in _aims_of_flag(tag, now):
        if all(supposed.holds(index) is wanted for index, wanted in goals):
            return value
    return now


def _differences(
    view: View, roots: list[int], aims: list[Aim], outcome: Outcome
) -> Iterator[Difference]:
    """What has to be otherwise for another outcome, one thing at a time; for outcomes that no
    single thing brings, several together."""
    before = outcome(Supposed(view))
    reached: set[TagValue | None] = {before}
    found: dict[object, Difference] = {}
    for each in _alternatives(view, roots):
        after = outcome(Supposed(view, (each,)))
        if after != before:
            reached.add(after)
            found.setdefault((each.direction, after), ((each.need,), after))
    yield from found.values()
    for value, goals in aims:
        if value not in reached:
            for together in combinations_for(view, goals):
                yield tuple(each.need for each in together), value


def _alternatives(view: View, roots: list[int]) -> list[Alternative]:
    leaves = dict.fromkeys(leaf for root in roots for leaf in _leaves(view, root))
    every = dict.fromkeys(each for leaf in leaves for each in alternatives_of(Supposed(view), leaf))
    return list(every)[:_MOST_ALTERNATIVES]


def _leaves(view: View, index: int) -> Iterator[int]:
    node = view.plan.nodes[index]
    if not node.children:
        yield index
    for child in node.children:
        yield from _leaves(view, child)
