"""English: plurals, articles, ordinals, and how numbers, money and times are written."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import ClassVar

from tagger.rules.currencies import MINOR_DIGITS
from tagger.rules.sentences.english.conditions import CONDITIONS
from tagger.rules.sentences.english.moments import MOMENTS
from tagger.rules.sentences.english.nouns import (
    ACTIONS,
    ATTRIBUTES,
    CURRENCIES,
    EVENTS,
    FIELDS,
    VARIETIES,
    WEEKDAYS,
)
from tagger.rules.sentences.english.people import HEADINGS, PEOPLE
from tagger.rules.sentences.english.readings import READINGS
from tagger.rules.sentences.english.rule import RULE
from tagger.rules.sentences.language import (
    EventWords,
    Language,
    Noun,
    plain_number,
    units_of,
    with_cents,
)

_SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥", "INR": "₹", "KRW": "₩"}
_UNITS = {"d": "day", "h": "hour", "m": "minute", "s": "second", "ms": "millisecond"}
_ORDINALS = (
    *("newest", "second", "third", "fourth", "fifth"),
    *("sixth", "seventh", "eighth", "ninth", "tenth"),
)
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_GROUPED_FROM = 1_000


class English(Language):
    """British spelling; names and texts of others stand in “ ”."""

    code = "en"
    phrases: ClassVar[Mapping[str, str]] = {**CONDITIONS, **MOMENTS, **RULE, **READINGS, **PEOPLE}
    headings = HEADINGS
    event_names = frozenset(EVENTS)
    fields = FIELDS
    attributes = ATTRIBUTES
    varieties = VARIETIES
    weekdays = WEEKDAYS
    actions = ACTIONS

    def noun(self, events: EventWords) -> Noun:
        forms = [self._event(name) for name in events.names]
        rest = "".join(f" {each}" for each in (events.window, *events.times) if each)
        rest += f" {' and '.join(events.clauses)}" if events.clauses else ""
        if events.lines:
            rest += "," if events.clauses else ""
            rest += f" with a line item {' and '.join(events.lines)}"
        one, bare, many = (self.either(each) for each in zip(*forms, strict=True))
        return Noun(bare + rest, one + rest, many + rest)

    def _event(self, name: str) -> tuple[str, str, str]:
        if name in EVENTS:
            return EVENTS[name]
        said = self.quoted(self.readable(name))
        article = "an" if name[:1].casefold() in "aeiou" else "a"
        return f"{article} {said} event", f"{said} event", f"{said} events"

    def nth(self, n: int, noun: Noun) -> str:
        if n == 1:
            return f"the newest {noun.bare}"
        return f"the {_ordinal(n)} newest {noun.bare}"

    def counted(self, n: int | Decimal) -> str:
        return "one" if n == 1 else self.number(n)

    def is_singular(self, n: int | Decimal) -> bool:
        return n == 1

    def number(self, value: int | Decimal) -> str:
        return plain_number(value, grouped_from=_GROUPED_FROM)

    def money(self, value: int | Decimal, currency: str | None) -> str:
        digits = MINOR_DIGITS.get(currency or "", 2)
        text = with_cents(-value if value < 0 else value, digits, grouped_from=_GROUPED_FROM)
        sign = "-" if value < 0 else ""
        symbol = _SYMBOLS.get(currency or "")
        if symbol is not None:
            return f"{sign}{symbol}{text}"
        return f"{sign}{text} {currency}" if currency else f"{sign}{text}"

    def currency(self, code: str) -> str:
        return CURRENCIES.get(code, code)

    def duration(self, duration_ms: int) -> str:
        if duration_ms < 0:
            return f"minus {self.duration(-duration_ms)}"
        return " ".join(
            f"{n:,} {_UNITS[unit]}{'' if n == 1 else 's'}" for n, unit in units_of(duration_ms)
        )

    def multiple(self, times: int | Decimal, of: str) -> str:
        if times == 1:
            return of
        return f"twice {of}" if times == 2 else f"{self.number(times)} times {of}"

    def day(self, day: date) -> str:
        return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"

    def instant(self, at_ms: int) -> str:
        moment = datetime.fromtimestamp(at_ms // 1_000, UTC)
        clock = f"{moment:%H:%M}" if moment.second == 0 else f"{moment:%H:%M:%S}"
        return f"{self.day(moment.date())}, {clock} UTC"

    def either(self, items: Sequence[str]) -> str:
        return _listed(items, "or")

    def both(self, items: Sequence[str]) -> str:
        return _listed(items, "and")

    def cited(self, clause: str) -> str:
        return clause

    def sentence(self, text: str) -> str:
        return f"{_capitalised(text)}."

    def lead(self, text: str) -> str:
        return f"{_capitalised(text)}:"


def _listed(items: Sequence[str], last: str) -> str:
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


def _ordinal(n: int) -> str:
    if n <= len(_ORDINALS):
        return _ORDINALS[n - 1]
    ending = "th" if 11 <= n % 100 <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n:,}{ending}"


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]
