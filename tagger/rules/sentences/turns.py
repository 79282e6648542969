"""What time alone does to one comparison: in which direction it turns, and at what instant.

A window of 30 days loses an event at the very millisecond when the event is 30 days old; so that
instant is told by the event whose leaving matters.
"""

from collections.abc import Iterable, Iterator

from tagger.rules.sentences.conditions import clause_of
from tagger.rules.sentences.crossings import Crossing, crossings
from tagger.rules.sentences.drifts import Turn, Watched, at, by_derived_events, by_movements
from tagger.rules.sentences.events import described
from tagger.rules.sentences.kinds import kind_of_field
from tagger.rules.sentences.measures import (
    MS_PER_DAY,
    anniversary_days,
    anniversary_name,
    held,
    since_subject,
)
from tagger.rules.sentences.teller import Teller
from tagger.rules.sentences.values import value
from tagger.rules.syntax import (
    Absent,
    Aggregate,
    AttributeValueOf,
    Comparator,
    Compare,
    Operand,
    Since,
    TagAge,
    Window,
)

_TO_A_LEVEL = ("gt", "gte", "lt", "lte")
_NEVER_NEGATIVE = ("amount", "discount", "cost", "quantity", "value", "rating")


def turns(teller: Teller, leaf: Compare | Absent, *, is_alone: bool) -> tuple[Turn, ...]:
    """What time alone does to the condition, and what events do to it that time makes.
    `is_alone`: it is all of a rule's condition, and need not be told again."""
    condition = _as_count(leaf) if isinstance(leaf, Compare) else leaf
    watched = Watched(teller, None if is_alone else clause_of(teller, condition))
    if isinstance(condition, Absent):
        events = by_derived_events(watched, condition.selector, (False,))
        return (*_of_absence(teller, condition), *events)
    return (*_by_time(watched, condition), *_by_events(watched, condition))


def _as_count(compare: Compare) -> Compare:
    """Whether there was such an event, asked as how many there were."""
    measure = compare.measure
    if compare.comparator != "is_set" or not isinstance(measure, Since):
        return compare
    count = Aggregate("count", measure.selector, measure.window, None, "ignore", measure.at)
    comparator: Comparator = "gte" if compare.operand.values == (True,) else "lt"
    return Compare(count, comparator, Operand((1,), compare.operand.at), compare.at)


def _by_time(watched: Watched, compare: Compare) -> Iterator[Turn]:
    teller, measure, operand = watched.teller, compare.measure, compare.operand
    has_levels = operand.measure is None and compare.comparator != "is_set"
    match measure:
        case AttributeValueOf(name) if compare.comparator == "anniversary_within":
            yield from _of_anniversary(teller, name, operand)
        case AttributeValueOf("age") if has_levels:
            for level, becomes, _ in crossings(compare.comparator, operand.values):
                years = teller.language.number(level)
                yield Turn(becomes, at(teller, teller.say("turns_age", years=years)))
        case Since() if has_levels and measure.window == Window(None):
            subject = since_subject(teller, measure)
            yield from _of_clock(teller, compare, "clock_reaches", subject=subject)
        case TagAge(name) if has_levels:
            phrase = f"{held(teller, name)}_reaches"
            yield from _of_clock(teller, compare, phrase, tag=teller.tag(name))
        case Aggregate(window=Window(within_ms=int(), ago_ms=0)) if has_levels:
            yield from _of_window(watched, compare, measure)
        case _:
            yield from by_movements(watched, compare)


def _of_absence(teller: Teller, absent: Absent) -> Iterator[Turn]:
    parts = described(teller, absent.selector).parts()
    age = teller.language.duration(absent.within_ms)
    if absent.include_new:
        moment = teller.say("clock_reaches", subject=teller.say("last", **parts), age=age)
    else:
        moment = teller.say("unheard_of", age=age, **parts)
    yield Turn(True, at(teller, moment))


def _of_anniversary(teller: Teller, attribute: str, operand: Operand) -> Iterator[Turn]:
    days, day = anniversary_days(operand), anniversary_name(teller, attribute)
    if days == 1:
        yield Turn(True, at(teller, teller.say("anniversary_comes", day=day)))
    else:
        before = teller.language.duration((days - 1) * MS_PER_DAY)
        yield Turn(True, at(teller, teller.say("anniversary_nears", days=before, day=day)))
    yield Turn(False, at(teller, teller.say("anniversary_over", day=day)))


def _of_clock(teller: Teller, compare: Compare, phrase: str, **parts: object) -> Iterator[Turn]:
    for level, becomes, is_after in crossings(compare.comparator, compare.operand.values):
        if level > 0:
            age = teller.language.duration(level - 1 if is_after else level)
            moment = teller.say(phrase, age=age, **parts)
            yield Turn(becomes, at(teller, moment, is_after=is_after))


def _of_window(watched: Watched, compare: Compare, measure: Aggregate) -> Iterator[Turn]:
    """A window that ends now only loses events."""
    comparator, values = compare.comparator, compare.operand.values
    if measure.kind == "count":
        yield from _of_count(watched.teller, measure, crossings(comparator, values))
    elif _only_falls(measure) and comparator in _TO_A_LEVEL:
        becomes = comparator in ("lt", "lte")
        if measure.kind == "sum":
            yield Turn(becomes, at(watched.teller, _of_sum(watched.teller, compare, measure)))
        else:
            yield from by_movements(watched, compare, (becomes,))
    else:
        yield from by_movements(watched, compare)


def _of_count(teller: Teller, measure: Aggregate, levels: Iterable[Crossing]) -> Iterator[Turn]:
    noun = described(teller, measure.selector).noun
    age = teller.language.duration(measure.window.within_ms or 0)
    for level, becomes, _ in levels:
        if level > 0:
            moment = teller.say("nth_ages", nth=teller.language.nth(level, noun), age=age)
            yield Turn(not becomes, at(teller, moment))


def _only_falls(measure: Aggregate) -> bool:
    """Whether the measure cannot rise when an event leaves its window."""
    if measure.kind == "sum":
        return measure.refunds != "by_date" and measure.of in _NEVER_NEGATIVE
    return measure.kind == "distinct"


def _of_sum(teller: Teller, compare: Compare, measure: Aggregate) -> str:
    return teller.say(
        "rest_below" if compare.comparator in ("gte", "lt") else "rest_at_most",
        age=teller.language.duration(measure.window.within_ms or 0),
        value=value(teller, compare.operand.values[0], kind_of_field(measure.of)),
        **described(teller, measure.selector).parts(),
    )


def _by_events(watched: Watched, compare: Compare) -> Iterator[Turn]:
    measure = compare.measure
    if isinstance(measure, Aggregate | Since):
        directions = _directions(compare, measure)
        yield from by_derived_events(watched, measure.selector, directions)


def _directions(compare: Compare, measure: Aggregate | Since) -> tuple[bool, ...]:
    """What one event more can make of the comparison: it raises counts, sums and numbers of
    different values, and takes the time since the last one back to 0."""
    is_counted = isinstance(measure, Aggregate) and (
        _only_falls(measure) or measure.kind == "count"
    )
    is_reset = isinstance(measure, Since) and not measure.first
    if compare.operand.measure is not None or not (is_counted or is_reset):
        return (True, False)
    levels = crossings(compare.comparator, compare.operand.values)
    return tuple(dict.fromkeys(each.becomes is is_counted for each in levels))
