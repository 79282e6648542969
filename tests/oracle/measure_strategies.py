"""Random measures: every word of the language, each in every window that it may have."""

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from .draws import chance, pick, weighted
from .material import (
    ATTRIBUTES,
    CLOSED,
    DATES,
    DECLARED,
    LINE_TEXTS,
    MEASURED,
    PLAIN_ATTRIBUTES,
    PLAIN_VALUES,
    Kind,
    text_fields,
    texts_of,
)
from .scope import Measured, Scope, Shown
from .selector_strategies import line_tests, names_undated, selector
from .values import Doc

PERIODS = ("day", "week", "month", "quarter", "year")
NUMERIC: Sequence[Kind] = ("number", "duration", "money")
NETTED = ("amount", "profit")
MOST_RATIOS_DEEP = 2
COUNTS = (1, 2, 0, 3)
"""Values around which small numbers turn."""


def measure(
    draw: st.DrawFn, scope: Scope, kind: Kind, *, still: bool = False, ratios_deep: int = 0
) -> Measured:
    """A measure of this kind; `still` leaves out those that move all the time."""
    if kind in NUMERIC and ratios_deep < MOST_RATIOS_DEEP and chance(draw, 10):
        return _ratio(draw, scope, kind, still, ratios_deep + 1)
    match kind:
        case "number":
            return _number(draw, scope)
        case "money":
            return _of_field(draw, scope, "money")
        case "duration":
            return _duration(draw, scope, still)
        case "text":
            return _text(draw, scope)
    return _truth(draw, scope)


def kinds(scope: Scope) -> Sequence[Kind]:
    """Kinds that a rule of this pack may compare, the usual ones more often."""
    usual: list[Kind] = ["number", "duration", "number", "text", "truth"]
    return [*usual, "money", "money"] if scope.currency else usual


def _number(draw: st.DrawFn, scope: Scope) -> Measured:
    tags = _tags(scope, "number")
    looks = [(3, lambda: _tag(draw, tags))] if tags else []
    return weighted(
        draw,
        [
            (3, lambda: _count(draw, scope)),
            (4, lambda: _of_field(draw, scope, "number")),
            (3, lambda: _distinct(draw, scope)),
            (2, lambda: _attribute(draw, scope, "number")),
            *looks,
        ],
    )


def _duration(draw: st.DrawFn, scope: Scope, still: bool) -> Measured:
    parts = [
        (
            2,
            lambda: _spec(
                scope, {"interval": selector(draw, scope) | window(draw, scope)}, "duration"
            ),
        ),
        (3, lambda: _response_time(draw, scope)),
    ]
    tags = _tags(scope, "duration")
    if tags:
        parts.append((2, lambda: _tag(draw, tags)))
    if not still:
        parts.append((5, lambda: _since(draw, scope)))
        if scope.tags:
            parts.append((3, lambda: _tag_age(draw, scope)))
    return weighted(draw, parts)


def _text(draw: st.DrawFn, scope: Scope) -> Measured:
    tags = _tags(scope, "text")
    looks = [(3, lambda: _tag(draw, tags))] if tags else []
    return weighted(
        draw,
        [
            (3, lambda: _attribute(draw, scope, "text")),
            (2, lambda: _picked_text(draw, scope)),
            *looks,
        ],
    )


def _truth(draw: st.DrawFn, scope: Scope) -> Measured:
    tags = _tags(scope, "truth")
    if tags and not chance(draw, 4):
        return _tag(draw, tags)
    return _attribute(draw, scope, "truth")


def window(draw: st.DrawFn, scope: Scope, *, ever: bool = True) -> Doc:
    """Which time a measure looks at; without `ever` it has a beginning."""
    words = ("within", "within", "this", "ago", "within", "previous", "ever")
    match pick(draw, words if ever else words[:-1]):
        case "within":
            return {"within": pick(draw, scope.windows)}
        case "ago":
            return {"within": pick(draw, scope.windows), "ago": pick(draw, scope.windows)}
        case "ever":
            return {"ever": True}
        case word:
            return {word: pick(draw, PERIODS)}


def _spec(scope: Scope, doc: Doc, kind: Kind) -> Measured:
    return Measured(doc, kind, scope.durations if kind == "duration" else COUNTS)


def _count(draw: st.DrawFn, scope: Scope) -> Measured:
    return _spec(scope, {"count": selector(draw, scope) | window(draw, scope)}, "number")


def _since(draw: st.DrawFn, scope: Scope) -> Measured:
    word = pick(draw, ("since", "since_first"))
    looks_at = window(draw, scope) if chance(draw, 2) else {}
    return _spec(scope, {word: selector(draw, scope) | looks_at}, "duration")


def _response_time(draw: st.DrawFn, scope: Scope) -> Measured:
    whose = pick(draw, ({}, {"of": "agent"}, {"of": "customer"}))
    return _spec(scope, {"response_time": whose | window(draw, scope, ever=False)}, "duration")


