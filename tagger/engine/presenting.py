"""Exact values as people and other systems are shown them."""

from fractions import Fraction

from tagger.domain.tags import TagValue
from tagger.engine.field_values import Value
from tagger.rules.plan import NONE, Node, Plan

_MOST_TEXT = 256
"""Characters of a measured text: a customer may have written very many."""
_SIX_DECIMALS = 1_000_000


def published_number(value: int | Fraction, scale: int) -> float:
    """An exact number in major units, rounded half to even to six decimals.

    Raises OverflowError for one beyond what a double can hold.
    """
    if isinstance(value, int) and _SIX_DECIMALS % scale == 0:
        return value / scale
    return float(round(Fraction(value) / scale, 6))


def presented(value: Value | None, scale: int) -> TagValue | None:
    """A measured value for people and other systems: money in major units, a long text by its
    beginning, the rest as it is."""
    if isinstance(value, str) and len(value) > _MOST_TEXT:
        return value[: _MOST_TEXT - 1] + "…"
    if value is None or isinstance(value, (str, bool)):
        return value
    if scale == 1 and isinstance(value, int):
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
