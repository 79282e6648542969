"""Small draws out of which the strategies here are made; each shrinks towards its first choice.

Strategies are made once and kept, because making one costs more than drawing from it.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

from hypothesis import strategies as st

from .values import Doc

Choice = TypeVar("Choice")


@cache
def _below(number: int) -> st.SearchStrategy[int]:
    return st.integers(0, number - 1)


def pick(draw: st.DrawFn, choices: Sequence[Choice]) -> Choice:
    """One of the choices; a choice that stands there twice comes twice as often."""
    return choices[draw(_below(len(choices)))]


def chance(draw: st.DrawFn, one_in: int) -> bool:
    """True once in so many draws."""
    return draw(_below(one_in)) == one_in - 1


def some(draw: st.DrawFn, choices: Sequence[Choice], most: int) -> list[Choice]:
    """One to `most` different choices, in the order in which they stand there."""
    wanted = {draw(_below(len(choices))) for _ in range(1 + draw(_below(most)))}
    return [choice for index, choice in enumerate(choices) if index in wanted]


def fields(draw: st.DrawFn, values: Mapping[str, Sequence[Any]]) -> Doc:
    """A value for each field, without those that are `LEFT_OUT`.

    The number of draws is the same whatever is drawn, so that a history keeps its shape while
    parts of it shrink.
    """
    drawn = {name: pick(draw, choices) for name, choices in values.items()}
    return {name: value for name, value in drawn.items() if value is not LEFT_OUT}


def weighted(draw: st.DrawFn, parts: Sequence[tuple[int, Callable[[], Choice]]]) -> Choice:
    """What one of the functions returns; the first number tells how often it is asked."""
    return pick(draw, [make for times, make in parts for _ in range(times)])()


LEFT_OUT = object()
"""Stands for a field that is not written."""
