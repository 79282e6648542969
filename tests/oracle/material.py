"""What generated packs and histories are made of: names of events, their fields, and few values
for each, so that rules and events meet often.

`KINDS` says what may be compared with what: number, money, duration, text or truth.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Literal

from .draws import LEFT_OUT
from .happenings import ACTIONS
from .values import minor_units

Kind = Literal["number", "money", "duration", "text", "truth"]

BASES: Mapping[str, str] = {
    **dict.fromkeys(("purchase", "refund"), "purchase"),
    "chat": "chat",
    "browse": "browse",
    **dict.fromkeys(ACTIONS, "browse"),
    "profile": "profile",
}
"""Event names that every pack knows, with the type of such an event."""

TEXTS = (
    "vitamin",
    "hello",
    "Any vitamins in stock?",
    "multivitamin",
    "有维生素吗",
    "I want a refund, it is BROKEN",
    "东西太差，要退款",
    "维生素vitamin都要",
    "ＶＩＴＡＭＩＮ  shop 24",
    "",
)
TERMS: tuple[Any, ...] = ("vitamin", "维生素", ["refund", "退款"], "words", "want  a", "vitaminS")
EXPRESSIONS = (
    "vitamin",
    "(?i)VITAMIN",
    "维生素|退款",
    "^h",
    r"\d+$",
    r"\bstock\b",
    "[A-Z]{3,}",
    "^o?1?$",
)

LISTS: Mapping[str, tuple[Any, ...]] = {
    "words": ("vitamin", "维生素", "退款"),
    "cities": ("Beijing", "Shanghai"),
    "small": (0, 2, Decimal("1.5")),
    "spans": ("1h", "1d"),
}

ABSENT = (LEFT_OUT,)
EMPTY = (LEFT_OUT, "")
UNSET = (LEFT_OUT, None)
CARTS = (*UNSET, "k1", "k1", "k1", "k2", "")
MARKS: Mapping[str, Mapping[str, tuple[Any, ...]]] = {
    "purchase": {
        "order_id": ("o1", "o1", "o2", ""),
        "cart_id": CARTS,
        "channel": (*EMPTY, "web", "shop"),
        "store_id": (*ABSENT, "s1"),
        "coupon_id": (*UNSET, "u1"),
        "campaign_id": (*UNSET, "m1"),
        "source": (*ABSENT, *ABSENT, "till"),
    },
    "browse": {
        "cart_id": CARTS,
        "product_id": (*UNSET, "p1", "p2"),
        "category": (*UNSET, "shoes", "鞋"),
        "session_id": (*EMPTY, "v1", "v2"),
        "page": (*ABSENT, "/sale"),
        "query": (*UNSET, "red shoes"),
        "device": (*ABSENT, "phone"),
        "campaign_id": (*UNSET, "m1"),
        "source": (*ABSENT, *ABSENT, "till"),
    },
    "chat": {
        "conversation_id": ("v1", "v1", "v2", ""),
        "text": TEXTS,
        "channel": (*ABSENT, "web", "shop"),
        "language": (*UNSET, "en", "zh"),
        "agent_id": (*UNSET, "a1"),
        "source": (*ABSENT, *ABSENT, "till"),
    },
    "profile": {"source": (*ABSENT, *ABSENT, "till")},
}
"""Free texts of an event."""

CLOSED: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "purchase": {"kind": ("sale", "rental", "subscription")},
    "browse": {"action": ("cart_add", "page_view")},
    "chat": {"direction": ("inbound", "outbound")},
    "profile": {},
}
"""Texts of an event that are one of few."""

AMOUNTS_MINOR = (1000, 2000, 0, 1999, 500)
CURRENCIES = ("EUR", "JPY", "KWD")
QUANTITIES = (1, 2, 0.5, 0.1, 0.2)

NUMBERS: Mapping[str, Mapping[str, Kind]] = {
    "purchase": {"amount": "money", "discount": "money", "profit": "money", "cost": "money"},
    "browse": {"value": "money", "quantity": "number"},
    "chat": {"rating": "number"},
    "profile": {},
}
"""Fields that a `where` compares as numbers."""

MEASURED: Mapping[str, Mapping[str, Kind]] = {
    **NUMBERS,
    "purchase": {**NUMBERS["purchase"], "quantity": "number"},
}
"""Fields that measures add or choose from; a purchase's quantity is that of its lines."""

LINE_TEXTS: Mapping[str, tuple[str, ...]] = {
    "category": ("shoes", "hats"),
    "product_id": ("p1", "p2"),
    "brand": ("", "acme"),
}

ATTRIBUTES: Mapping[str, tuple[str, Sequence[Any]]] = {
    "city": ("text", ("Beijing", "Ulm", None, "")),
    "referrals": ("number", (2, 0, 2.5, None)),
    "consent_sms": ("boolean", (True, False)),
    "consent_email": ("boolean", (True, None)),
    "consent_push": ("boolean", (False, True, "no")),
    "loyalty": ("text", ("gold", "tin", 3, "")),
    "points": ("number", (1, 1.5, 2, True, "2")),
    "vip": ("boolean", (True, False, "yes")),
}
"""Known and declared attributes with what profiles say of them, sometimes of a wrong type."""
PLAIN_ATTRIBUTES = (
    *("sex", "region", "city_tier", "industry", "occupation", "company", "company_role"),
    *("segment", "channel", "time_zone", "language"),
)
"""Known texts like any other."""
PLAIN_VALUES = ("low", "high")
DECLARED = ("loyalty", "points", "vip", "joined")
DATES = ("birth_date", "registered_at", "joined")
"""Attributes that have anniversaries."""


def major(minor: int, currency: str) -> Decimal:
    """A pack's spelling of so many minor units."""
    return Decimal(minor) / minor_units(currency)


def texts_of(event_type: str, field: str) -> tuple[str, ...]:
    """Values that a rule may compare this field with."""
    if field == "currency":
        return CURRENCIES
    if field == "kind":
        return (*CLOSED[event_type][field], "refund")
    values = CLOSED[event_type].get(field) or MARKS[event_type][field]
    return tuple(dict.fromkeys(v for v in values if isinstance(v, str) and v)) or ("none",)


def text_fields(event_type: str) -> tuple[str, ...]:
    money = ("currency",) if event_type == "purchase" else ()
    return (*CLOSED[event_type], *MARKS[event_type], *money)


def keys_in(node: Any) -> Iterator[str]:
    """Every word that stands before a colon in a document."""
    if isinstance(node, dict):
        yield from node
    for below in _below(node):
        yield from keys_in(below)


def texts_in(node: Any) -> Iterator[str]:
    """Every text that stands as a value in a document."""
    if isinstance(node, str):
        yield node
    for below in _below(node):
        yield from texts_in(below)


def _below(node: Any) -> Iterable[Any]:
    if isinstance(node, dict):
        return node.values()
    return node if isinstance(node, list) else ()
