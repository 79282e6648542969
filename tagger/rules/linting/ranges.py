"""Which values measures and fields can have, and which of them can have none."""

from tagger.rules.linting.intervals import ALL, FROM_ZERO, Interval, below, closed
from tagger.rules.syntax import (
    Aggregate,
    AttributeValueOf,
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
_ALWAYS_SET = frozenset({"count", "sum", "distinct"})


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
