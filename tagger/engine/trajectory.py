"""What becomes of a measure if no event comes, and when a comparison of it turns.

A trajectory is a row of segments, made as they are asked for: each begins at an instant and
lasts until the next one begins, the last one for ever. In a segment a measure is worth one exact
value, or is unset, or moves with time. The first segment begins at the instant of the view.
"""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import islice
from typing import TypeGuard

from tagger.engine.field_values import Value
from tagger.engine.filters import compare
from tagger.engine.gauges import Content
from tagger.engine.moving import Moving, moving_quotient, product, turns
from tagger.engine.sliding import END_OF_TIME
from tagger.rules.plan import Exact, Op, Threshold

_NUMBERS = frozenset({int, Fraction, Moving})


class Unexplored:
    """Stands for what a measure is worth so far ahead that it is looked at only when the time
    has come."""


UNEXPLORED = Unexplored()

Segment = tuple[int, Content | Unexplored]
Trajectory = Iterator[Segment]
Span = tuple[int, int, Content | Unexplored, Content | Unexplored]
"""A stretch of time [start, end) with what two measures are worth in it."""


def explored(segments: Trajectory, most: int) -> Trajectory:
    """The segments, not more than `most` of them and then one that is unexplored."""
    yield from islice(segments, most)
    for start, _ in segments:
        yield start, UNEXPLORED
        return


def beside(left: Trajectory, right: Trajectory) -> Iterator[Span]:
    """Two trajectories side by side."""
    (start, mine), (_, other) = next(left), next(right)
    later, other_later = next(left, None), next(right, None)
    while True:
        end = min(
            END_OF_TIME if later is None else later[0],
            END_OF_TIME if other_later is None else other_later[0],
        )
        yield start, end, mine, other
        if end >= END_OF_TIME:
            return
        start = end
        if later is not None and later[0] == end:
            mine, later = later[1], next(left, None)
        if other_later is not None and other_later[0] == end:
            other, other_later = other_later[1], next(right, None)


def quotients(top: Trajectory, bottom: Trajectory) -> Trajectory:
    """The trajectory of one measure over another."""
    for start, _, over, under in beside(top, bottom):
        if isinstance(over, Unexplored) or isinstance(under, Unexplored):
            yield start, UNEXPLORED
        else:
            yield start, quotient_of(over, under)


def quotient_of(top: Content, bottom: Content) -> Content:
    """One worth over another; unset where either is, is no number, or the second is 0."""
    if _is_number(top) and _is_number(bottom):
        return moving_quotient(top, bottom)
    return None


def times(factor: Exact, segments: Trajectory) -> Trajectory:
    """The trajectory of a measure times a number."""
    for start, content in segments:
        yield start, content if isinstance(content, Unexplored) else scaled(content, factor)


def scaled(content: Content, factor: Exact) -> Content:
    """What is worth `factor` times as much; text and truth have no multiple."""
    return product(content, factor) if factor != 1 and _is_number(content) else content


def worth(content: Content, at: int) -> Value | None:
    """The value at an instant."""
    return content.at(at) if isinstance(content, Moving) else content


def next_turn(
    segments: Trajectory, op: Op, thresholds: tuple[Threshold, ...], at: int, *, outcome: bool
) -> int | None:
    """The first instant after `at` at which a comparison with constants turns out otherwise than
    `outcome`; where it is unexplored first, the instant from which it is. None when it never
    does."""
    moving: tuple[int, Moving] | None = None
    for start, content in segments:
        if moving is not None:
            found = _turn_in(op, moving[1], thresholds, max(moving[0], at + 1), start, outcome)
            if found is not None:
                return found
            moving = None
        if start >= END_OF_TIME:
            return None
        if isinstance(content, Moving):
            moving = start, content
        elif start > at and (
            isinstance(content, Unexplored) or compare(op, content, thresholds) is not outcome
        ):
            return start
    if moving is None:
        return None
    return _turn_in(op, moving[1], thresholds, max(moving[0], at + 1), END_OF_TIME, outcome)


def next_turn_beside(
    left: Trajectory, op: Op, right: Trajectory, at: int, *, outcome: bool
) -> int | None:
    """The same for a comparison of two measures."""
    for start, end, mine, other in beside(left, right):
        first = max(start, at + 1)
        if isinstance(mine, Unexplored) or isinstance(other, Unexplored):
            return first
        found = _turn_in(op, mine, (other,), first, end, outcome)
        if found is not None:
            return found
    return None


def _turn_in(
    op: Op, left: Content, right: tuple[Content, ...], first: int, end: int, outcome: bool
) -> int | None:
    """The first instant of [first, end) at which a comparison turns out otherwise."""
    if first >= end:
        return None
    for instant in _instants(left, right, first, end - 1):
        if compared(op, worth(left, instant), right, instant) is not outcome:
            return instant
    return None


def compared(op: Op, value: Value | None, right: tuple[Content, ...], at: int) -> bool:
    """How a value compares with what the right side is worth at an instant; False where any of
    that is unset."""
    thresholds = [worth(each, at) for each in right]
    known = tuple(each for each in thresholds if each is not None)
    return len(known) == len(thresholds) and compare(op, value, known)


def _instants(left: Content, right: tuple[Content, ...], first: int, last: int) -> Iterable[int]:
    """The instants from `first` to `last` at which a comparison can turn out otherwise than just
    before, `first` itself among them."""
    moves = isinstance(left, Moving) or any(isinstance(each, Moving) for each in right)
    if not moves or not _is_number(left):
        return (first,)
    numbers: list[Exact | Moving] = [each for each in right if _is_number(each)]
    found = {turn for each in numbers or [0] for turn in turns(left, each, first, last)}
    return (first, *sorted(found))


def _is_number(content: Content) -> TypeGuard[Exact | Moving]:
    return type(content) in _NUMBERS
