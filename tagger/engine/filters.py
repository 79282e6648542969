"""Which sources an event belongs to: the plan's filters, applied.

Values are exact. A value that is missing, empty or of the wrong kind is unset, and every
comparison with it is false.
"""

from fractions import Fraction
from functools import lru_cache
from typing import Final

from tagger.domain.events import Event, Line
from tagger.engine.field_values import Value, field_value
from tagger.rules.expressions import Expression
from tagger.rules.plan import Exact, Filter, Op, Test, Threshold
from tagger.rules.text_match import mentions, normalise

_EQ: Final = Op.EQ
_NE: Final = Op.NE
_GT: Final = Op.GT
_GTE: Final = Op.GTE
_LT: Final = Op.LT
_LTE: Final = Op.LTE
_BETWEEN: Final = Op.BETWEEN
_IN: Final = Op.IN
_MENTIONS: Final = Op.MENTIONS
_IS_SET: Final = Op.IS_SET
_MATCHES: Final = Op.MATCHES


def compare(op: Op, value: Value | None, values: tuple[Threshold, ...]) -> bool:
    """Whether `value` stands to the thresholds as `op` says; False when it is unset, but for
    `is_set`."""
    if type(value) is int and type(values[0]) is int:
        return _compare_alike(op, value, values)
    if op is _IS_SET:
        return (value is not None) is values[0]
    if value is None:
        return False
    if op is _IN:
        return any(type_matches(value, each) and value == each for each in values)
    if op is _MENTIONS:
        return isinstance(value, str) and mentions(normalise(value), values)  # type: ignore[arg-type]
    if op is _MATCHES:
        return isinstance(value, str) and any(_finds(str(each), value) for each in values)
    return type_matches(value, values[0]) and _compare_alike(op, value, values)


def type_matches(value: Value, threshold: Threshold) -> bool:
    """Text is compared with text, truth with truth, numbers with numbers."""
    if isinstance(value, str) or isinstance(threshold, str):
        return isinstance(value, str) and isinstance(threshold, str)
    return isinstance(value, bool) is isinstance(threshold, bool)


def _compare_alike(op: Op, value: Value, values: tuple[Threshold, ...]) -> bool:
    low = values[0]
    if (type(value) is Fraction or type(low) is Fraction) and op is not _BETWEEN:
        value, low = crosswise(value, low)  # type: ignore[arg-type]
    if op is _GTE:
        return value >= low  # type: ignore[operator]
    if op is _LT:
        return value < low  # type: ignore[operator]
    if op is _EQ:
        return value == low
    if op is _NE:
        return value != low
    if op is _GT:
        return value > low  # type: ignore[operator]
    if op is _LTE:
        return value <= low  # type: ignore[operator]
    if op is _BETWEEN:
        return low <= value < values[1]  # type: ignore[operator]
    return value in values if op is _IN else op is _IS_SET and values[0] is True


def crosswise(one: Exact, other: Exact) -> tuple[int, int]:
    """Two numbers times their denominators: integers, which are compared sooner than fractions."""
    over, under = one.as_integer_ratio()
    other_over, other_under = other.as_integer_ratio()
    return over * other_under, other_over * under


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> Expression:
    return Expression(pattern)


def _finds(pattern: str, text: str) -> bool:
    """Whether the pattern is found in the text; half a surrogate pair in it is read as `?`."""
    try:
        return _compiled(pattern).finds(text)
    except UnicodeEncodeError:
        return _compiled(pattern).finds(text.encode("utf-8", "replace").decode())


def passes(filter_: Filter, event: Event, at: int) -> bool:
    """Whether the event, which happens at `at`, passes all tests, and one line of it all line
    tests."""
    if not passes_tests(filter_, event, at):
        return False
    return not filter_.line_tests or any(
        line_passes(filter_, line, event, at) for line in lines_of(event)
    )


def passes_tests(filter_: Filter, event: Event, at: int) -> bool:
    """Whether the event itself passes all tests."""
    tests = filter_.tests
    if not tests:
        return True
    currency = getattr(event, "currency", "")
    return all(_holds(test, event, at, currency) for test in tests)


def line_passes(filter_: Filter, line: Line, event: Event, at: int) -> bool:
    """Whether a line of the event passes all line tests."""
    currency = getattr(event, "currency", "")
    return all(_holds(test, line, at, currency) for test in filter_.line_tests)


def lines_of(event: Event) -> tuple[Line, ...]:
    """The lines of an order; none of another event."""
    return getattr(event, "lines", ())


def _holds(test: Test, event: Event | Line, at: int, currency: str) -> bool:
    return compare(test.op, field_value(test.field, event, at, currency), test.values)
