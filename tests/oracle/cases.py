"""Packs, a history for them, and an end: what one comparison is drawn from."""

from pathlib import Path

from hypothesis import strategies as st

from .pack_strategies import AMOUNTS, CURRENCY, packs
from .packs import load
from .strategies import LONG_SPANS_MS, SHORT_SPANS_MS, Setting, histories, untils
from .values import Doc

Case = tuple[list[Doc], list[Doc], int | None]
RULES = Path(__file__).parents[2] / "rules"


def all_published(document: Doc) -> Doc:
    """The pack as `replay --all` takes it: experimental tags like the others."""
    tags = {
        name: {word: value for word, value in tag.items() if word != "status"}
        for name, tag in document["tags"].items()
    }
    return document | {"tags": tags}


SHIPPED = [
    all_published(load(path)) for path in sorted(RULES.glob("*.yaml")) if ".test." not in path.name
]
SHIPPED_AMOUNTS = (1000, 0, 9999, 10_000, 25_000, 30_000, 50_000, 100_000)


_SPENT = {"event": "purchase", "of": "amount", "within": "1d"}
_DEAR = {**_SPENT, "where": {"amount": {"gte": 10}}}
CORNERS: Doc = {
    "pack": "generated",
    "category": "test/corners",
    "currency": CURRENCY,
    "defaults": {"owner": "growth", "layer": "core"},
    "events": {
        "left": {
            "first": {"event": "cart_add"},
            "unless": {"event": ["purchase", "checkout_start"]},
            "by": "cart_id",
            "within": "30m",
        }
    },
    "tags": {
        "bought": {"form": "number", "value": {"count": {"event": "purchase", "within": "1d"}}},
        "dear": {"form": "number", "value": {"sum": _DEAR}},
        "left_carts": {"form": "number", "value": {"count": {"event": "left", "ever": True}}},
        "quiet": {
            "form": "text",
            "values": {
                "hours": {"when": {"since": {"event": "purchase"}, "between": ["1h", "1d"]}},
                "days": {"when": {"since": {"event": "purchase"}, "gt": "1d"}},
            },
        },
        "spent": {"form": "number", "value": {"sum": _SPENT}},
        "vip": {"assign": {"when": {"sum": _SPENT, "between": [20, 50]}}},
    },
}


def setting_of(documents: list[Doc], spans_ms: tuple[int, ...]) -> Setting:
    tags = {name: tag for document in documents for name, tag in document["tags"].items()}
    is_generated = documents[0]["pack"] == "generated"
    if is_generated:
        return Setting(spans_ms, CURRENCY, AMOUNTS, tags)
    return Setting(spans_ms, "USD", SHIPPED_AMOUNTS, tags)


def _case(documents: list[Doc], spans_ms: tuple[int, ...]) -> st.SearchStrategy[Case]:
    setting = setting_of(documents, spans_ms)
    return st.tuples(st.just(documents), histories(setting), untils(setting))


def corner_cases() -> st.SearchStrategy[Case]:
    """A pack whose rules meet where the readings differ: carts with and without a key, orders in
    parts, bands that touch, values by hand."""
    return _case([CORNERS], SHORT_SPANS_MS)


def generated_cases() -> st.SearchStrategy[Case]:
    """One random pack."""
    return packs().flatmap(lambda pack: _case([pack], SHORT_SPANS_MS))


def shipped_cases() -> st.SearchStrategy[Case]:
    """The packs that are shipped, together."""
    return _case(SHIPPED, LONG_SPANS_MS)
