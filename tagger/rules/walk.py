"""Ways through what a pack says: its conditions, measures and selectors, in the order of the file.

A measure may hold others: both sides of a ratio, and the right side of a comparison.
"""

from collections.abc import Iterable, Iterator

from tagger.rules.syntax import (
    Absent,
    Aggregate,
    AllOf,
    AnyOf,
    AtLeast,
    ChainPattern,
    Clause,
    Comparator,
    Compare,
    Condition,
    FieldTest,
    Measure,
    Named,
    NamedEvent,
    Not,
    Operand,
    Pack,
    Ratio,
    Selector,
    Since,
    TagAge,
    TagRule,
    TagValueOf,
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


def measure_parts(measure: Measure) -> Iterator[Measure]:
    """The measure and those that it divides."""
    yield measure
    if isinstance(measure, Ratio):
        yield from measure_parts(measure.of)
        yield from measure_parts(measure.to)


def measures_of(condition: Condition) -> Iterator[Measure]:
    """Every measure of a comparison, left and right; none of a condition that is put together."""
    if isinstance(condition, Compare):
        yield from measure_parts(condition.measure)
        if condition.operand.measure is not None:
            yield from measure_parts(condition.operand.measure)


def selectors_of(condition: Condition) -> Iterator[Selector]:
    """The event filters of a condition that is measured, none of one that is put together."""
    if isinstance(condition, Absent):
        yield condition.selector
    yield from selectors_in(measures_of(condition))


def selectors_in(measures: Iterable[Measure]) -> Iterator[Selector]:
    """The event filters of these measures, themselves and no others."""
    for measure in measures:
        if isinstance(measure, Aggregate | Since):
            yield measure.selector


def tags_in(measures: Iterable[Measure]) -> Iterator[TagValueOf | TagAge]:
    """The questions about other tags among these measures."""
    for measure in measures:
        if isinstance(measure, TagValueOf | TagAge):
            yield measure


def clauses_of(tag: TagRule) -> tuple[Clause, ...]:
    """`assign` and `remove`, as far as they are there."""
    return tuple(clause for clause in (tag.assign, tag.remove) if clause is not None)


def roots_of(tag: TagRule) -> Iterator[Condition]:
    """The conditions that the tag's author wrote, each as a whole."""
    for clause in clauses_of(tag):
        if clause.when is not None:
            yield clause.when
    for band in tag.values:
        if band.when is not None:
            yield band.when


def conditions_of(tag: TagRule) -> Iterator[Condition]:
    """Every condition that the tag's author wrote, named ones not followed."""
    for root in roots_of(tag):
        yield from parts_of(root)


def measures_of_tag(tag: TagRule) -> Iterator[Measure]:
    """Every measure that the tag's author wrote, named conditions not followed."""
    for condition in conditions_of(tag):
        yield from measures_of(condition)
    if tag.value is not None:
        yield from measure_parts(tag.value)


def all_roots(pack: Pack) -> Iterator[Condition]:
    """Every condition of the pack as a whole, where it is written."""
    for named in pack.conditions:
        yield named.condition
    for tag in pack.tags:
        yield from roots_of(tag)


def all_conditions(pack: Pack) -> Iterator[Condition]:
    """Every condition of the pack, parts included, each where it is written."""
    for root in all_roots(pack):
        yield from parts_of(root)


def all_measures(pack: Pack) -> Iterator[Measure]:
    """Every measure of the pack, each where it is written."""
    for named in pack.conditions:
        for part in parts_of(named.condition):
            yield from measures_of(part)
    for tag in pack.tags:
        yield from measures_of_tag(tag)


def all_selectors(pack: Pack) -> Iterator[Selector]:
    """Every selector of the pack, each where it is written."""
    for event in pack.events:
        yield from event_selectors(event)
    for condition in all_conditions(pack):
        yield from selectors_of(condition)
    for tag in pack.tags:
        for clause in clauses_of(tag):
            if clause.upon is not None:
                yield clause.upon
        if tag.value is not None:
            yield from selectors_in(measure_parts(tag.value))


def all_comparisons(pack: Pack) -> Iterator[tuple[Comparator, Operand]]:
    """Every comparator of the pack with its right side: of conditions and of filters."""
    for condition in all_conditions(pack):
        if isinstance(condition, Compare | AtLeast):
            yield condition.comparator, condition.operand
    for selector in all_selectors(pack):
        for test in tests_of(selector):
            yield test.comparator, test.operand


def tests_of(selector: Selector) -> tuple[FieldTest, ...]:
    """Every test of a filter, those of lines too."""
    where = selector.where
    return () if where is None else (*where.tests, *where.any_line)


def event_selectors(event: NamedEvent) -> tuple[Selector, ...]:
    """What a named event is made of."""
    definition = event.definition
    if isinstance(definition, Selector):
        return (definition,)
    if isinstance(definition, ChainPattern):
        return definition.steps
    return (definition.first, definition.unless)
