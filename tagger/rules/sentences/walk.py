"""What a rule is made of, named conditions and events followed, each once."""

from collections.abc import Iterable, Iterator, Mapping

from tagger.rules.syntax import Condition, Measure, Named, NamedEvent, Selector, TagRule
from tagger.rules.walk import (
    clauses_of,
    conditions_of,
    event_selectors,
    measure_parts,
    measures_of,
    measures_of_tag,
    parts_of,
    selectors_in,
    selectors_of,
)


def named_conditions(tag: TagRule, known: Mapping[str, Condition]) -> dict[str, Condition]:
    """The named conditions that the rule uses, also through each other, as they come up."""
    found: dict[str, Condition] = {}
    waiting = list(conditions_of(tag))
    while waiting:
        part = waiting.pop(0)
        if isinstance(part, Named) and part.name in known and part.name not in found:
            found[part.name] = known[part.name]
            waiting.extend(parts_of(known[part.name]))
    return found


def conditions_of_rule(tag: TagRule, named: Mapping[str, Condition]) -> Iterator[Condition]:
    """Every part of every condition of the rule, those of named ones too."""
    yield from conditions_of(tag)
    for each in named.values():
        yield from parts_of(each)


def measures_of_rule(tag: TagRule, named: Mapping[str, Condition]) -> Iterator[Measure]:
    """Every measure of the rule, those inside of others too."""
    yield from measures_of_tag(tag)
    for each in named.values():
        for part in parts_of(each):
            yield from measures_of(part)


def selectors_of_rule(tag: TagRule, named: Mapping[str, Condition]) -> Iterator[Selector]:
    """Every event filter of the rule, named events not followed."""
    for clause in clauses_of(tag):
        if clause.upon is not None:
            yield clause.upon
    if tag.value is not None:
        yield from selectors_in(measure_parts(tag.value))
    for part in conditions_of_rule(tag, named):
        yield from selectors_of(part)


def named_events(
    selectors: Iterable[Selector], known: Mapping[str, NamedEvent]
) -> dict[str, NamedEvent]:
    """The named events in the selectors, also through each other, as they come up."""
    found: dict[str, NamedEvent] = {}
    waiting = list(selectors)
    while waiting:
        for name in waiting.pop(0).events:
            if name in known and name not in found:
                found[name] = known[name]
                waiting.extend(event_selectors(known[name]))
    return found
