"""What the pack's own events and conditions mean, each of those that a rule uses."""

from collections.abc import Iterator

from tagger.rules.sentences.conditions import phrased
from tagger.rules.sentences.events import described
from tagger.rules.sentences.story import Point
from tagger.rules.sentences.teller import Teller
from tagger.rules.sentences.walk import named_conditions, named_events, selectors_of_rule
from tagger.rules.syntax import ChainPattern, NamedEvent, Selector, TagRule, UnlessPattern


def name_points(teller: Teller, tag: TagRule) -> tuple[Point, ...]:
    """Conditions first, then events, as they come up in the rule."""
    conditions = named_conditions(tag, teller.shelf.conditions)
    selectors = selectors_of_rule(tag, conditions)
    events = named_events(selectors, teller.shelf.events)
    return (
        *(
            phrased(teller, "condition_means", condition, name=teller.name(name))
            for name, condition in conditions.items()
        ),
        *(_event(teller, event) for event in events.values()),
    )


def _event(teller: Teller, event: NamedEvent) -> Point:
    match event.definition:
        case Selector() as selector:
            parts = described(teller, selector).parts()
            return teller.point("means", name=teller.name(event.name), **parts)
        case UnlessPattern() as pattern:
            return _wait(teller, event.name, pattern)
        case ChainPattern() as pattern:
            return _chain(teller, event.name, pattern)


def _wait(teller: Teller, name: str, pattern: UnlessPattern) -> Point:
    first = described(teller, pattern.first).noun
    parts = {
        **described(teller, pattern.unless).parts(),
        "first": first.bare,
        "one_first": first.one,
        "first_unit": first.unit,
        "name": teller.name(name),
        "duration": teller.language.duration(pattern.within_ms),
    }
    if pattern.by is None:
        lead, details = "waits", ["wait_anew"]
    else:
        parts["field"] = teller.language.field(pattern.by)
        lead, details = "waits_by", ["wait_anew_by", "wait_keyless"]
    return Point(
        teller.language.sentence(teller.say(lead, **parts)),
        tuple(teller.point(detail, **parts) for detail in details),
    )


def _chain(teller: Teller, name: str, pattern: ChainPattern) -> Point:
    duration = teller.language.duration(pattern.within_ms)
    phrase, parts = "chain", {"name": teller.name(name), "duration": duration}
    if pattern.by is not None:
        phrase, parts["field"] = "chain_by", teller.language.field(pattern.by)
    return Point(teller.language.lead(teller.say(phrase, **parts)), tuple(_steps(teller, pattern)))


def _steps(teller: Teller, pattern: ChainPattern) -> Iterator[Point]:
    for step in pattern.steps:
        noun = described(teller, step).noun
        yield Point(teller.language.sentence(teller.say("step", one=noun.one, bare=noun.bare)))
