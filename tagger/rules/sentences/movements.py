"""How measures move with time alone: events leave windows, periods begin, waits end."""

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from tagger.rules.sentences.events import described
from tagger.rules.sentences.teller import Teller
from tagger.rules.syntax import (
    Aggregate,
    AttributeValueOf,
    ChainPattern,
    Measure,
    NamedEvent,
    Ratio,
    ResponseTime,
    Selector,
    Since,
    TagAge,
    TagValueOf,
    UnlessPattern,
    Window,
)


class Movement(NamedTuple):
    """`empties`: after it the window holds nothing. `ages` are the single moments that `moment`
    tells at once."""

    moment: str
    empties: bool
    ages: frozenset[str] = frozenset()


def runs_with_time(measure: Measure) -> bool:
    """Whether the value changes at every instant."""
    if isinstance(measure, Ratio):
        return runs_with_time(measure.of) or runs_with_time(measure.to)
    return isinstance(measure, Since | TagAge)


def movements(teller: Teller, measure: Measure) -> Iterator[Movement]:
    """The instants at which the value can change because a window moves on."""
    match measure:
        case Aggregate(window=window):
            yield from _of_window(teller, _with_refunds(measure), window)
        case Since(selector, window=window):
            yield from _of_window(teller, selector, window)
        case ResponseTime(window, _, at):
            yield from _of_window(teller, Selector(("chat",), None, at), window)
        case Ratio(of, to):
            yield from movements(teller, of)
            yield from movements(teller, to)
        case AttributeValueOf("age"):
            yield Movement(teller.say("birthday_comes"), empties=False)
        case AttributeValueOf() | TagValueOf() | TagAge():
            return


def _with_refunds(measure: Aggregate) -> Selector:
    """The events that the measure adds up: refunds too where they are taken off by date."""
    selector = measure.selector
    if measure.refunds != "by_date" or "purchase" not in selector.events:
        return selector
    return replace(selector, events=(*selector.events, "refund"))


def _of_window(teller: Teller, selector: Selector, window: Window) -> Iterator[Movement]:
    if window.period is not None:
        is_this = window.periods_ago == 0
        yield Movement(teller.say(f"{window.period}_begins"), empties=is_this)
        return
    edges = [window.ago_ms] if window.ago_ms else []
    if window.within_ms is not None:
        edges.append(window.ago_ms + window.within_ms)
    if edges:
        language = teller.language
        ages = [language.duration(edge) for edge in edges]
        parts = described(teller, selector).parts()
        moment = teller.say("ages", age=language.either(ages), **parts)
        each = frozenset(teller.say("ages", age=age, **parts) for age in ages)
        yield Movement(moment, empties=False, ages=each)


def waits_over(teller: Teller, selector: Selector) -> Iterator[str]:
    """Moments at which events of the selector happen because a wait is over, by the wait where
    that is all there is to it."""
    for name in selector.events:
        event = teller.shelf.events.get(name)
        if event is not None and is_made_by_time(teller, event):
            if isinstance(event.definition, UnlessPattern) and selector.where is None:
                yield waited(teller, event.definition)
            else:
                yield _comes_by_itself(teller, name, selector)


def derived_events(teller: Teller, selector: Selector) -> Iterator[str]:
    """Moments at which events of the selector happen because a wait is over, by their names."""
    for name in selector.events:
        event = teller.shelf.events.get(name)
        if event is not None and is_made_by_time(teller, event):
            yield _comes_by_itself(teller, name, selector)


def _comes_by_itself(teller: Teller, name: str, selector: Selector) -> str:
    noun = described(teller, Selector((name,), selector.where, selector.at))
    return teller.say("comes_by_itself", **noun.parts())


def waited(teller: Teller, pattern: UnlessPattern) -> str:
    """The end of a pattern's wait as a moment."""
    first = described(teller, pattern.first).noun
    return teller.say(
        "waited",
        duration=teller.language.duration(pattern.within_ms),
        first=first.bare,
        first_unit=first.unit,
        **described(teller, pattern.unless).parts(),
    )


def is_made_by_time(teller: Teller, event: NamedEvent, seen: frozenset[str] = frozenset()) -> bool:
    """Whether the event can happen without another one: at the end of a wait."""
    definition = event.definition
    if isinstance(definition, UnlessPattern):
        return True
    last = definition.steps[-1] if isinstance(definition, ChainPattern) else definition
    seen |= {event.name}
    inner = [teller.shelf.events.get(name) for name in last.events if name not in seen]
    return any(each is not None and is_made_by_time(teller, each, seen) for each in inner)
