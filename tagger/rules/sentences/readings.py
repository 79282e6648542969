"""How a rule counts where that can surprise: refunds, other money, empty histories, new customers,
clocks and words. Each is told once, and only where it matters for the rule.
"""

from collections.abc import Iterator

from tagger.rules.sentences.drifts import holds_of_nothing
from tagger.rules.sentences.effects import Leaf, leaves
from tagger.rules.sentences.events import described
from tagger.rules.sentences.kinds import is_always_set, kind_of_field
from tagger.rules.sentences.measures import comparison
from tagger.rules.sentences.story import Point
from tagger.rules.sentences.teller import Teller
from tagger.rules.sentences.unset import unset_points
from tagger.rules.sentences.walk import (
    conditions_of_rule,
    measures_of_rule,
    named_conditions,
    named_events,
    selectors_of_rule,
)
from tagger.rules.syntax import (
    Absent,
    Aggregate,
    AttributeValueOf,
    Compare,
    FieldTest,
    Measure,
    ResponseTime,
    Selector,
    Since,
    TagRule,
)
from tagger.rules.walk import clauses_of, event_selectors, tags_in
from tagger.rules.words import REFUNDED_FIELDS

_NETTED = ("sum", "avg", "min", "max")
_COUNTING = ("count", "interval", "distinct")
_CLOCK_FIELDS = ("hour", "weekday")
_PERIOD_FIELDS = ("day", "week", "month")
_LINE_FIELDS = ("quantity", "category", "product_id", "brand")


def reading_points(teller: Teller, tag: TagRule) -> tuple[Point, ...]:
    """Everything of the kind that matters for the tag."""
    return tuple(dict.fromkeys(_points(teller, tag)))


def _points(teller: Teller, tag: TagRule) -> Iterator[Point]:
    named = named_conditions(tag, teller.shelf.conditions)
    measures = tuple(measures_of_rule(tag, named))
    selectors = list(selectors_of_rule(tag, named))
    for event in named_events(selectors, teller.shelf.events).values():
        selectors += event_selectors(event)
    for measure in measures:
        yield from _of_measure(teller, measure)
    for selector in selectors:
        for test in _tests(selector):
            yield from _of_test(teller, test)
    yield from _of_lines(teller, measures, selectors)
    yield from _of_nothing(teller, tag)
    if any(
        isinstance(part, Compare) and part.comparator == "anniversary_within"
        for part in conditions_of_rule(tag, named)
    ):
        yield teller.point("leap_day")
    if any(True for _ in tags_in(measures)):
        yield teller.point("other_tags")


def _of_measure(teller: Teller, measure: Measure) -> Iterator[Point]:
    match measure:
        case Aggregate(kind, selector, window, of, refunds):
            is_bought = _is_of_purchases(teller, selector)
            if is_bought and kind in _NETTED and of in REFUNDED_FIELDS:
                suffix = "ignored" if refunds == "ignore" else refunds
                yield teller.point(f"refunds_{suffix}")
            if is_bought and kind in _COUNTING:
                yield teller.point("refunded_counts")
            if kind_of_field(of) == "money":
                yield from _of_money(teller, of)
            if window.period is not None or of in _PERIOD_FIELDS:
                yield teller.point("calendar", zone=teller.shelf.pack.time_zone)
        case Since(selector, window=window):
            if _is_of_purchases(teller, selector):
                yield teller.point("refunded_counts")
            if window.period is not None:
                yield teller.point("calendar", zone=teller.shelf.pack.time_zone)
        case ResponseTime(window):
            yield teller.point("answers")
            if window.period is not None:
                yield teller.point("calendar", zone=teller.shelf.pack.time_zone)
        case AttributeValueOf("age"):
            yield teller.point("age")


def _of_test(teller: Teller, test: FieldTest) -> Iterator[Point]:
    if test.field in _CLOCK_FIELDS:
        yield teller.point("local_clock", zone=teller.shelf.pack.time_zone)
    if kind_of_field(test.field) == "money" and test.comparator != "is_set":
        yield from _of_money(teller, test.field)
        if test.field in REFUNDED_FIELDS:
            yield teller.point("before_refunds")
    if test.comparator == "mentions":
        yield teller.point("mention_rules")


def _of_money(teller: Teller, field: str | None) -> Iterator[Point]:
    currency = teller.shelf.pack.currency
    if currency is not None:
        yield teller.point("currency", currency=teller.language.currency(currency))
    if field == "profit":
        yield teller.point("profit")


def _of_lines(
    teller: Teller, measures: tuple[Measure, ...], selectors: list[Selector]
) -> Iterator[Point]:
    narrows = any(each.where is not None and each.where.any_line for each in selectors)
    fields = {each.of for each in measures if isinstance(each, Aggregate)}
    if narrows and not fields.isdisjoint(_LINE_FIELDS):
        yield teller.point("lines")


def _of_nothing(teller: Teller, tag: TagRule) -> Iterator[Point]:
    """What is true of customers of whom nothing is known, or of whom something is not."""
    for clause in clauses_of(tag):
        if clause.when is not None:
            for leaf in leaves(teller, clause.when):
                yield from unset_points(teller, leaf)
                if clause is tag.assign:
                    yield from _of_newcomers(teller, leaf)
    for band in tag.values:
        if band.when is not None:
            for leaf in leaves(teller, band.when):
                yield from unset_points(teller, leaf)


def _of_newcomers(teller: Teller, leaf: Leaf) -> Iterator[Point]:
    condition = leaf.condition
    if isinstance(condition, Absent):
        if condition.include_new:
            yield teller.point("absent_include_new")
        else:
            duration = teller.language.duration(condition.within_ms)
            yield teller.point("absent_new", duration=duration)
    elif isinstance(condition.measure, Aggregate) and _is_met_without_events(condition, leaf):
        parts = described(teller, condition.measure.selector).parts()
        clause = teller.language.cited(comparison(teller, condition))
        yield teller.point("nothing_counts_too", clause=clause, **parts)


def _is_met_without_events(compare: Compare, leaf: Leaf) -> bool:
    """Whether having no such event at all speaks for the tag."""
    is_constant = compare.operand.measure is None and is_always_set(compare.measure)
    return is_constant and True in leaf.signs and holds_of_nothing(compare)


def _tests(selector: Selector) -> tuple[FieldTest, ...]:
    where = selector.where
    return () if where is None else (*where.tests, *where.any_line)


def _is_of_purchases(teller: Teller, selector: Selector) -> bool:
    """Whether purchases are among the events, also by another name."""
    named = named_events((selector,), teller.shelf.events).values()
    inner = [each for event in named for each in event_selectors(event)]
    return any("purchase" in each.events for each in (selector, *inner))