def _of_field(draw: st.DrawFn, scope: Scope, kind: Kind) -> Measured:
    """A number or amount of events, added, averaged or picked."""
    fields = [(t, f) for t, of in MEASURED.items() for f, k in of.items() if k == kind]
    if kind == "money":
        fields += [("purchase", "amount"), ("purchase", "amount"), ("purchase", "profit")]
    event_type, field = pick(draw, fields)
    values: Sequence[Any] = scope.money if kind == "money" else COUNTS
    word = pick(draw, ("sum", "sum", "avg", "min", "max", "earliest", "latest"))
    spec = _events_with(draw, scope, event_type, field) | window(draw, scope)
    if field in NETTED and word in ("sum", "avg", "min", "max"):
        dated = word in ("sum", "avg") and not names_undated(scope, spec["event"])
        refunds = ["by_order", "ignore", "by_date"][: 3 if dated else 2]
        if chance(draw, 2):
            spec["refunds"] = pick(draw, refunds)
    return Measured({word: spec}, kind, values)


def _distinct(draw: st.DrawFn, scope: Scope) -> Measured:
    event_type = pick(draw, ("purchase", "browse", "purchase", "chat"))
    lines = [*LINE_TEXTS, *LINE_TEXTS] if event_type == "purchase" else []
    dates = ["day", "week", "month", "day", "day"]
    field = pick(draw, [*lines, *dates, *text_fields(event_type)])
    spec = _events_with(draw, scope, event_type, field) | window(draw, scope, ever=False)
    return _spec(scope, {"distinct": spec}, "number")


def _events_with(draw: st.DrawFn, scope: Scope, event_type: str, field: str) -> Doc:
    """A filter of events of this type with the field to look at; a field of lines sometimes of
    some lines alone."""
    spec = selector(draw, scope, event_type)
    if event_type == "purchase" and field in (*LINE_TEXTS, "quantity") and chance(draw, 3):
        spec["where"] = spec.get("where", {}) | {"any_line": line_tests(draw, scope)}
    return spec | {"of": field}


def _picked_text(draw: st.DrawFn, scope: Scope) -> Measured:
    event_type = pick(draw, ("purchase", "browse", "chat", "profile"))
    field = pick(draw, text_fields(event_type))
    spec = selector(draw, scope, event_type) | {"of": field} | window(draw, scope)
    word = pick(draw, ("latest", "earliest"))
    values = texts_of(event_type, field)
    return Measured({word: spec}, "text", values, is_closed=field in CLOSED[event_type])


def _ratio(draw: st.DrawFn, scope: Scope, kind: Kind, still: bool, ratios_deep: int) -> Measured:
    """Of one kind by a number, or of two measures of one kind."""
    upper: Kind = kind
    lower: Kind = "number"
    if kind == "number":
        upper = lower = pick(draw, NUMERIC if scope.currency else NUMERIC[:2])
    of, to = (
        measure(draw, scope, part, still=still, ratios_deep=ratios_deep).doc
        for part in (upper, lower)
    )
    values: dict[Kind, Sequence[Any]] = {"money": scope.money, "duration": scope.durations}
    return Measured({"ratio": {"of": of, "to": to}}, kind, values.get(kind, COUNTS))


def age() -> Measured:
    """Full years."""
    return Measured({"attribute": "age"}, "number", (18, 17, 19))


def date_attribute(draw: st.DrawFn, scope: Scope) -> Measured:
    """An attribute that is a date as a rule."""
    dates = [name for name in DATES if name not in DECLARED or name in scope.declared]
    return Measured({"attribute": pick(draw, dates)}, "text", ("2008-02-29", "none"))


def _attribute(draw: st.DrawFn, scope: Scope, kind: Kind) -> Measured:
    if kind == "number" and chance(draw, 2):
        return age()
    typed = {"boolean": "truth"}
    known = [
        name
        for name, (said, _) in ATTRIBUTES.items()
        if typed.get(said, said) == kind and (name not in DECLARED or name in scope.declared)
    ]
    if kind == "text" and chance(draw, 6):
        return date_attribute(draw, scope)
    if kind == "text" and chance(draw, 2):
        return Measured({"attribute": pick(draw, PLAIN_ATTRIBUTES)}, "text", PLAIN_VALUES)
    name = pick(draw, known)
    kinds: dict[str, tuple[type, ...]] = {"text": (str,), "number": (int, float), "truth": (bool,)}
    wanted = kinds[kind]
    values = [v for v in ATTRIBUTES[name][1] if isinstance(v, wanted) and v != ""]
    return Measured({"attribute": name}, kind, values if kind != "number" else COUNTS)


def _tags(scope: Scope, kind: Kind) -> dict[str, Shown]:
    return {name: shown for name, shown in scope.tags.items() if shown.kind == kind}


def _tag(draw: st.DrawFn, tags: dict[str, Shown]) -> Measured:
    name = pick(draw, sorted(tags))
    return Measured({"tag": name}, tags[name].kind, tags[name].values, is_closed=True)


def _tag_age(draw: st.DrawFn, scope: Scope) -> Measured:
    return _spec(scope, {"tag_age": pick(draw, sorted(scope.tags))}, "duration")
