"""When a comparison of values that grow by themselves changes, to the millisecond.

Between two instants at which something happens `since`, `since_first` and `tag_age` are t - c, all
other measures stand still, and a ratio is one polynomial of t over another. A comparison can then
only change where a polynomial changes its sign, and an integer is looked for there: where p(t + 1)
- p(t) keeps its sign over a stretch of integers, p has no turn in it and can be bisected.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .conditions import COMPARATORS
from .happenings import literals
from .measures import MEASURE_WORDS, View, counted_from, measure
from .packs import Pack, nodes_of
from .values import Doc, Value, exact, span_or_text

MOVING = ("since", "since_first", "tag_age")
Polynomial = tuple[int, ...]
"""Whole coefficients, the constant first, the last one not 0; () is 0."""


@dataclass(frozen=True)
class Course:
    """A value as it goes on if nothing happens: `top` over `bottom` at the millisecond t, unset
    where one of the `divisors` is 0."""

    top: Polynomial
    bottom: Polynomial
    divisors: tuple[Polynomial, ...] = ()


def moving_in(pack: Pack, node: Any) -> list[Doc]:
    """The comparisons below a document of which a side moves by itself."""
    return [
        one
        for one in nodes_of(pack, node)
        if not MEASURE_WORDS.isdisjoint(one)
        and not COMPARATORS.isdisjoint(one)
        and any(word in inner for inner in nodes_of(pack, one) for word in MOVING)
    ]


def turning_points(view: View, comparison: Doc) -> Iterator[Polynomial]:
    """Polynomials that tell all that the comparison depends on by their signs."""
    left = course_of(view, comparison)
    if left is None:
        return
    yield from (left.bottom, *left.divisors)
    for word in comparison.keys() & COMPARATORS:
        for right in _right_courses(view, word, comparison[word]):
            yield from (right.bottom, *right.divisors)
            yield minus(times(left.top, right.bottom), times(right.top, left.bottom))


def course_of(view: View, doc: Doc) -> Course | None:
    """The course of a measure; None where it is no number and stays none."""
    match doc:
        case {"since": spec}:
            return _growing(counted_from(view, "since", spec))
        case {"since_first": spec}:
            return _growing(counted_from(view, "since_first", spec))
        case {"tag_age": name}:
            return _growing(view.tag_since(name))
        case {"ratio": {"of": of, "to": to}}:
            return _over(course_of(view, of), course_of(view, to))
    return _standing(measure(view, doc))


def _right_courses(view: View, word: str, right: Any) -> Iterator[Course]:
    if isinstance(right, dict):
        course = course_of(view, right["measure"])
        factor = exact(right.get("times", 1))
        if course is not None:
            yield Course(
                times(course.top, (factor.numerator,)),
                times(course.bottom, (factor.denominator,)),
                course.divisors,
            )
        return
    found = literals(view.pack, word, right)
    for one in found if isinstance(found, list) else [found]:
        value = span_or_text(one) if isinstance(one, str) else one
        course = None if isinstance(value, str | bool) else _standing(exact(value))
        if course is not None:
            yield course


def _growing(begin: int | None) -> Course | None:
    return None if begin is None else Course(_trimmed((-begin, 1)), (1,))


def _standing(value: Value | None) -> Course | None:
    if not isinstance(value, Fraction):
        return None
    return Course(_trimmed((value.numerator,)), (value.denominator,))


def _over(over: Course | None, under: Course | None) -> Course | None:
    if over is None or under is None:
        return None
    return Course(
        times(over.top, under.bottom),
        times(over.bottom, under.top),
        (*over.divisors, *under.divisors, under.top),
    )


def times(one: Polynomial, other: Polynomial) -> Polynomial:
    product = [0] * (len(one) + len(other))
    for i, a in enumerate(one):
        for j, b in enumerate(other):
            product[i + j] += a * b
    return _trimmed(product)


def minus(one: Polynomial, other: Polynomial) -> Polynomial:
    length = max(len(one), len(other))
    padded = [(*p, *[0] * (length - len(p))) for p in (one, other)]
    return _trimmed([a - b for a, b in zip(*padded, strict=True)])


def sign_changes(polynomial: Polynomial, low: int, high: int) -> list[int]:
    """All t in (low, high] at which the sign (-1, 0, 1) is another than at t - 1."""
    if len(polynomial) < 2 or low >= high:
        return []
    turns = sign_changes(_step(polynomial), low, high)
    found: list[int] = []
    for start, end in zip([low, *turns], [*turns, high], strict=True):
        change = _first_change(polynomial, start, end)
        while change is not None:
            found.append(change)
            change = _first_change(polynomial, change, end)
    return found


def _first_change(polynomial: Polynomial, low: int, high: int) -> int | None:
    """The first t in (low, high] with another sign than at `low`; between them is no turn."""
    sign = _sign(polynomial, low)
    if low >= high or _sign(polynomial, high) == sign:
        return None
    while high - low > 1:
        middle = (low + high) // 2
        if _sign(polynomial, middle) == sign:
            low = middle
        else:
            high = middle
    return high


def _sign(polynomial: Polynomial, at: int) -> int:
    value = 0
    for coefficient in reversed(polynomial):
        value = value * at + coefficient
    return (value > 0) - (value < 0)


def _step(polynomial: Polynomial) -> Polynomial:
    """p(t + 1) - p(t)."""
    moved: Polynomial = ()
    for coefficient in reversed(polynomial):
        moved = _plus(times(moved, (1, 1)), (coefficient,))
    return minus(moved, polynomial)


def _plus(one: Polynomial, other: Polynomial) -> Polynomial:
    return minus(one, times(other, (-1,)))


def _trimmed(coefficients: Any) -> Polynomial:
    kept = list(coefficients)
    while kept and kept[-1] == 0:
        kept.pop()
    return tuple(kept)
