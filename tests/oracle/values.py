"""Instants, durations and literals, as packs and event files spell them, and comparing values.

Instants and durations are whole milliseconds; every number is a `Fraction`. Nothing is ever
compared as a binary float: a JSON number with a point means the decimal that stands in the file.
"""

import re
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from functools import cache, lru_cache
from typing import Any

from .texts import matches, mentions

Doc = dict[str, Any]
Value = Fraction | str | bool

UNIT_MS = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000}
NO_MINOR_UNIT = ("CLP", "ISK", "JPY", "KRW", "PYG", "UGX", "VND", "XAF", "XOF")
THOUSANDTHS = ("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND")


class UnsupportedError(Exception):
    """A pack uses a word that the language does not have."""


@cache
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


@cache
def duration(value: str) -> int:
    """Milliseconds of `30d` or `1d12h`."""
    if not is_duration(value):
        raise ValueError(f"not a duration: {value!r}")
    parts = re.findall(r"(\d+)(ms|[smhdw])", value)
    return sum(int(number) * UNIT_MS[unit] for number, unit in parts)


@lru_cache(maxsize=4096, typed=True)
def exact(value: float | Decimal) -> Fraction:
    """The number as it is written; a double stands for its shortest decimal."""
    return Fraction(repr(value)) if isinstance(value, float) else Fraction(value)


def as_value(raw: object) -> Value | None:
    """A field or literal as it is compared; null and "" are unset."""
    if raw is None or raw == "":
        return None
    if isinstance(raw, bool | str | Fraction):
        return raw
    if isinstance(raw, int | float | Decimal):
        return exact(raw)
    raise UnsupportedError(f"a value of this kind: {raw!r}")


@lru_cache(maxsize=4096)
def span_or_text(text: str) -> Fraction | str:
    """What a text stands for beside a number: milliseconds where it is a duration."""
    return Fraction(duration(text)) if is_duration(text) else text


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

    Unset makes every comparison false, and so do values of two different kinds. Beside a number
    a text such as `30d` is a duration.
    """
    if comparator == "is_set":
        return (left is not None) is right
    if left is None:
        return False
    match comparator:
        case "in":
            return any(compare("eq", left, one) for one in right)
        case "between":
            return compare("gte", left, right[0]) and compare("lt", left, right[1])
        case "mentions":
            terms = right if isinstance(right, list) else [right]
            return isinstance(left, str) and any(mentions(left, term) for term in terms)
        case "matches":
            return isinstance(left, str) and matches(left, right)
    literal = right if isinstance(right, str) else as_value(right)
    if isinstance(left, Fraction) and isinstance(literal, str):
        literal = span_or_text(literal)
    if literal is None or type(left) is not type(literal):
        return False
    if comparator in ("eq", "ne"):
        return (left == literal) is (comparator == "eq")
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
