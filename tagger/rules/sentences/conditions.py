"""Conditions in words: a clause, or a clause with parts below it."""

from dataclasses import replace
from typing import NamedTuple

from tagger.rules.sentences.events import described
from tagger.rules.sentences.kinds import is_always_set
from tagger.rules.sentences.measures import comparison
from tagger.rules.sentences.story import Point
from tagger.rules.sentences.teller import Teller
from tagger.rules.sentences.values import quantity
from tagger.rules.syntax import (
    Absent,
    AllOf,
    AnyOf,
    AtLeast,
    Comparator,
    Compare,
    Condition,
    Named,
    Not,
    Operand,
    TagValueOf,
    Window,
)

_OPPOSITES: dict[Comparator, Comparator] = {
    "gt": "lte",
    "gte": "lt",
    "lt": "gte",
    "lte": "gt",
    "eq": "ne",
    "ne": "eq",
}


class Told(NamedTuple):
    """A condition as a clause. Where it has parts, the clause announces them."""

    clause: str
    parts: tuple[Point, ...] = ()


def told(teller: Teller, condition: Condition) -> Told:
    """The condition as a clause with its parts."""
    match simplified(condition):
        case Compare() | Absent() as leaf:
            return Told(clause_of(teller, leaf))
        case AllOf(of):
            return Told(teller.say("all"), points(teller, of))
        case AnyOf(of):
            return Told(teller.say("any"), points(teller, of))
        case AtLeast() as some:
            return Told(_some(teller, some), points(teller, some.of))
        case Named(name):
            return Told(teller.say("applies", name=teller.name(name)))
        case Not(of):
            return _negated(teller, of)


def clause_of(teller: Teller, leaf: Compare | Absent) -> str:
    """A condition that is measured, as a clause."""
    return comparison(teller, leaf) if isinstance(leaf, Compare) else _absent(teller, leaf)


def points(teller: Teller, conditions: tuple[Condition, ...]) -> tuple[Point, ...]:
    """Each condition as a sentence of its own, with its parts."""
    return tuple(as_point(teller, told(teller, each)) for each in conditions)


def as_point(teller: Teller, said: Told) -> Point:
    """A clause as a sentence, or as what stands before its parts."""
    if said.parts:
        return Point(teller.language.lead(said.clause), said.parts)
    return Point(teller.language.sentence(said.clause))


def phrased(teller: Teller, phrase: str, condition: Condition, **parts: object) -> Point:
    """A phrase that names a condition as `{condition}`."""
    said = told(teller, condition)
    return as_point(teller, Told(teller.say(phrase, condition=said.clause, **parts), said.parts))


def simplified(condition: Condition) -> Condition:
    """The same condition with fewer words: negations turned into opposite comparisons where that
    means the same for every customer, two bounds made into one band."""
    match condition:
        case AllOf((one,)) | AnyOf((one,)):
            return simplified(one)
        case AllOf((Compare() as low, Compare() as high)):
            return _band(low, high) or condition
        case Not(of):
            return _opposite(simplified(of)) or Not(simplified(of), condition.at)
    return condition


def _opposite(condition: Condition) -> Condition | None:
    """What holds exactly when the condition does not; None where only "not" says so."""
    match condition:
        case Not(of):
            return simplified(of)
        case AtLeast(_, comparator) if comparator in _OPPOSITES:
            return replace(condition, comparator=_OPPOSITES[comparator])
        case Compare(measure, comparator, operand) if comparator in _OPPOSITES:
            is_flag = isinstance(measure, TagValueOf) and operand.values in ((True,), (False,))
            if is_flag or (is_always_set(measure) and operand.measure is None):
                return replace(condition, comparator=_OPPOSITES[comparator])
    return None


def _band(low: Compare, high: Compare) -> Compare | None:
    if low.comparator == "lt":
        low, high = high, low
    numbers = (*low.operand.values, *high.operand.values)
    if low.measure != high.measure or (low.comparator, high.comparator) != ("gte", "lt"):
        return None
    if len(numbers) != 2:
        return None
    return replace(low, comparator="between", operand=replace(low.operand, values=numbers))


def _absent(teller: Teller, absent: Absent, phrase: str = "absent") -> str:
    parts = described(teller, absent.selector, Window(absent.within_ms)).parts()
    if absent.include_new:
        return teller.say("count_none", **parts)
    duration = teller.language.duration(absent.within_ms)
    return teller.say(phrase, duration=duration, **parts)


def _some(teller: Teller, some: AtLeast) -> str:
    total, operand = teller.language.number(len(some.of)), some.operand
    unit = teller.say("unit_of_parts")
    if some.comparator == "ne":
        number = quantity(teller, "eq", operand, unit)
        return teller.say("some_of_ne", total=total, quantity=number)
    said = quantity(teller, some.comparator, operand, unit)
    one = len(operand.values) == 1 and teller.language.is_singular(_number(operand))
    return teller.say("some_of_one" if one else "some_of", quantity=said, total=total)


def _number(operand: Operand) -> int:
    value = operand.values[0]
    return int(value) if not isinstance(value, str) else 0


def _negated(teller: Teller, condition: Condition) -> Told:
    match condition:
        case AllOf(of):
            return Told(teller.say("not_all"), points(teller, of))
        case AnyOf(of):
            return Told(teller.say("none"), points(teller, of))
        case Named(name):
            return Told(teller.say("applies_not", name=teller.name(name)))
        case Absent(include_new=False) as absent:
            return Told(_absent(teller, absent, "not_absent"))
    said = told(teller, condition)
    return Told(teller.say("not", condition=teller.language.cited(said.clause)), said.parts)
