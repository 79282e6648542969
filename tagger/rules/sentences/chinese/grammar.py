"""Chinese: measure words, modifiers before their noun, and how numbers, money and times are
written. Between Han characters and digits or Latin letters stands a space, as print has it.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from string import Formatter
from typing import ClassVar

from tagger.rules.currencies import MINOR_DIGITS
from tagger.rules.sentences.chinese.conditions import CONDITIONS
from tagger.rules.sentences.chinese.moments import MOMENTS
from tagger.rules.sentences.chinese.nouns import (
    ACTIONS,
    ATTRIBUTES,
    CURRENCIES,
    DIRECTIONS,
    EVENTS,
    FIELDS,
    VARIETIES,
    WEEKDAYS,
)
from tagger.rules.sentences.chinese.people import HEADINGS, PEOPLE
from tagger.rules.sentences.chinese.readings import READINGS
from tagger.rules.sentences.chinese.rule import RULE
from tagger.rules.sentences.language import (
    EventWords,
    Language,
    Noun,
    plain_number,
    units_of,
    with_cents,
)

_UNITS = {"d": "天", "h": "小时", "m": "分钟", "s": "秒", "ms": "毫秒"}
_GROUPED_FROM = 10_000
_TIMES = "次"
_MEET = re.compile(r"[\u3400-\u9fff][A-Za-z0-9$€£¥₹₩+-]|[A-Za-z0-9%][\u3400-\u9fff]")


class Chinese(Language):
    """Simplified characters and full-width punctuation."""

    code = "zh"
    phrases: ClassVar[Mapping[str, str]] = {**CONDITIONS, **MOMENTS, **RULE, **READINGS, **PEOPLE}
    headings = HEADINGS
    event_names = frozenset(EVENTS)
    fields = FIELDS
    attributes = ATTRIBUTES
    varieties = VARIETIES
    weekdays = WEEKDAYS
    actions = ACTIONS

    def say(self, phrase: str, /, **parts: object) -> str:
        pieces = []
        for literal, name, _, _ in Formatter().parse(self.phrases[phrase]):
            pieces.append(literal)
            if name is not None:
                pieces.append(str(parts[name]))
        return _spaced(*pieces)

    def noun(self, events: EventWords) -> Noun:
        forms = [EVENTS.get(name) or self._named(name) for name in events.names]
        what = self.either([name for name, _ in forms])
        units = {unit for _, unit in forms}
        modifiers = [*events.clauses]
        if events.times:
            modifiers.insert(0, _spaced("发生在", *reversed(events.times)))
        if events.lines:
            modifiers.append(_spaced("含有", self._and(events.lines), "的商品行"))
        bare = _spaced(self._and(modifiers), "的", what) if modifiers else what
        bare = DIRECTIONS.get(events.names[0], "") + bare
        unit = units.pop() if len(units) == 1 else _TIMES
        return Noun(bare, _spaced(f"某{unit}", bare), bare, unit)

    def _named(self, name: str) -> tuple[str, str]:
        return f"{self.quoted(self.readable(name))}事件", _TIMES

    @staticmethod
    def _and(clauses: Sequence[str]) -> str:
        if len(clauses) < 2:
            return "".join(clauses)
        return _spaced("、".join(clauses[:-1]), "且", clauses[-1])

    def nth(self, n: int, noun: Noun) -> str:
        if n == 1:
            return _spaced(f"最近一{noun.unit}", noun.bare)
        return _spaced(f"倒数第 {n} {noun.unit}", noun.bare)

    def counted(self, n: int | Decimal) -> str:
        return self.number(n)

    def is_singular(self, n: int | Decimal) -> bool:  # noqa: ARG002 - one form for all numbers
        return False

    def number(self, value: int | Decimal) -> str:
        return plain_number(value, grouped_from=_GROUPED_FROM)

    def money(self, value: int | Decimal, currency: str | None) -> str:
        digits = MINOR_DIGITS.get(currency or "", 2)
        amount = with_cents(value, digits, grouped_from=_GROUPED_FROM)
        return f"{amount} {CURRENCIES.get(currency or '', currency or '')}".rstrip()

    def currency(self, code: str) -> str:
        return CURRENCIES.get(code, code)

    def duration(self, duration_ms: int) -> str:
        if duration_ms < 0:
            return f"负 {self.duration(-duration_ms)}"
        return " ".join(f"{n} {_UNITS[unit]}" for n, unit in units_of(duration_ms))

    def multiple(self, times: int | Decimal, of: str) -> str:
        return of if times == 1 else f"{of}的 {self.number(times)} 倍"

    def day(self, day: date) -> str:
        return f"{day.year} 年 {day.month} 月 {day.day} 日"

    def instant(self, at_ms: int) -> str:
        moment = datetime.fromtimestamp(at_ms // 1_000, UTC)
        clock = f"{moment:%H:%M}" if moment.second == 0 else f"{moment:%H:%M:%S}"
        return f"{self.day(moment.date())} {clock}（UTC）"

    def either(self, items: Sequence[str]) -> str:
        return _listed(items, "或")

    def both(self, items: Sequence[str]) -> str:
        return _listed(items, "和")

    def cited(self, clause: str) -> str:
        return f"“{clause.replace('“', '‘').replace('”', '’')}”"

    def sentence(self, text: str) -> str:
        return f"{text}。"

    def lead(self, text: str) -> str:
        return f"{text}："


def _listed(items: Sequence[str], last: str) -> str:
    if len(items) < 2:
        return "".join(items)
    return _spaced("、".join(items[:-1]), last, items[-1])


def _spaced(*pieces: str) -> str:
    """The pieces in a row, with a space where Han and Latin meet between two of them."""
    text = ""
    for piece in pieces:
        if text and piece and _MEET.fullmatch(text[-1] + piece[0]):
            text += " "
        text += piece
    return text
