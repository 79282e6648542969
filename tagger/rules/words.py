"""Measures, filters and windows in words, as evidence and explanations show them."""

from decimal import Decimal

from tagger.domain.times import format_duration
from tagger.rules import syntax


def measure(measure: syntax.Measure) -> str:
    """`count of purchase within 30d`, `time since the last purchase`, `attribute region`."""
    match measure:
        case syntax.Aggregate(kind, chosen, frame, of):
            what = "count" if kind == "count" else f"{kind} of {of}"
            return f"{what} of {selector(chosen)} {window(frame)}"
        case syntax.Since(chosen, first):
            return f"time since the {'first' if first else 'last'} {selector(chosen)}"
        case syntax.AttributeValueOf(name):
            return f"attribute {name}"
        case syntax.TagValueOf(name):
            return f"tag {name}"


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
    """`within 30d`, `within 30d, 30d ago`, `ever`."""
    if window.within_ms is None:
        return "ever"
    ago = f", {format_duration(window.ago_ms)} ago" if window.ago_ms else ""
    return f"within {format_duration(window.within_ms)}{ago}"


def operand(operand: syntax.Operand) -> str:
    """`500`, `30d`, `product A, 产品A`."""
    return ", ".join(_value(value, operand.is_duration) for value in operand.values)


def _test(test: syntax.FieldTest) -> str:
    return f"{test.field} {test.comparator} {operand(test.operand)}"


def _value(value: syntax.Scalar, is_duration: bool) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if is_duration and isinstance(value, int):
        return format_duration(value)
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
