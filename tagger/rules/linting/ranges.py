"""Which values measures and fields can have, and which of them can have none."""

from tagger.rules.linting.intervals import ALL, FROM_ZERO, Interval, below, closed, interval_of
from tagger.rules.syntax import (
    Aggregate,
    AttributeValueOf,
    Compare,
    Measure,
    Ratio,
    ResponseTime,
    Since,
    TagAge,
    TagValueOf,
    Window,
)

FIELD_RANGES: dict[str, Interval] = {"hour": closed(0, 23), "rating": closed(1, 5)}
"""Of the fields of events whose values have bounds."""
WHOLE_FIELDS = frozenset(FIELD_RANGES)
"""Fields of events whose values are whole numbers."""
_ALWAYS_SET = frozenset({"count", "sum", "distinct"})
_NEVER_BETWEEN = frozenset({"sum", "min", "max", "earliest", "latest"})
"""Measures of whole numbers that are whole themselves."""


def range_of(measure: Measure) -> Interval:
    """The numbers that the measure can be when it is set: durations in milliseconds."""
    match measure:
        case Aggregate(kind="count" | "distinct"):
            return FROM_ZERO
        case Aggregate(kind="interval", window=window):
            return _up_to(window)
        case Aggregate(kind="sum", of="rating"):
            return FROM_ZERO
        case Aggregate(of=of):
            return ALL if measure.kind == "sum" else FIELD_RANGES.get(of or "", ALL)
        case Since(window=window):
            return _since(window)
        case ResponseTime(window=window):
            return _up_to(window)
        case AttributeValueOf(name="age") | TagAge():
            return FROM_ZERO
    return ALL


def is_whole(measure: Measure) -> bool:
    """Whether the measure is a whole number whenever it is set, and no duration."""
    match measure:
        case Aggregate(kind="count" | "distinct"):
            return True
        case Aggregate(kind, of=of):
            return kind in _NEVER_BETWEEN and of in WHOLE_FIELDS
    return False


def interval_taken(comparison: Compare) -> Interval | None:
    """The values of the measure for which a comparison of order, or `eq`, holds; None for any
    other."""
    whole = is_whole(comparison.measure)
    return interval_of(comparison.comparator, comparison.operand, whole=whole)


def _up_to(window: Window) -> Interval:
    return FROM_ZERO if window.within_ms is None else below(0, window.within_ms)


def _since(window: Window) -> Interval:
    if window.within_ms is None:
        return FROM_ZERO
    return below(window.ago_ms, window.ago_ms + window.within_ms)


def can_be_unset(measure: Measure, flags: frozenset[str] = frozenset()) -> bool:
    """Whether the measure can be without a value; `flags` are the tags that are always set."""
    match measure:
        case Aggregate(kind):
            return kind not in _ALWAYS_SET
        case TagValueOf(name):
            return name not in flags
        case Since() | ResponseTime() | Ratio() | AttributeValueOf() | TagAge():
            return True
