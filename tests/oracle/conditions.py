"""Which conditions hold for one customer at one instant.

Readings fixed here: beside one measure several comparators must all hold; a flag may stand alone,
and then must be held.
"""

from fractions import Fraction
from typing import Any

from .dates import comes_round_within, iso_date, today
from .happenings import literals
from .measures import MEASURE_WORDS, View, measure
from .values import Doc, UnsupportedError, Value, compare, duration, exact

COMPARATORS = frozenset(
    (
        *("eq", "ne", "gt", "gte", "lt", "lte", "between", "in", "matches", "mentions", "is_set"),
        "anniversary_within",
    )
)
DAY_MS = 86_400_000


def holds(view: View, condition: Doc) -> bool:
    """Whether a condition is true."""
    match condition:
        case {"all": parts}:
            return all(holds(view, part) for part in parts)
        case {"any": parts}:
            return any(holds(view, part) for part in parts)
        case {"not": part}:
            return not holds(view, part)
        case {"condition": name}:
            return holds(view, view.pack.conditions[name])
        case {"absent": spec}:
            return _is_absent(view, spec)
        case {"at_least": spec}:
            number = sum(holds(view, part) for part in spec["of"])
            return _compares(view, spec, {"of"}, Fraction(number))
        case {"tag": name} if len(condition) == 1:
            return view.tag_value(name) is True
    return _compares(view, condition, MEASURE_WORDS, measure(view, condition))


def _compares(view: View, doc: Doc, left_words: Any, left: Value | None) -> bool:
    """Whether all comparators beside the measure hold."""
    words = doc.keys() - left_words
    if not words or words - COMPARATORS:
        raise UnsupportedError(f"condition {doc}")
    return all(_holds_against(view, word, left, doc[word]) for word in words)


def _holds_against(view: View, word: str, left: Value | None, right: Any) -> bool:
    if word == "anniversary_within":
        date = iso_date(left)
        days = duration(right) // DAY_MS
        return date is not None and comes_round_within(date, days, today(view.at, view.pack.zone))
    if isinstance(right, dict):
        return compare(word, left, right_side(view, right))
    return compare(word, left, literals(view.pack, word, right))


def right_side(view: View, right: Doc) -> Value | None:
    """The value of a measure on the right of a comparator, `times` a number."""
    value = measure(view, right["measure"])
    return value * exact(right.get("times", 1)) if isinstance(value, Fraction) else value


def _is_absent(view: View, spec: Doc) -> bool:
    within = duration(spec["within"])
    if view.history.select(view.pack, spec, view.at - within, view.at):
        return False
    return bool(spec.get("include_new")) or view.at - view.known_since >= within
