"""Measures, filters and windows in words, as evidence and explanations show them."""

from decimal import Decimal

from tagger.domain.times import format_duration
from tagger.rules import syntax
from tagger.rules.fields import DATE_FIELDS

_OF: dict[syntax.AggregateKind, str] = {
    "sum": "sum of",
    "avg": "average of",
    "min": "smallest",
    "max": "largest",
    "distinct": "number of different",
}
_REFUNDS: dict[syntax.Refunds, str] = {
    "by_order": "",
    "by_date": " less refunds by date",
    "ignore": " before refunds",
}
REFUNDED_FIELDS = frozenset({"amount", "profit"})
"""The fields of a purchase that a refund takes something off."""
_NETTED: frozenset[syntax.AggregateKind] = frozenset({"sum", "avg", "min", "max"})


_TIME_SINCE, _MEAN_TIME = "time since", "average time"
_DIVIDED_BY = " / "


def measure(measure: syntax.Measure) -> str:
    """`count of purchase within 30d`, `time since the last purchase`, `attribute region`."""
    match measure:
        case syntax.Aggregate():
            return _aggregate(measure)
        case syntax.Since(chosen, first, window=frame):
            event = f"{'first' if first else 'last'} {selector(chosen)}"
            return f"{_TIME_SINCE} the {event}{'' if frame.is_ever else f' {window(frame)}'}"
        case syntax.ResponseTime(frame, of):
            who = "staff" if of == "agent" else "the customer"
            return f"{_MEAN_TIME} until {who} answers {window(frame)}"
        case syntax.Ratio(of, to):
            return f"{_divided(of)}{_DIVIDED_BY}{_divided(to)}"
        case syntax.AttributeValueOf(name):
            return f"attribute {name}"
        case syntax.TagValueOf(name):
            return f"tag {name}"
        case syntax.TagAge(name):
            return f"{_TIME_SINCE} tag {name} got its value"


def is_time(text: str) -> bool:
    """Whether a measure in these words is a time in milliseconds: published evidence has no
    other sign of it. Not told of a number tag that follows a time, which is only a tag's name."""
    if not text.startswith("("):
        return text.startswith((_TIME_SINCE, _MEAN_TIME))
    of, to = _parts_of_ratio(text)
    return is_time(of) and not is_time(to)


def _parts_of_ratio(text: str) -> tuple[str, str]:
    """What stands in the brackets on both sides of the stroke; nothing where they do not match."""
    open_brackets = 0
    for at, character in enumerate(text):
        open_brackets += (character == "(") - (character == ")")
        if not open_brackets:
            of, rest = text[1:at], text[at + 1 :]
            return of, rest.removeprefix(f"{_DIVIDED_BY}(").removesuffix(")")
    return "", ""


def _aggregate(measure: syntax.Aggregate) -> str:
    events, frame, of = selector(measure.selector), window(measure.window), measure.of
    match measure.kind:
        case "count":
            return f"count of {events} {frame}"
        case "interval":
            return f"{_MEAN_TIME} between {events} {frame}"
        case "earliest" | "latest":
            return f"{of} of the {measure.kind} {events} {frame}"
    is_netted = measure.kind in _NETTED and of in REFUNDED_FIELDS
    refunds = _REFUNDS[measure.refunds] if is_netted else ""
    of = f"{of}s" if measure.kind == "distinct" and of in DATE_FIELDS else of
    return f"{_OF[measure.kind]} {of}{refunds} of {events} {frame}"


def _divided(part: syntax.Measure) -> str:
    return f"({measure(part)})"


def absent(condition: syntax.Absent) -> str:
    """`no browse within 30d`."""
    known = "" if condition.include_new else ", for a customer known that long"
    within = format_duration(condition.within_ms)
    return f"no {selector(condition.selector)} within {within}{known}"


def selector(selector: syntax.Selector) -> str:
    """`purchase or refund where amount gte 500`."""
    names = " or ".join(selector.events)
    if selector.where is None:
        return names
    tests = [_test(test) for test in selector.where.tests]
    if selector.where.any_line:
        tests.append(f"any line ({' and '.join(map(_test, selector.where.any_line))})")
    return f"{names} where {' and '.join(tests)}"


def window(window: syntax.Window) -> str:
    """`within 30d`, `within 30d, 30d ago`, `this month`, `previous week`, `ever`."""
    if window.period is not None:
        return f"{'previous' if window.periods_ago else 'this'} {window.period}"
    if window.within_ms is None:
        return "ever"
    ago = f", {format_duration(window.ago_ms)} ago" if window.ago_ms else ""
    return f"within {format_duration(window.within_ms)}{ago}"


def operand(operand: syntax.Operand) -> str:
    """`500`, `30d`, `product A, 产品A`, `2 times the average time between purchase ever`."""
    if operand.measure is not None:
        right = measure(operand.measure)
        return right if operand.times == 1 else f"{_value(operand.times, False)} times the {right}"
    return ", ".join(_value(value, operand.is_duration) for value in operand.values)


def _test(test: syntax.FieldTest) -> str:
    return f"{test.field} {test.comparator} {operand(test.operand)}"


def _value(value: syntax.Scalar, is_duration: bool) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if is_duration and isinstance(value, int):
        return format_duration(value)
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
