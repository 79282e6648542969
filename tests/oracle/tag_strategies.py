"""Random tags of every form, with every life that the language allows them."""

from collections.abc import Callable
from datetime import timedelta

from hypothesis import strategies as st

from .condition_strategies import conditions, may_stay
from .draws import chance, pick, weighted
from .material import Kind
from .measure_strategies import kinds, measure
from .scope import Scope, Shown
from .selector_strategies import focus, upon
from .values import Doc, duration

VALUES = ("high", "middle", "low", "其他")
MOVING = ("since", "since_first", "tag_age")
"""Measures whose number tag has a step; a ratio of them cannot be a number tag."""
STEPS = ("1d", "12h", "1d1h", "6h")
ROLES: tuple[Doc, ...] = (
    {},
    {},
    {"manual_roles": ["manager"]},
    {"manual_roles": ["agent", "boss"]},
)


@st.composite
def tags(draw: st.DrawFn, scope: Scope, name: str) -> Doc:
    """A tag, which the other tags of the folder may look at from then on."""
    focus(draw, scope)
    make: Callable[[], tuple[Doc, Shown]] = weighted(
        draw,
        [
            (5, lambda: lambda: _flag(draw, scope)),
            (2, lambda: lambda: _text(draw, scope)),
            (4, lambda: lambda: _number(draw, scope)),
        ],
    )
    doc, shown = make()
    doc |= _management(draw, scope, doc)
    scope.tags[name] = shown
    return doc


def _management(draw: st.DrawFn, scope: Scope, tag: Doc) -> Doc:
    """Layer, status, last day, and who may set the tag by hand."""
    doc: Doc = {}
    if chance(draw, 6) and not tag.get("sticky"):
        day = pick(draw, scope.era.dates) + timedelta(days=pick(draw, (0, 1, 2)))
        doc["ends_on"] = day.isoformat()
    ends = "ends_on" in doc or "expires_after" in tag
    if chance(draw, 8):
        doc["layer"] = pick(
            draw, ("core", "extended", "temporary") if ends else ("core", "extended")
        )
    if chance(draw, 6):
        doc["status"] = pick(draw, ("stable", "experimental", "deprecated"))
        if doc["status"] == "deprecated" and scope.tags:
            doc["replaced_by"] = pick(draw, sorted(scope.tags))
    if chance(draw, 5) and tag.get("manual") != "only":
        doc["manual"] = pick(draw, ("allowed", "forbidden"))
    if chance(draw, 10):
        doc |= {"description": "A tag", "purpose": "Proof", "colour": "#2e7d32", "owner": "ops"}
    return doc | pick(draw, ROLES)


def _text(draw: st.DrawFn, scope: Scope) -> tuple[Doc, Shown]:
    names = VALUES[: pick(draw, (2, 1, 3))]
    shown = Shown("text", names)
    if chance(draw, 12):
        bands = {name: {"when": draw(conditions(scope, 0))} for name in names}
        return {"form": "text", "values": bands}, shown
    values: Doc = {name: {"when": draw(conditions(scope))} for name in names}
    if chance(draw, 2):
        values["rest"] = {"otherwise": True}
    return {"form": "text", "values": values}, Shown("text", tuple(values))


def _number(draw: st.DrawFn, scope: Scope) -> tuple[Doc, Shown]:
    wanted: list[Kind] = [kind for kind in kinds(scope) if kind not in ("text", "truth")]
    moving = not chance(draw, 3)
    value = measure(draw, scope, pick(draw, wanted), still=not moving, ratios_deep=9 * moving)
    doc: Doc = {"form": "number", "value": value.doc}
    if value.kind != "duration":
        return doc, Shown("number", (1, 2, 3, 20))
    if any(word in value.doc for word in MOVING) or chance(draw, 4):
        doc["step"] = pick(draw, STEPS)
    return doc, Shown("duration", ("6h", "12h", "1d", "2d"))


def _flag(draw: st.DrawFn, scope: Scope) -> tuple[Doc, Shown]:
    shown = Shown("truth", (True, False))
    form: Doc = {"form": "flag"} if chance(draw, 12) else {}
    if chance(draw, 14):
        return form | {"manual": "only"}, shown
    doc = draw(_by_events(scope) if chance(draw, 2) else _by_state(scope))
    if chance(draw, 4) and not doc.get("sticky"):
        longest = duration(doc["expires_after"]) if "expires_after" in doc else None
        spans = [each for each in scope.windows if longest is None or duration(each) <= longest]
        doc["keep_at_least"] = pick(draw, spans)
    if chance(draw, 4) and not doc.get("sticky"):
        doc["cool_down"] = pick(draw, scope.windows)
    return form | doc, shown


@st.composite
def _by_state(draw: st.DrawFn, scope: Scope) -> Doc:
    when = draw(conditions(scope))
    doc: Doc = {"assign": {"when": when}}
    if chance(draw, 4):
        doc["hold_for"] = pick(draw, scope.windows)
    if chance(draw, 10):
        return doc | {"sticky": True}
    removal = _removal(draw, scope) if chance(draw, 2) else {}
    must_end = not removal and may_stay(scope, when)
    return doc | removal | _expiry(draw, scope, must_end=must_end)


@st.composite
def _by_events(draw: st.DrawFn, scope: Scope) -> Doc:
    assign: Doc = {"upon": upon(draw, scope)}
    if chance(draw, 3):
        assign["when"] = draw(conditions(scope, 1))
    doc: Doc = {"assign": assign}
    if chance(draw, 10):
        return doc | {"sticky": True}
    removal = {} if chance(draw, 3) else _removal(draw, scope)
    if removal.get("remove", {}).get("upon") == assign["upon"]:
        focus(draw, scope)
        removal["remove"]["upon"] = upon(draw, scope)
    return doc | removal | _expiry(draw, scope, must_end=not removal)


def _removal(draw: st.DrawFn, scope: Scope) -> Doc:
    match pick(draw, ("upon", "when", "both")):
        case "upon":
            return {"remove": {"upon": upon(draw, scope)}}
        case "when":
            return {"remove": {"when": draw(conditions(scope, 1))}}
    return {"remove": {"upon": upon(draw, scope), "when": draw(conditions(scope, 1))}}


def _expiry(draw: st.DrawFn, scope: Scope, *, must_end: bool) -> Doc:
    if not must_end and chance(draw, 2):
        return {}
    renew: tuple[Doc, ...] = ({}, {"renew": True}, {"renew": True}, {"renew": False})
    return {"expires_after": pick(draw, scope.windows)} | pick(draw, renew)
