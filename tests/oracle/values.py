"""Instants, durations, literals and text, as packs and event files spell them.

Instants and durations are whole milliseconds; every number is a `Fraction`. Nothing is ever
compared as a binary float: a JSON number with a point means the decimal that stands in the file.
"""

import re
import unicodedata
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

Doc = dict[str, Any]
Value = Fraction | str | bool

UNIT_MS = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000}
NO_MINOR_UNIT = ("CLP", "ISK", "JPY", "KRW", "PYG", "UGX", "VND", "XAF", "XOF")
THOUSANDTHS = ("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND")


class UnsupportedError(Exception):
    """A pack uses a word that this reading does not cover."""


def instant(value: int | str) -> int:
    """Milliseconds since the epoch of an event file's time; finer digits are cut."""
    if isinstance(value, int):
        return value
    found = re.fullmatch(r"(.{10})[Tt ](.{8})(?:\.(\d+))?([Zz]|[+-]\d\d:\d\d)", value)
    if found is None:
        raise ValueError(f"not an RFC 3339 time: {value!r}")
    day, clock, digits, offset = found.groups()
    moment = datetime.fromisoformat(f"{day}T{clock}{'+00:00' if offset in 'Zz' else offset}")
    whole = moment - datetime(1970, 1, 1, tzinfo=UTC)
    return (whole.days * 86_400 + whole.seconds) * 1000 + int(((digits or "") + "000")[:3])


def is_duration(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch(r"(\d+(ms|[smhdw]))+", value) is not None


def duration(value: str) -> int:
    """Milliseconds of `30d` or `1d12h`."""
    if not is_duration(value):
        raise ValueError(f"not a duration: {value!r}")
    parts = re.findall(r"(\d+)(ms|[smhdw])", value)
    return sum(int(number) * UNIT_MS[unit] for number, unit in parts)


def exact(value: float | Decimal) -> Fraction:
    """The number as it is written; a double stands for its shortest decimal."""
    return Fraction(repr(value)) if isinstance(value, float) else Fraction(value)


def as_value(raw: object) -> Value | None:
    """A field or literal as it is compared; null and "" are unset."""
    if raw is None or raw == "":
        return None
    if isinstance(raw, bool | str):
        return raw
    if isinstance(raw, int | float | Decimal):
        return exact(raw)
    raise UnsupportedError(f"a value of this kind: {raw!r}")


def minor_units(currency: str | None) -> int:
    """How many minor units make one of the currency."""
    if currency in NO_MINOR_UNIT:
        return 1
    return 1000 if currency in THOUSANDTHS else 100


def published_number(value: Fraction) -> int | float:
    """A number tag's value: six decimals."""
    rounded = round(value, 6)
    return rounded.numerator if rounded.denominator == 1 else float(rounded)


def compare(comparator: str, left: Value | None, right: Any) -> bool:
    """Whether `left` stands in this relation to the literal or literals on the right.

    Unset makes every comparison false, and so do values of two different kinds.
    """
    if comparator == "is_set":
        return (left is not None) is right
    if left is None:
        return False
    if comparator == "in":
        return any(compare("eq", left, one) for one in right)
    if comparator == "mentions":
        terms = right if isinstance(right, list) else [right]
        return isinstance(left, str) and any(mentions(left, term) for term in terms)
    if comparator == "between":
        return compare("gte", left, right[0]) and compare("lt", left, right[1])
    literal = right if isinstance(right, str) else as_value(right)
    if literal is None or type(left) is not type(literal):
        return False
    if comparator == "eq":
        return left == literal
    if comparator == "ne":
        return left != literal
    if not isinstance(left, Fraction) or not isinstance(literal, Fraction):
        return False
    match comparator:
        case "gt":
            return left > literal
        case "gte":
            return left >= literal
        case "lt":
            return left < literal
        case "lte":
            return left <= literal
    raise UnsupportedError(f"comparator {comparator}")


def plain(text: str) -> str:
    """Text in the form in which `mentions` compares it."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return unicodedata.normalize("NFKC", folded)


def is_word_character(character: str) -> bool:
    """A letter, digit or mark of a script that puts space between its words."""
    if unicodedata.category(character)[0] not in "LM" and not character.isdigit():
        return False
    name = unicodedata.name(character, "")
    return not any(s in name for s in ("CJK", "IDEOGRAPH", "HIRAGANA", "KATAKANA", "HANGUL"))


def mentions(text: str, term: str) -> bool:
    """Whether the text has the term, as whole words where its script has words."""
    haystack, words = plain(text), plain(term).split()
    if not words:
        return False
    pattern = re.compile(r"\s+".join(re.escape(word) for word in words))
    for start in range(len(haystack)):
        found = pattern.match(haystack, start)
        if found is None:
            continue
        before, after = haystack[:start][-1:], haystack[found.end() :][:1]
        glued_before = is_word_character(words[0][0]) and before and is_word_character(before)
        glued_after = is_word_character(words[-1][-1]) and after and is_word_character(after)
        if not glued_before and not glued_after:
            return True
    return False
