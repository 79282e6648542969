"""What series remember of what happens, as objects made once for a plan."""

from typing import final

from tagger.domain.events import Event, Line, Purchase
from tagger.engine.columns import stored
from tagger.engine.field_values import Reading, quantity_of, texts_of
from tagger.engine.filters import Sieve, currency_of, lines_of
from tagger.engine.happening import Happening
from tagger.engine.profile import StoredValue
from tagger.rules.plan import Field, FieldKind, Series


class Saying:
    """How a series with a field reads it."""

    __slots__ = ()

    def of(self, happening: Happening) -> StoredValue:
        """What the series remembers of what happens, None when that is unset."""
        raise NotImplementedError


@final
class _One(Saying):
    """A field that has one value. Refunds are taken off at their own date where the series says
    so."""

    __slots__ = ("_by_date", "_of_refunds", "_reading")

    def __init__(self, series: Series, field: Field) -> None:
        self._by_date = series.refunds == "by_date"
        amount = Field(FieldKind.MONEY, "amount_minor", field.currency)
        is_profit = field.kind is FieldKind.PROFIT
        self._reading = Reading(amount if is_profit and series.refunds == "by_order" else field)
        self._of_refunds = Reading(amount if is_profit and self._by_date else field)

    def of(self, happening: Happening) -> StoredValue:
        event = happening.event
        is_off = self._by_date and is_refund(event)
        reading = self._of_refunds if is_off else self._reading
        value = reading.of(event, happening.at, currency_of(event))
        if value is None:
            return None
        if isinstance(value, str):
            return [value]
        return stored(-value if is_off else value)


@final
class _Texts(Saying):
    """The different texts on the lines that count."""

    __slots__ = ("_counted", "_name")

    def __init__(self, series: Series, field: Field) -> None:
        self._name = field.attribute
        self._counted = _CountedLines(series)

    def of(self, happening: Happening) -> StoredValue:
        return texts_of(self._name, happening.event, self._counted.of(happening)) or None


@final
class _Quantity(Saying):
    """How much there is on the lines that count."""

    __slots__ = ("_counted", "_of_others")

    def __init__(self, series: Series, field: Field) -> None:
        self._of_others = _One(series, field)
        self._counted = _CountedLines(series)

    def of(self, happening: Happening) -> StoredValue:
        if type(happening.event) is not Purchase:
            return self._of_others.of(happening)
        return stored(quantity_of(self._counted.of(happening)))


@final
class _CountedLines:
    """The lines that pass the line tests on one of the ways on which an event comes."""

    __slots__ = ("_are_all", "_ways")

    def __init__(self, series: Series) -> None:
        self._are_all = not series.line_filters
        self._ways: dict[str, list[list[Sieve]]] = {}
        for key, filters in series.line_filters:
            way = [Sieve(each) for each in filters]
            self._ways.setdefault(key, []).append(way)

    def of(self, happening: Happening) -> tuple[Line, ...]:
        event, at = happening.event, happening.at
        lines = lines_of(event)
        if self._are_all:
            return lines
        currency = currency_of(event)
        ways = [
            way
            for way in self._ways.get(happening.key, ())
            if all(sieve.passes_tests(event, at, currency) for sieve in way)
        ]
        return tuple([line for line in lines if _is_counted(line, ways, at, currency)])


def saying_of(series: Series) -> Saying | None:
    """How the series reads what happens; None when it has no field."""
    field = series.field
    if field is None:
        return None
    if field.kind is FieldKind.LINES:
        return _Texts(series, field)
    if field.kind is FieldKind.QUANTITY and series.line_filters:
        return _Quantity(series, field)
    return _One(series, field)


def is_refund(event: Event) -> bool:
    """Whether the event gives money back."""
    return type(event) is Purchase and event.kind == "refund"


def _is_counted(line: Line, ways: list[list[Sieve]], at: int, currency: str) -> bool:
    return any(all(sieve.line_passes(line, at, currency) for sieve in way) for way in ways)
