"""Ways through what a pack says: its conditions and its selectors, in the order of the file."""

from collections.abc import Iterator

from tagger.rules.syntax import (
    Absent,
    Aggregate,
    AllOf,
    AnyOf,
    AtLeast,
    Compare,
    Condition,
    Measure,
    Named,
    NamedEvent,
    Not,
    Pack,
    Selector,
    Since,
    TagRule,
)


def parts_of(condition: Condition) -> Iterator[Condition]:
    """The condition and all that it is put together from, named ones not followed."""
    yield condition
    match condition:
        case AllOf(of) | AnyOf(of) | AtLeast(of):
            for each in of:
                yield from parts_of(each)
        case Not(of):
            yield from parts_of(of)


def expanded(pack: Pack, condition: Condition) -> Iterator[Condition]:
    """The condition and all that it is put together from, named ones of `pack` followed."""
    for part in parts_of(condition):
        yield part
        if isinstance(part, Named):
            named = next(each for each in pack.conditions if each.name == part.name)
            yield from expanded(pack, named.condition)


def selectors_of(condition: Condition) -> Iterator[Selector]:
    """The event filter of a condition that is measured, none of one that is put together."""
    if isinstance(condition, Absent):
        yield condition.selector
    elif isinstance(condition, Compare):
        yield from _measured(condition.measure)


def conditions_of(tag: TagRule) -> Iterator[Condition]:
    """Every condition that the tag's author wrote, named ones not followed."""
    roots = [clause.when for clause in (tag.assign, tag.remove) if clause is not None]
    roots += [band.when for band in tag.values]
    for root in roots:
        if root is not None:
            yield from parts_of(root)


def all_conditions(pack: Pack) -> Iterator[Condition]:
    """Every condition of the pack, parts included, each where it is written."""
    for named in pack.conditions:
        yield from parts_of(named.condition)
    for tag in pack.tags:
        yield from conditions_of(tag)


def all_selectors(pack: Pack) -> Iterator[Selector]:
    """Every selector of the pack, each where it is written."""
    for event in pack.events:
        yield from event_selectors(event)
    for condition in all_conditions(pack):
        yield from selectors_of(condition)
    for tag in pack.tags:
        for clause in (tag.assign, tag.remove):
            if clause is not None and clause.upon is not None:
                yield clause.upon
        if tag.value is not None:
            yield from _measured(tag.value)


def event_selectors(event: NamedEvent) -> tuple[Selector, ...]:
    """What a named event is made of."""
    definition = event.definition
    if isinstance(definition, Selector):
        return (definition,)
    return (definition.first, definition.unless)


def _measured(measure: Measure) -> Iterator[Selector]:
    if isinstance(measure, Aggregate | Since):
        yield measure.selector
