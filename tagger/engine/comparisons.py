"""Comparisons of measures: how they turn out now, and when they next turn out otherwise."""

from fractions import Fraction
from math import ceil, floor
from typing import Final

from tagger.engine.attribute_values import date_in
from tagger.engine.birthdays import age_on, look_at_anniversary, turns_of_age
from tagger.engine.calendars import today
from tagger.engine.field_values import Value
from tagger.engine.filters import compare
from tagger.engine.measures import Measures
from tagger.engine.trajectory import (
    next_turn,
    next_turn_beside,
    scaled,
    times,
    worth,
)
from tagger.engine.walks import turn_of_elapsed, turn_of_quotient, turn_of_walk
from tagger.rules.plan import NONE, MeasureKind, Node, Op, Threshold

Look = tuple[bool, int | None]
"""Whether a condition holds, and when it may next turn out otherwise with no event."""

_DAY_MS = 86_400_000
_AGE: Final = MeasureKind.AGE
_AVG: Final = MeasureKind.AVG
_RATIO: Final = MeasureKind.RATIO
_REACHING = (Op.GT, Op.GTE)
_ORDERED = (*_REACHING, Op.LT, Op.LTE)
_STRICT = (Op.GT, Op.LTE)


def comparison_holds(measures: Measures, node: Node) -> bool:
    """Whether a measure compares so with constants, or with another measure."""
    value = measures.value(node.measure)
    if node.right == NONE:
        return compare(node.op, value, node.values)
    right = right_value(measures, node)
    return right is not None and compare(node.op, value, (right,))


def turn_of_comparison(measures: Measures, node: Node, *, outcome: bool) -> int | None:
    """When a comparison may next turn out otherwise than `outcome`."""
    if node.right == NONE:
        return _turn_against_constants(measures, node, outcome=outcome)
    walk, start = measures.walk(node.right), measures.start_of(node.measure)
    if walk is not None and start is not None:
        now, at = measures.value(node.right), measures.at
        return turn_of_elapsed(start, walk, now, node.times, node.op, at, outcome=outcome)
    left = measures.trajectory(node.measure)
    right = times(node.times, measures.trajectory(node.right))
    return next_turn_beside(left, node.op, right, measures.at, outcome=outcome)


def right_value(measures: Measures, node: Node) -> Value | None:
    """What a comparison with another measure compares with; None when that is unset."""
    return worth(scaled(measures.value(node.right), node.times), measures.at)


def look_at_nearness(measures: Measures, node: Node) -> Look:
    """Whether an anniversary of a date lies in the days that begin with today."""
    of = date_in(measures.value(node.measure))
    if of is None:
        return False, None
    return look_at_anniversary(of, node.within_ms // _DAY_MS, node.zone, measures.at)


def next_value_turn(measures: Measures, index: int, step_ms: int | None) -> int | None:
    """The first later instant at which a measure's value, floored to `step_ms`, is another."""
    if measures.stays(index):
        return None
    value = measures.value(index)
    if value is None:
        return _next_turn(measures, index, Op.IS_SET, (True,), outcome=False)
    if step_ms is None or isinstance(value, (str, bool)):
        return _next_turn(measures, index, Op.EQ, (value,), outcome=True)
    floored = value // step_ms * step_ms
    return _next_turn(measures, index, Op.BETWEEN, (floored, floored + step_ms), outcome=True)


def _turn_against_constants(measures: Measures, node: Node, *, outcome: bool) -> int | None:
    if measures.stays(node.measure):
        return None
    sight = measures.sights[node.measure]
    if sight.kind is _AGE:
        return _turn_of_age(measures, node, sight.window.zone, outcome=outcome)
    if sight.series != NONE:
        least = node.values[0]
        if not isinstance(least, (str, bool)):
            series, op, at = measures.series(sight.series), node.op, measures.at
            if op in _ORDERED and series.only_falls(sight, is_least=op in _REACHING):
                if outcome is not (op in _REACHING):
                    return None
                return series.short_from(sight, at, least, strictly=op in _STRICT)
            if op is Op.EQ and (outcome or least == 0) and series.only_falls(sight, is_least=False):
                return series.short_from(sight, at, least, strictly=not outcome)
            if op in _ORDERED and sight.kind is _AVG:
                is_above = op in _STRICT
                if series.is_mean_one_sided(sight, at, least, strictly=is_above):
                    return series.emptied_at(sight) if outcome else None
    return _next_turn(measures, node.measure, node.op, node.values, outcome=outcome)


def _next_turn(
    measures: Measures, index: int, op: Op, thresholds: tuple[Threshold, ...], *, outcome: bool
) -> int | None:
    """When a comparison of a measure with constants turns, by walking its windows if it has any
    that can be walked."""
    walk = measures.walk(index)
    if walk is not None:
        return turn_of_walk(walk, op, thresholds, outcome=outcome)
    sight = measures.sights[index]
    if sight.kind is _RATIO:
        top, bottom = measures.walk(sight.of), measures.walk(sight.to)
        if top is not None and bottom is not None:
            now = measures.value(sight.of), measures.value(sight.to)
            return turn_of_quotient(top, bottom, now, op, thresholds, outcome=outcome)
    return next_turn(measures.trajectory(index), op, thresholds, measures.at, outcome=outcome)


def _turn_of_age(measures: Measures, node: Node, zone: str, *, outcome: bool) -> int | None:
    """An age only grows, so that it can be asked for the years around each threshold alone."""
    born = measures.born()
    if born is None:
        return None
    years = {0}
    for threshold in node.values:
        if isinstance(threshold, int | Fraction):
            years |= {ceil(threshold), floor(threshold) + 1}
    for instant in turns_of_age(born, zone, years, measures.at):
        if compare(node.op, age_on(today(instant, zone), born), node.values) is not outcome:
            return instant
    return None
