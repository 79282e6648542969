"""Filters of events: those of a plan, as objects made once, and how values are compared.

Values are exact. A value that is missing, empty or of the wrong kind is unset, and every
comparison with it is false.
"""

from fractions import Fraction
from functools import lru_cache
from typing import Final, final

from tagger.domain.events import Event, Line, Purchase
from tagger.engine.field_values import Reading, Value
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
    low = values[0]
    if type(value) is int and type(low) is int:
        return _stands(op, value, low, values)
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
    """`compare`, for a value of the thresholds' type."""
    low = values[0]
    if (type(value) is Fraction or type(low) is Fraction) and op is not _BETWEEN:
        value, low = crosswise(value, low)  # type: ignore[arg-type]
    return _stands(op, value, low, values)


def _stands(op: Op, value: Value, low: Threshold, values: tuple[Threshold, ...]) -> bool:
    """`compare`, for values that Python compares; all but a range and a list with `low` alone."""
    if op is _GTE:
        return value >= low  # type: ignore[operator]
    if op is _LT:
        return value < low  # type: ignore[operator]
    if op is _EQ:
        return value == low
    if op is _GT:
        return value > low  # type: ignore[operator]
    if op is _LTE:
        return value <= low  # type: ignore[operator]
    if op is _NE:
        return value != low
    if op is _BETWEEN:
        return low <= value < values[1]  # type: ignore[operator]
    return op is _IN and value in values


def crosswise(one: Exact, other: Exact) -> tuple[int, int]:
    """Two numbers times their denominators: integers, which are compared sooner than fractions."""
    if type(one) is int:
        other_over, other_under = other.as_integer_ratio()
        return one * other_under, other_over
    over, under = one.as_integer_ratio()
    if type(other) is int:
        return over, other * under
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


@final
class FieldTest:
    """A test of the plan, see there, made ready to be put to events and lines."""

    __slots__ = ("_op", "_reading", "_texts", "_values")

    def __init__(self, test: Test) -> None:
        self._reading = Reading(test.field)
        self._op = test.op
        self._values = test.values
        self._texts = frozenset(each for each in test.values if isinstance(each, str))

    def holds(self, said: Event | Line, at: int, currency: str) -> bool:
        """Whether it holds for an event that happens at `at`, or for a line of it; `currency` is
        the event's."""
        value = self._reading.of(said, at, currency)
        if type(value) is str and self._op is _IN:
            return value in self._texts
        return compare(self._op, value, self._values)


@final
class Sieve:
    """A filter of the plan, see there, made ready for events. They happen at `at`, and `currency`
    is theirs."""

    __slots__ = ("_line_tests", "_tests")

    def __init__(self, filter_: Filter) -> None:
        self._tests = [FieldTest(each) for each in filter_.tests]
        self._line_tests = [FieldTest(each) for each in filter_.line_tests]

    def passes(self, event: Event, at: int, currency: str) -> bool:
        """Whether the event passes all tests, and one line of it all line tests."""
        if not self.passes_tests(event, at, currency):
            return False
        if not self._line_tests:
            return True
        return any(self.line_passes(line, at, currency) for line in lines_of(event))

    def passes_tests(self, event: Event, at: int, currency: str) -> bool:
        """Whether the event itself passes all tests."""
        return all(test.holds(event, at, currency) for test in self._tests)

    def line_passes(self, line: Line, at: int, currency: str) -> bool:
        """Whether a line of the event passes all line tests."""
        return all(test.holds(line, at, currency) for test in self._line_tests)


def lines_of(event: Event) -> tuple[Line, ...]:
    """The lines of an order; none of another event."""
    return event.lines if type(event) is Purchase else ()


def currency_of(event: Event) -> str:
    """The currency of an order; "" of another event."""
    return event.currency if type(event) is Purchase else ""
