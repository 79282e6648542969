"""What an event says: the exact values of its fields.

Money is in minor units, decimals are fractions. A value that is missing, empty or in another
currency than asked for is unset. What the clock and the calendar say is read at the instant at
which the event happens.
"""

from collections.abc import Callable
from fractions import Fraction

from tagger.domain.events import ChatMessage, Event, Line, Purchase
from tagger.rules.plan import Exact, Field, FieldKind
from tagger.rules.syntax import Period
from tagger.rules.zones import first_date, local_date, local_hour, local_weekday

Value = bool | str | int | Fraction
"""A measured value; None beside it means unset."""

_EXACT_BELOW = 2.0**53
"""Whole floats below it are written as the integers that they are."""

_Reader = Callable[[Field, Event | Line, int], Value | None]


def exact_number(value: float) -> Exact:
    """A binary float as the decimal that people wrote."""
    if isinstance(value, float) and value.is_integer() and -_EXACT_BELOW < value < _EXACT_BELOW:
        return int(value)
    fraction = Fraction(repr(value)) if isinstance(value, float) else Fraction(value)
    return fraction.numerator if fraction.denominator == 1 else fraction


def field_value(field: Field, event: Event | Line, at: int, currency: str) -> Value | None:
    """The exact value of a field that has one value; `currency` is that of the purchase that
    the event is or that the line belongs to."""
    if field.kind is FieldKind.PLAIN:
        return _plain(event, field.attribute)
    if field.kind is FieldKind.MONEY:
        return _plain(event, field.attribute) if field.currency == currency else None
    return _READERS[field.kind](field, event, at)


def quantity_of(lines: tuple[Line, ...]) -> Exact:
    """How much there is on these lines together."""
    total: Exact = 0
    for line in lines:
        total += exact_number(line.quantity)
    return total


def texts_of(field: Field, event: Event, lines: tuple[Line, ...]) -> list[str]:
    """The different texts that an order says on these lines, or another event itself."""
    sayers = lines if isinstance(event, Purchase) else (event,)
    found = (_plain(each, field.attribute) for each in sayers)
    return list(dict.fromkeys(each for each in found if isinstance(each, str)))


def _plain(event: Event | Line, attribute: str) -> Value | None:
    value = getattr(event, attribute, None)
    if value == "" or value is None:
        return None
    return exact_number(value) if isinstance(value, float) else value


def _quantity(field: Field, event: Event | Line, _at: int) -> Value | None:
    if isinstance(event, Purchase):
        return quantity_of(event.lines)
    return _plain(event, field.attribute)


def _profit(field: Field, event: Event | Line, _at: int) -> Value | None:
    if not isinstance(event, Purchase) or event.currency != field.currency:
        return None
    return None if event.cost_minor is None else event.amount_minor - event.cost_minor


def _message(_field: Field, event: Event | Line, _at: int) -> Value | None:
    if not isinstance(event, ChatMessage) or not event.conversation_id:
        return None
    return f"{'in' if event.direction == 'inbound' else 'out'} {event.conversation_id}"


def _hour(field: Field, _event: Event | Line, at: int) -> Value:
    return local_hour(at, field.zone)


def _weekday(field: Field, _event: Event | Line, at: int) -> Value:
    return local_weekday(at, field.zone)


def _first_date(period: Period) -> _Reader:
    def read(field: Field, _event: Event | Line, at: int) -> Value:
        return first_date(local_date(at, field.zone), period).isoformat()

    return read


_READERS: dict[FieldKind, _Reader] = {
    FieldKind.QUANTITY: _quantity,
    FieldKind.PROFIT: _profit,
    FieldKind.HOUR: _hour,
    FieldKind.WEEKDAY: _weekday,
    FieldKind.DAY: _first_date("day"),
    FieldKind.WEEK: _first_date("week"),
    FieldKind.MONTH: _first_date("month"),
    FieldKind.MESSAGE: _message,
}
