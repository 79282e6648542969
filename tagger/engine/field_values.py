"""What an event says: the exact values of its fields.

Money is in minor units, decimals are fractions. A value that is missing, empty or in another
currency than asked for is unset. What the clock and the calendar say is read at the instant at
which the event happens.
"""

from collections.abc import Callable
from fractions import Fraction
from typing import final

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


def quantity_of(lines: tuple[Line, ...]) -> Exact:
    """How much there is on these lines together."""
    total: Exact = 0
    for line in lines:
        total += exact_number(line.quantity)
    return total


def texts_of(attribute: str, event: Event, lines: tuple[Line, ...]) -> list[str]:
    """The different texts that an order says on these lines, or another event itself."""
    sayers: tuple[Event | Line, ...] = lines if type(event) is Purchase else (event,)
    found: dict[str, None] = {}
    for each in sayers:
        text = _plain(each, attribute)
        if isinstance(text, str):
            found[text] = None
    return list(found)


def _plain(said: Event | Line, attribute: str) -> Value | None:
    value = getattr(said, attribute, None)
    if value is None or value == "":
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


@final
class Reading:
    """A field of a plan that has one value, see there, made ready to be read."""

    __slots__ = ("_currency", "_field", "_is_money", "_name", "_read")

    def __init__(self, field: Field) -> None:
        self._field = field
        self._read = _READERS.get(field.kind)
        self._name = field.attribute
        self._is_money = field.kind is FieldKind.MONEY
        self._currency = field.currency

    def of(self, said: Event | Line, at: int, currency: str) -> Value | None:
        """The exact value in an event that happens at `at`, or on a line of it; None when it is
        unset. `currency` is that of the purchase that the event is or that the line belongs to."""
        if self._read is not None:
            return self._read(self._field, said, at)
        if self._is_money and currency != self._currency:
            return None
        return _plain(said, self._name)
