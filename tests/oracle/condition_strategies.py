"""Random conditions: measures against values and against each other, and all that joins them."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from .draws import chance, pick, some
from .material import EXPRESSIONS, TERMS
from .measure_strategies import age, date_attribute, kinds, measure
from .scope import Measured, Scope
from .selector_strategies import selector
from .values import Doc

ORDERED = ("gte", "gt", "lt", "gte", "lte", "eq", "ne")
TIMES = (2, 1, Decimal("0.5"), Decimal("1.5"), Decimal("0.333"))


@st.composite
def conditions(draw: st.DrawFn, scope: Scope, depth: int = 2) -> Doc:
    """A condition of the pack that is being drawn."""
    if depth == 0 or not chance(draw, 4):
        return plain(draw, scope)
    known = ["condition", "condition"] if scope.conditions else []
    match pick(draw, ["not", "all", "any", "at_least", *known]):
        case "not":
            return {"not": draw(conditions(scope, depth - 1))}
        case "condition":
            return {"condition": pick(draw, sorted(scope.conditions))}
        case "at_least":
            parts = _parts(draw, scope, depth)
            return {"at_least": {"of": parts, pick(draw, ORDERED): pick(draw, (1, 2))}}
        case word:
            return {word: _parts(draw, scope, depth)}


def _parts(draw: st.DrawFn, scope: Scope, depth: int) -> list[Doc]:
    return [draw(conditions(scope, depth - 1)) for _ in range(pick(draw, (2, 1, 2, 3)))]


def plain(draw: st.DrawFn, scope: Scope) -> Doc:
    """A condition without further ones in it."""
    if chance(draw, 10):
        return _absent(draw, scope)
    if chance(draw, 12):
        return _of_birthdays(draw, scope)
    left = measure(draw, scope, pick(draw, kinds(scope)))
    if left.kind == "truth":
        return left.doc | _truth_test(draw, scope, left)
    if chance(draw, 6):
        return left.doc | _measure_test(draw, scope, left)
    if left.kind == "text":
        return left.doc | _text_test(draw, left)
    return left.doc | _number_test(draw, scope, left)


def _absent(draw: st.DrawFn, scope: Scope) -> Doc:
    new = pick(draw, ({}, {"include_new": True}, {"include_new": False}))
    return {"absent": selector(draw, scope) | {"within": pick(draw, scope.windows)} | new}


def _of_birthdays(draw: st.DrawFn, scope: Scope) -> Doc:
    """What turns with the calendar of somebody's life."""
    if chance(draw, 2):
        left = age()
        return left.doc | _number_test(draw, scope, left)
    left = date_attribute(draw, scope)
    return left.doc | {"anniversary_within": pick(draw, ("2d", "1d", "7d", "366d"))}


def _truth_test(draw: st.DrawFn, scope: Scope, left: Measured) -> Doc:
    if "tag" in left.doc and chance(draw, 4):
        return {}
    if chance(draw, 8):
        return _measure_test(draw, scope, left)
    return {pick(draw, ("eq", "eq", "ne", "is_set")): draw(st.booleans())}


def _measure_test(draw: st.DrawFn, scope: Scope, left: Measured) -> Doc:
    """Against another measure of the same kind."""
    right: Doc = {"measure": measure(draw, scope, left.kind).doc}
    comparators: tuple[str, ...] = ORDERED
    if left.kind in ("text", "truth"):
        comparators = ("eq", "ne")
    elif chance(draw, 2):
        right["times"] = pick(draw, TIMES)
    return {pick(draw, comparators): right}


def _text_test(draw: st.DrawFn, left: Measured) -> Doc:
    match draw(st.integers(0, 9)):
        case 0:
            return {"ne": pick(draw, left.values)}
        case 1:
            return {"in": some(draw, left.values, 2)}
        case 2 if not left.is_closed:
            return {"in": pick(draw, ("cities", "words"))}
        case 3:
            return {"is_set": draw(st.booleans())}
        case 4 if not left.is_closed:
            return {"mentions": pick(draw, TERMS)}
        case 5:
            return {"matches": pick(draw, EXPRESSIONS)}
    return {"eq": pick(draw, left.values)}


def _number_test(draw: st.DrawFn, scope: Scope, left: Measured) -> Doc:
    values = left.values
    ordered = scope.ordered(values, left.kind)
    match draw(st.integers(0, 11)):
        case 0 | 1:
            low = draw(st.integers(0, len(ordered) - 2))
            high = draw(st.integers(low + 1, len(ordered) - 1))
            return {"between": [ordered[low], ordered[high]]}
        case 2:
            return {"in": some(draw, values, 2)}
        case 3:
            return {"in": "spans" if left.kind == "duration" else "small"}
        case 4:
            return {"is_set": draw(st.booleans())}
        case 5:
            return {"gte": pick(draw, values), "lt": pick(draw, values)}
    return {pick(draw, ORDERED): pick(draw, values)}


def may_stay(scope: Scope, condition: Doc) -> bool:
    """Whether the condition, once it holds, may hold for ever: its flag then names an ending."""
    words = set(_words(scope, condition))
    return "ever" in words or "since_first" in words or {"since", "is_set"} <= words


def _words(scope: Scope, node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for part in node:
            yield from _words(scope, part)
    elif isinstance(node, dict):
        for word, below in node.items():
            yield word
            if word == "condition":
                yield from _words(scope, scope.conditions[below])
            yield from _words(scope, below)
