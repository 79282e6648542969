"""What every language of explanations has: tables of words and phrases, and a little grammar.

A phrase is a format text; its placeholders have the same names in every language, in whatever
order suits. What is put in is never read as a format itself.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import ClassVar

MOST_SHOWN = 12
"""Of a list of values; of a longer one the rest is counted."""


@dataclass(frozen=True, slots=True)
class Noun:
    """Events in words: `bare` after an ordinal or "no", `one` with its article, `many` for any
    number of them, and the `unit` that they are counted in where the language has such words."""

    bare: str
    one: str
    many: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class EventWords:
    """What a noun is made of: events of any of the names, of which all else is true. A name that
    is not in `event_names` is the pack's own. `times` and `clauses` are about the event, `lines`
    about one line of the order; the `window` is part of the noun where the language wants it."""

    names: tuple[str, ...]
    window: str = ""
    times: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()


class Language(ABC):
    """Sentences are put together in one language from the tables of its package."""

    code: ClassVar[str]
    phrases: ClassVar[Mapping[str, str]]
    headings: ClassVar[Mapping[str, str]]
    event_names: ClassVar[frozenset[str]]
    fields: ClassVar[Mapping[str, str]]
    attributes: ClassVar[Mapping[str, str]]
    varieties: ClassVar[Mapping[str, str]]
    """What `distinct` counts, by field."""
    weekdays: ClassVar[Mapping[str, str]]
    actions: ClassVar[Mapping[str, str]]

    def say(self, phrase: str, /, **parts: object) -> str:
        """A phrase with its parts put in. Raises KeyError for one that there is not."""
        return self.phrases[phrase].format_map(parts)

    def field(self, name: str) -> str:
        """What a field of an event is called."""
        return self.fields.get(name, self.quoted(self.readable(name)))

    def variety(self, field: str) -> str:
        """What `distinct` counts."""
        return self.varieties.get(field) or self.say("values_of", field=self.field(field))

    def attribute(self, name: str) -> str:
        """What a profile attribute is called."""
        return self.attributes.get(name) or self.say(
            "attribute", name=self.quoted(self.readable(name))
        )

    @staticmethod
    def readable(name: str) -> str:
        """A name of a pack as it is read aloud."""
        return name.replace("_", " ")

    def quoted(self, text: str) -> str:
        """A name or text of somebody else's."""
        return f"“{text}”"

    def alternatives(self, items: Sequence[str]) -> str:
        """`a, b or c`; of many items the first ones and how many more there are."""
        shown = list(items[:MOST_SHOWN])
        if len(items) > MOST_SHOWN:
            shown.append(self.say("more", n=len(items) - MOST_SHOWN))
        return self.either(shown)

    @abstractmethod
    def noun(self, events: EventWords) -> Noun:
        """Events in all forms that phrases need."""

    @abstractmethod
    def nth(self, n: int, noun: Noun) -> str:
        """The n-th newest event: the newest one for 1."""

    @abstractmethod
    def counted(self, n: int | Decimal) -> str:
        """A number of things."""

    @abstractmethod
    def is_singular(self, n: int | Decimal) -> bool:
        """Whether that number of things takes the singular."""

    @abstractmethod
    def number(self, value: int | Decimal) -> str:
        """A number with its thousands apart where they are."""

    @abstractmethod
    def money(self, value: int | Decimal, currency: str | None) -> str:
        """An amount in major units."""

    @abstractmethod
    def currency(self, code: str) -> str:
        """A currency by its ISO 4217 code."""

    @abstractmethod
    def duration(self, duration_ms: int) -> str:
        """`30 days`, `1 day 12 hours`."""

    @abstractmethod
    def multiple(self, times: int | Decimal, of: str) -> str:
        """`twice the ...`."""

    @abstractmethod
    def day(self, day: date) -> str:
        """A date."""

    @abstractmethod
    def instant(self, at_ms: int) -> str:
        """An instant in UTC, to the minute, or finer where it is."""

    @abstractmethod
    def either(self, items: Sequence[str]) -> str:
        """`a, b or c`."""

    @abstractmethod
    def both(self, items: Sequence[str]) -> str:
        """`a, b and c`."""

    @abstractmethod
    def cited(self, clause: str) -> str:
        """A clause inside of another one."""

    @abstractmethod
    def sentence(self, text: str) -> str:
        """A whole sentence from its words."""

    @abstractmethod
    def lead(self, text: str) -> str:
        """What stands before parts."""


def plain_number(value: int | Decimal, *, grouped_from: int) -> str:
    """Digits without needless zeros; thousands apart with commas from that size on."""
    whole = int(value)
    if value == whole:
        return f"{whole:,}" if abs(whole) >= grouped_from else str(whole)
    exact = Decimal(value).normalize()
    return f"{exact:,f}" if abs(exact) >= grouped_from else f"{exact:f}"


def with_cents(value: int | Decimal, digits: int, *, grouped_from: int) -> str:
    """An amount: whole, or with at least the currency's digits."""
    if Fraction(value).denominator == 1:
        return plain_number(value, grouped_from=grouped_from)
    text = plain_number(value, grouped_from=grouped_from)
    whole, _, cents = text.partition(".")
    return f"{whole}.{cents.ljust(digits, '0')}"


def units_of(duration_ms: int) -> list[tuple[int, str]]:
    """The duration in `d h m s ms`, largest first, without empty ones; `[(0, "s")]` for none."""
    parts = []
    for unit, size_ms in (
        ("d", 86_400_000),
        ("h", 3_600_000),
        ("m", 60_000),
        ("s", 1_000),
        ("ms", 1),
    ):
        count, duration_ms = divmod(duration_ms, size_ms)
        if count:
            parts.append((count, unit))
    return parts or [(0, "s")]
