"""Small valid packs for Hypothesis, out of the part of the language that `model` covers."""

from hypothesis import strategies as st

from .condition_strategies import EVENTS, SPANS, WINDOWS, conditions, counts, sums
from .values import Doc

AMOUNTS = (1000, 0, 1999, 2000, 5000)
CURRENCY = "EUR"
NAMES = ("a", "b", "c", "d", "e")
ENDLESS = ("ever", "since_first")


@st.composite
def packs(draw: st.DrawFn) -> Doc:
    """A pack of one to five tags; some look at others."""
    names = draw(st.permutations(NAMES))[: draw(st.integers(1, len(NAMES)))]
    tags: dict[str, Doc] = {}
    for number, name in enumerate(names):
        tag = draw(_tags(tags))
        tags[name] = {
            "title": {"en": f"Tag {name}", "zh": f"标签 {name}"},
            "priority": number,
        } | tag
    pattern: Doc = {
        "first": {"event": draw(st.sampled_from(["cart_add", "purchase", "browse"]))},
        "unless": {"event": draw(st.sampled_from([["purchase", "checkout_start"], "browse"]))},
        "within": draw(WINDOWS),
    }
    if draw(st.booleans()):
        pattern["by"] = "cart_id"
    return {
        "pack": "generated",
        "category": "test/generated",
        "currency": CURRENCY,
        "defaults": {"owner": "growth", "layer": "core"},
        "lists": {"words": ["vitamin", "维生素", "退款"], "cities": ["Beijing", "Shanghai"]},
        "attributes": {"loyalty": {"type": "text"}},
        "events": {
            "big": {"event": "purchase", "where": {"amount": {"gte": 20}}},
            "asks": {
                "event": "chat",
                "where": {"direction": "inbound", "text": {"mentions": "words"}},
            },
            "left": pattern,
        },
        "conditions": {
            "bought": {"count": {"event": "purchase", "within": draw(WINDOWS)}, "gte": 1}
        },
        "tags": tags,
    }


@st.composite
def _tags(draw: st.DrawFn, others: dict[str, Doc]) -> Doc:
    form = draw(st.sampled_from(["state", "upon", "latch", "text", "number", "only"]))
    tag: Doc = {}
    match form:
        case "only":
            return {"manual": "only"} | draw(st.sampled_from([{}, {"manual_roles": ["manager"]}]))
        case "text":
            tag = draw(_text(others))
        case "number":
            tag = draw(_number())
        case "state":
            tag = draw(_state(others))
        case "latch":
            tag = {"assign": {"when": draw(conditions(others))}}
            tag |= {"remove": {"when": draw(conditions(others))}} | draw(_expiry())
        case "upon":
            tag = draw(_upon(others))
    tag |= draw(st.sampled_from([{}, {}, {"manual": "forbidden"}, {"manual_roles": ["manager"]}]))
    return tag | draw(st.sampled_from([{}, {}, {}, {"status": "experimental"}]))


@st.composite
def _text(draw: st.DrawFn, others: dict[str, Doc]) -> Doc:
    names = ["high", "middle", "low"][: draw(st.integers(1, 3))]
    values: Doc = {name: {"when": draw(conditions(others))} for name in names}
    if draw(st.booleans()):
        values["rest"] = {"otherwise": True}
    return {"form": "text", "values": values}


@st.composite
def _number(draw: st.DrawFn) -> Doc:
    if draw(st.integers(0, 3)) == 3:
        word = draw(st.sampled_from(["since", "since_first"]))
        event = draw(st.sampled_from(EVENTS))
        return {"form": "number", "value": {word: {"event": event}}, "step": draw(SPANS)}
    value = draw(st.one_of(counts(), sums(), st.just({"attribute": "referrals"})))
    return {"form": "number", "value": value}


@st.composite
def _state(draw: st.DrawFn, others: dict[str, Doc]) -> Doc:
    when = draw(conditions(others))
    tag: Doc = {"assign": {"when": when}}
    endless = any(word in str(when) for word in ENDLESS)
    ending = draw(st.sampled_from(["expiry", "sticky"] if endless else ["", "expiry", "sticky"]))
    if ending == "sticky":
        return tag | {"sticky": True}
    if draw(st.booleans()):
        tag["remove"] = {"upon": draw(st.sampled_from(EVENTS))}
        if draw(st.booleans()):
            tag["remove"]["when"] = draw(conditions(others))
    return tag | (draw(_expiry(certain=True)) if ending else {})


@st.composite
def _upon(draw: st.DrawFn, others: dict[str, Doc]) -> Doc:
    assign: Doc = {"upon": draw(st.sampled_from(EVENTS))}
    if draw(st.booleans()):
        assign["when"] = draw(conditions(others))
    ending = draw(st.sampled_from(["upon", "when", "expiry", "sticky", "both"]))
    tag: Doc = {"assign": assign}
    if ending == "sticky":
        return tag | {"sticky": True}
    if ending == "when":
        tag["remove"] = {"when": draw(conditions(others))}
    elif ending != "expiry":
        tag["remove"] = {"upon": draw(st.sampled_from(EVENTS))}
        if ending == "both":
            tag["remove"]["when"] = draw(conditions(others))
    return tag | draw(_expiry(certain=ending == "expiry"))


@st.composite
def _expiry(draw: st.DrawFn, *, certain: bool = False) -> Doc:
    if not certain and draw(st.booleans()):
        return {}
    return {"expires_after": draw(WINDOWS)} | draw(st.sampled_from([{}, {"renew": True}]))
