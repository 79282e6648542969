"""What to do instead, where somebody wrote what is common elsewhere."""

import re
from collections.abc import Mapping

from tagger.rules.reading.nodes import Node, ScalarNode

SYNONYMS: Mapping[str, str] = {
    "and": "all",
    "or": "any",
    "none": "not",
    "if": "when",
    "on": "upon",
    "last": "within",
    "in_last": "within",
    "period": "within",
    "window": "within",
    "exists": "is_set",
    "contains": "mentions",
    "regex": "matches",
    "=": "eq",
    "==": "eq",
    "!=": "ne",
    "<>": "ne",
    ">": "gt",
    ">=": "gte",
    "<": "lt",
    "<=": "lte",
    "buy": "purchase",
    "bought": "purchase",
    "order": "purchase",
    "sale": "purchase",
    "return": "refund",
    "message": "chat",
    "visit": "browse",
}
"""Words of other languages, and of everyday, with the word of this one."""

EMPTY = "write a value behind it; what begins with # is a comment unless it is in quotes"
UNFILLED = "nothing belongs to it: begin it further left, or the lines below it further right"
_UNITS = {
    "milliseconds": "ms",
    "seconds": "s",
    "secs": "s",
    "minutes": "m",
    "mins": "m",
    "hours": "h",
    "hrs": "h",
    "days": "d",
    "weeks": "w",
    "wks": "w",
}
_CALENDAR = re.compile(r"\d+ ?(mo|months?|y|years?|q|quarters?)", re.IGNORECASE)
_SPELT = re.compile(r"(\d{1,12}) ?([a-z]+)", re.IGNORECASE)
_BROKEN = re.compile(r"\d+\.\d+ ?[a-z]*", re.IGNORECASE)


def is_empty(node: Node) -> bool:
    """Whether nothing at all stands behind a word."""
    return isinstance(node, ScalarNode) and node.value is None and not node.text


def for_duration(text: str) -> str:
    """How to write what is no duration."""
    if _CALENDAR.fullmatch(text):
        return "months and years are calendar periods; count in days or weeks, like 30d"
    meant = spelt_duration(text)
    if meant is not None:
        return f"write {meant}"
    if _BROKEN.fullmatch(text):
        return "take whole numbers, like 1d12h for a day and a half"
    if text.isdecimal() and text.isascii():
        return f"say the unit too, like {text[:12]}d or {text[:12]}h"
    return "write it like 30d, 12h, 30m, 45s or 1d12h"


def spelt_duration(text: str) -> str | None:
    """`30d` for `30 days`; None where it is not clear what is meant."""
    spelt = _SPELT.fullmatch(text)
    unit = _unit(spelt[2]) if spelt is not None else None
    return f"{spelt[1]}{unit}" if spelt is not None and unit is not None else None


def _unit(word: str) -> str | None:
    """The unit that a spelt one means; a capital M may be months."""
    small = word.lower()
    if small in _UNITS.values() and word != "M":
        return small
    return _UNITS.get(small) or _UNITS.get(f"{small}s")
