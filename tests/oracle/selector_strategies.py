"""Random filters of events, and named events: filters of them and patterns."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from .draws import chance, pick, some
from .happenings import ACTIONS
from .material import (
    BASES,
    EXPRESSIONS,
    LINE_TEXTS,
    MARKS,
    NUMBERS,
    TERMS,
    Kind,
    text_fields,
    texts_of,
)
from .scope import Scope
from .values import Doc

USUAL = ("purchase", "cart_add", "browse", "chat", "refund", "page_view", "profile")
KEYS = ("cart_id", "cart_id", "channel", "category", "conversation_id", "order_id", "source")
HOURS = (0, 1, 2, 3, 12, 22, 23)
LINE_QUANTITIES = (1, 2, Decimal("0.5"), Decimal("0.1"))
WEEKDAYS = ("sun", "mon", "sat", "wed", "thu", "fri", "tue")
_ORDERED = ("gte", "lt", "gt", "lte", "eq", "ne")


def names(draw: st.DrawFn, scope: Scope) -> Any:
    """One name of an event, or a list of them."""
    if chance(draw, 16 if scope.is_plain else 8):
        return some(draw, _known(draw, scope), 3)
    strays = chance(draw, 6 if scope.is_plain else 2)
    return pick(draw, _known(draw, scope) if strays else scope.focus)


def focus(draw: st.DrawFn, scope: Scope) -> None:
    """Choose the events that what is drawn next mostly looks at."""
    scope.focus = some(draw, _known(draw, scope), 2)


def _known(draw: st.DrawFn, scope: Scope) -> list[str]:
    return [*USUAL, *list(scope.events) * 3, pick(draw, ACTIONS)]


def types_of(scope: Scope, selected: Any) -> frozenset[str]:
    """Types of the events that one name, or any of several, stands for."""
    every = [selected] if isinstance(selected, str) else selected
    return frozenset().union(*(scope.types_of(name) for name in every))


def names_undated(scope: Scope, selected: Any) -> bool:
    """Whether refunds at their own date do not go with one of the names."""
    every = [selected] if isinstance(selected, str) else selected
    return not scope.undated.isdisjoint(every)


def selector(draw: st.DrawFn, scope: Scope, event_type: str | None = None) -> Doc:
    """`event` and perhaps `where`; with a type, of events that can be of it."""
    if event_type is None:
        selected = names(draw, scope)
    else:
        known = scope.names_of(event_type, (*USUAL, *BASES))
        selected = some(draw, known, 2) if chance(draw, 10) else pick(draw, known)
    if chance(draw, 12 if scope.is_plain else 3):
        return {"event": selected, "where": where(draw, scope, types_of(scope, selected))}
    return {"event": selected}


def upon(draw: st.DrawFn, scope: Scope) -> Any:
    """Events as `upon` and the parts of patterns take them: names, or a filter."""
    is_filter = chance(draw, 12 if scope.is_plain else 3)
    return selector(draw, scope) if is_filter else names(draw, scope)


def where(draw: st.DrawFn, scope: Scope, types: frozenset[str]) -> Doc:
    """Tests of one or two fields that events of these types have."""
    tests: Doc = {}
    for _ in range(2 if chance(draw, 4) else 1):
        tests |= _test(draw, scope, pick(draw, sorted(types)))
    return tests


def _test(draw: st.DrawFn, scope: Scope, event_type: str) -> Doc:
    numbers = [f for f, kind in NUMBERS[event_type].items() if kind != "money" or scope.currency]
    lines = ["any_line", "any_line"] if event_type == "purchase" else []
    clock = ["hour", "weekday"]
    field = pick(draw, [*text_fields(event_type), *numbers, *numbers, *lines, *clock])
    if field == "any_line":
        return {field: line_tests(draw, scope)}
    if field == "hour":
        return {field: number_test(draw, scope, "number", HOURS)}
    if field == "weekday":
        tests: list[Any] = [*WEEKDAYS, {"ne": "sun"}, {"in": ["sat", "sun"]}, {"eq": "mon"}]
        return {field: pick(draw, tests)}
    if field in numbers:
        kind = NUMBERS[event_type][field]
        values = scope.money if kind == "money" else (2, 1, 3)
        return {field: number_test(draw, scope, kind, values)}
    is_free = field in MARKS[event_type]
    return {field: text_test(draw, texts_of(event_type, field), is_free=is_free)}


def number_test(draw: st.DrawFn, scope: Scope, kind: Kind, values: Sequence[Any]) -> Any:
    """A number or amount against one or two of the values; a bare value means `eq`."""
    ordered = scope.ordered(values, kind)
    match draw(st.integers(0, 9)):
        case 0:
            return pick(draw, values)
        case 1:
            low = draw(st.integers(0, len(ordered) - 2))
            return {"between": [ordered[low], ordered[-1]]}
        case 2:
            return {"in": some(draw, values, 2)}
        case 3:
            return {"is_set": draw(st.booleans())}
        case 4:
            return {"gte": pick(draw, values), "lt": pick(draw, values)}
    return {pick(draw, _ORDERED): pick(draw, values)}


def text_test(draw: st.DrawFn, values: Sequence[str], *, is_free: bool) -> Any:
    """A text against some of its values, or searched if it may hold anything."""
    match draw(st.integers(0, 9)):
        case 0 | 1 | 2:
            return pick(draw, values)
        case 3:
            return {"ne": pick(draw, values)}
        case 4:
            return {"in": some(draw, values, 2)}
        case 5:
            return {"is_set": draw(st.booleans())}
        case 6 | 7 if is_free:
            return {"mentions": pick(draw, TERMS)}
        case 8 if is_free:
            return {"matches": pick(draw, EXPRESSIONS)}
    return {"eq": pick(draw, values)}


def line_tests(draw: st.DrawFn, scope: Scope) -> Doc:
    """Tests of one or two fields of a line."""
    kinds: dict[str, Kind] = {**dict.fromkeys(LINE_TEXTS, "text"), "quantity": "number"}
    if scope.currency:
        kinds["amount"] = "money"
    tests: Doc = {}
    for field in some(draw, tuple(kinds), 2):
        if kinds[field] == "text":
            known = [value for value in LINE_TEXTS[field] if value]
            tests[field] = text_test(draw, known, is_free=True)
        else:
            values = scope.money if field == "amount" else LINE_QUANTITIES
            tests[field] = number_test(draw, scope, kinds[field], values)
    return tests


@st.composite
def named_events(draw: st.DrawFn, scope: Scope, name: str) -> Doc:
    """A named event, which is known to the scope from then on."""
    form = pick(draw, ("filter", "unless", "then", "steps"))
    if form == "filter":
        doc = selector(draw, scope)
        scope.events[name] = types_of(scope, doc["event"])
        if names_undated(scope, doc["event"]):
            scope.undated.add(name)
        return doc
    parts = [
        upon(draw, scope) for _ in range(2 if form != "steps" else pick(draw, (3, 2, 2, 3, 4)))
    ]
    doc = {"steps": parts} if form == "steps" else {"first": parts[0], form: parts[1]}
    types = [_types_of_part(scope, part) for part in parts]
    keyed = types[:1] if form == "unless" else types
    keys = [key for key in KEYS if all(_has_field(each, key) for each in keyed)]
    if keys and chance(draw, 2):
        doc["by"] = pick(draw, keys)
    scope.events[name] = types[0] if form == "unless" else types[-1]
    scope.undated.add(name)
    return doc | {"within": pick(draw, scope.windows)}


def _types_of_part(scope: Scope, part: Any) -> frozenset[str]:
    return types_of(scope, _names_of_part(part))


def _names_of_part(part: Any) -> Any:
    return part["event"] if isinstance(part, dict) else part


def _has_field(types: frozenset[str], field: str) -> bool:
    return any(field in text_fields(event_type) for event_type in types)
