"""Which sources an event belongs to: the plan's filters, applied.

Values are exact: money in minor units, decimals as fractions. A value that is missing, empty or
of the wrong kind is unset, and every comparison with it is false.
"""

from fractions import Fraction

from tagger.domain.events import Event, Line, Purchase
from tagger.rules.plan import Exact, Field, FieldKind, Filter, Op, Plan, Test, Threshold
from tagger.rules.text_match import mentions, normalise

Value = bool | str | int | Fraction
"""A measured value; None beside it means unset."""


_EQ, _NE, _GT, _GTE, _LT, _LTE = Op.EQ, Op.NE, Op.GT, Op.GTE, Op.LT, Op.LTE
_BETWEEN, _IN, _MENTIONS, _IS_SET = Op.BETWEEN, Op.IN, Op.MENTIONS, Op.IS_SET


def exact_number(value: float) -> Exact:
    """A binary float as the decimal that people wrote."""
    fraction = Fraction(repr(value)) if isinstance(value, float) else Fraction(value)
    return fraction.numerator if fraction.denominator == 1 else fraction


def field_value(field: Field, event: Event | Line, currency: str) -> Value | None:
    """The exact value of a field; `currency` is that of the purchase around it."""
    if field.kind is FieldKind.MONEY and field.currency != currency:
        return None
    if field.kind is FieldKind.QUANTITY and isinstance(event, Purchase):
        total: Exact = 0
        for line in event.lines:
            total += exact_number(line.quantity)
        return total
    value = getattr(event, field.attribute, None)
    if value == "" or value is None:
        return None
    if isinstance(value, float):
        return exact_number(value)
    return value  # type: ignore[no-any-return]


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
    return type_matches(value, values[0]) and _compare_alike(op, value, values)


def type_matches(value: Value, threshold: Threshold) -> bool:
    """Text is compared with text, truth with truth, numbers with numbers."""
    if isinstance(value, str) or isinstance(threshold, str):
        return isinstance(value, str) and isinstance(threshold, str)
    return isinstance(value, bool) is isinstance(threshold, bool)


def _compare_alike(op: Op, value: Value, values: tuple[Threshold, ...]) -> bool:
    low = values[0]
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


def passes(filter_: Filter, event: Event) -> bool:
    """Whether the event passes all tests, and one line of it all line tests."""
    currency = getattr(event, "currency", "")
    if not all(_holds(test, event, currency) for test in filter_.tests):
        return False
    if not filter_.line_tests:
        return True
    return any(
        all(_holds(test, line, currency) for test in filter_.line_tests)
        for line in getattr(event, "lines", ())
    )


def _holds(test: Test, event: Event | Line, currency: str) -> bool:
    return compare(test.op, field_value(test.field, event, currency), test.values)


def sources_of(plan: Plan, key: str, event: Event) -> list[int]:
    """The sources that an event with this key belongs to, each once, in order of the table."""
    found: list[int] = []
    for match in plan.matches.get(key, ()):
        if match.source not in found and all(passes(each, event) for each in match.filters):
            found.append(match.source)
    return found
