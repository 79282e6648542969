"""Random conditions and measures for Hypothesis, out of the part that `model` covers."""

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from .values import Doc

WINDOWS = st.sampled_from(["1h", "2h", "1d", "2d", "30m"])
SPANS = st.sampled_from(["1h", "30m", "1d", "1d1h"])
ORDERED = st.sampled_from(["gte", "gt", "lt", "lte", "eq", "ne"])
EVENTS = ("purchase", "cart_add", "refund", "browse", "chat", "profile", "big", "asks", "left")
FIELDS = {
    "purchase": ("amount", "quantity", "discount"),
    "big": ("amount", "discount"),
    "cart_add": ("quantity", "value"),
    "chat": ("rating",),
    "refund": ("amount",),
}
WHERES: dict[str, list[Doc]] = {
    "purchase": [
        {"amount": {"gte": 20}},
        {"amount": {"lt": Decimal("19.99")}},
        {"channel": "web"},
        {"channel": {"ne": "web"}},
        {"cart_id": {"is_set": True}},
        {"kind": {"in": ["rental", "subscription"]}},
        {"any_line": {"category": "shoes", "quantity": {"gte": 2}}},
    ],
    "chat": [
        {"direction": "inbound"},
        {"text": {"mentions": "words"}},
        {"rating": {"between": [2, 4]}, "language": "en"},
    ],
    "browse": [{"action": {"in": ["cart_add", "page_view"]}}, {"cart_id": {"is_set": False}}],
    "cart_add": [{"value": {"gt": Decimal("10.5")}}, {"product_id": "p1"}],
    "left": [{"cart_id": {"is_set": True}}],
    "refund": [{"amount": {"gte": 20}}],
}


@st.composite
def conditions(draw: st.DrawFn, others: dict[str, Doc], depth: int = 2) -> Doc:
    """A condition; `others` are the tags that it may look at."""
    plain = st.one_of(_counted(), _summed(), _since(), _absent(), _attributes())
    if others:
        plain = st.one_of(plain, _looks(others))
    if depth == 0 or draw(st.integers(0, 3)) < 3:
        return draw(plain)
    parts = draw(st.lists(conditions(others, depth - 1), min_size=1, max_size=3))
    match draw(st.sampled_from(["not", "all", "any", "at_least", "condition"])):
        case "not":
            return {"not": parts[0]}
        case "at_least":
            return {"at_least": {"of": parts, "gte": draw(st.integers(1, len(parts)))}}
        case "condition":
            return {"condition": "bought"}
        case word:
            return {word: parts}


@st.composite
def _windows(draw: st.DrawFn) -> Doc:
    kind = draw(st.integers(0, 5))
    if kind == 5:
        return {"ever": True}
    return {"within": draw(WINDOWS)} | ({"ago": draw(WINDOWS)} if kind == 4 else {})


@st.composite
def _selectors(draw: st.DrawFn, names: tuple[str, ...] = EVENTS) -> Doc:
    name = draw(st.sampled_from(names))
    if name == "profile" and draw(st.booleans()):
        return {"event": ["purchase", "cart_add"]}
    where = draw(st.sampled_from([{}, {}, *WHERES.get(name, [])]))
    return {"event": name} | ({"where": where} if where else {})


@st.composite
def counts(draw: st.DrawFn) -> Doc:
    return {"count": draw(_selectors()) | draw(_windows())}


@st.composite
def sums(draw: st.DrawFn) -> Doc:
    selector = draw(_selectors(tuple(FIELDS)))
    fields = FIELDS.get(selector["event"], ()) if isinstance(selector["event"], str) else ()
    field = draw(st.sampled_from(fields))
    if field == "quantity" and "any_line" in selector.get("where", {}):
        field = "amount"
    spec = selector | {"of": field} | draw(_windows())
    if field == "amount" and selector["event"] in ("purchase", "big"):
        spec |= draw(st.sampled_from([{}, {}, {"refunds": "by_date"}, {"refunds": "ignore"}]))
    return {"sum": spec}


@st.composite
def _counted(draw: st.DrawFn) -> Doc:
    word: Any = draw(st.one_of(ORDERED, st.sampled_from(["between", "in"])))
    right: dict[str, Any] = {"between": [1, 3], "in": [0, 2]}
    return draw(counts()) | {word: right.get(word, draw(st.integers(0, 3)))}


@st.composite
def _summed(draw: st.DrawFn) -> Doc:
    threshold = st.sampled_from([20, 0, Decimal("19.99"), 40, 2, Decimal("1.5")])
    return draw(sums()) | {draw(ORDERED): draw(threshold)}


@st.composite
def _since(draw: st.DrawFn) -> Doc:
    measure = {draw(st.sampled_from(["since", "since_first"])): draw(_selectors())}
    if draw(st.integers(0, 4)) == 4:
        return measure | {"between": ["30m", draw(st.sampled_from(["1h", "2d"]))]}
    return measure | {draw(ORDERED): draw(SPANS)}


@st.composite
def _absent(draw: st.DrawFn) -> Doc:
    new = draw(st.sampled_from([{}, {"include_new": True}]))
    return {"absent": draw(_selectors()) | {"within": draw(WINDOWS)} | new}


def _attributes() -> st.SearchStrategy[Doc]:
    return st.sampled_from(
        [
            {"attribute": "city", "eq": "Ulm"},
            {"attribute": "city", "ne": "Ulm"},
            {"attribute": "city", "in": "cities"},
            {"attribute": "city", "is_set": False},
            {"attribute": "referrals", "gte": 2},
            {"attribute": "referrals", "lt": Decimal("2.5")},
            {"attribute": "loyalty", "ne": "gold"},
            {"attribute": "consent_sms", "eq": True},
        ]
    )


@st.composite
def _looks(draw: st.DrawFn, others: dict[str, Doc]) -> Doc:
    name = draw(st.sampled_from(sorted(others)))
    match others[name].get("form", "flag"):
        case "text":
            test: Doc = draw(st.sampled_from([{"eq": "high"}, {"ne": "high"}, {"is_set": False}]))
        case "number":
            tests = [{"gte": 2}, {"lt": 2}, {"is_set": True}]
            if "step" in others[name]:
                tests = [{"gte": "30m"}, {"lt": "1d"}, {"is_set": True}]
            test = draw(st.sampled_from(tests))
        case _:
            test = {"eq": draw(st.booleans())}
    return {"tag": name} | test
