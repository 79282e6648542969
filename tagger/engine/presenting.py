"""Exact values as people and other systems are shown them."""

from fractions import Fraction
from operator import truediv
from sys import float_info
from typing import Final

from tagger.domain.tags import TagValue
from tagger.engine.field_values import Value
from tagger.rules.plan import NONE, Node, Plan

_MOST_TEXT = 256
"""Characters of a measured text: a customer may have written very many."""
_SIX_DECIMALS: Final = 1_000_000
_MOST_OF_DOUBLE: Final = 2**53
"""Up to this all integers are doubles."""
_GREATEST: Final = int(float_info.max)
"""Beyond this no integer is close to one."""


def published_number(value: int | Fraction, scale: int) -> float:
    """An exact number in major units, rounded half to even to six decimals.

    Raises OverflowError for one beyond what a double can hold.
    """
    if isinstance(value, int):
        top, bottom = value, scale
    else:
        top, bottom = value.as_integer_ratio()
        bottom *= scale
    if _SIX_DECIMALS % bottom == 0:
        return _divided(top, bottom)
    millionths, rest = divmod(top * _SIX_DECIMALS, bottom)
    if 2 * rest > bottom or (2 * rest == bottom and millionths % 2):
        millionths += 1
    return _divided(millionths, _SIX_DECIMALS)


def _divided(top: int, bottom: int) -> float:
    """One integer over another, a small one, as the double that is closest to it. Compiled, `/` is
    that only of integers that are doubles themselves."""
    if -_MOST_OF_DOUBLE <= top <= _MOST_OF_DOUBLE:
        return top / bottom
    return float(truediv(top, bottom))


def _is_double(value: int) -> bool:
    """Whether other systems can hold it, as a floating-point number at worst."""
    return -_MOST_OF_DOUBLE <= value <= _MOST_OF_DOUBLE or -_GREATEST <= value <= _GREATEST


def presented(value: Value | None, scale: int) -> TagValue | None:
    """A measured value for people and other systems: money in major units, a long text by its
    beginning, a number beyond all doubles as text, the rest as it is."""
    if isinstance(value, str) and len(value) > _MOST_TEXT:
        return value[: _MOST_TEXT - 1] + "…"
    if value is None or isinstance(value, (str, bool)):
        return value
    if scale == 1 and isinstance(value, int) and _is_double(value):
        return value
    try:
        return published_number(value, scale)
    except OverflowError:
        return str(value)


def presented_constants(plan: Plan, node: Node) -> TagValue | None:
    """What a node compares its measure with, in the units of that."""
    if node.measure == NONE or not node.values:
        return None
    scale = plan.measures[node.measure].scale
    shown = [presented(threshold, scale) for threshold in node.values]
    return shown[0] if len(shown) == 1 else "[" + ", ".join(map(str, shown)) + "]"
