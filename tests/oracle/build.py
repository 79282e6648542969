"""Short ways to write events and packs down in tests, and to read what follows from them.

`at` is in milliseconds since the epoch.
"""

from typing import Any

from .model import simulate
from .values import Doc

SECOND = 1000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
T0 = 1_772_323_200_000
"""2026-03-01T00:00:00Z."""


def purchase(at: int, amount: int = 1000, **fields: Any) -> Doc:
    """A sale of `amount` cents."""
    words = {"order_id": "", "kind": "sale", "amount_minor": amount, "currency": "EUR"}
    return _event("purchase", at, words | fields)


def refund(at: int, amount: int, order_id: str, **fields: Any) -> Doc:
    """`amount` cents given back."""
    return purchase(at, amount, kind="refund", order_id=order_id, **fields)


def browse(at: int, action: str = "page_view", **fields: Any) -> Doc:
    return _event("browse", at, {"action": action} | fields)


def cart(at: int, cart_id: str | None = "k", **fields: Any) -> Doc:
    """Something put into a cart."""
    return browse(at, "cart_add", cart_id=cart_id, **fields)


def chat(at: int, text: str, direction: str = "inbound", **fields: Any) -> Doc:
    words = {"conversation_id": "v", "direction": direction, "text": text}
    return _event("chat", at, words | fields)


def profile(at: int, **attributes: Any) -> Doc:
    return _event("profile", at, {"attributes": attributes})


def command(at: int, op: str, tag: str, **fields: Any) -> Doc:
    own_id = f"command-{at}-{op}-{tag}"
    words = {"command_id": own_id, "customer_id": "c", "issued_at": at, "op": op, "tag": tag}
    return {"type": "command", "actor": "ann", "role": "manager", "reason": ""} | words | fields


def pack(tags: Doc, **words: Any) -> Doc:
    """A pack in euros with these tags."""
    return {
        "pack": "shop",
        "category": "test/oracle",
        "currency": "EUR",
        "defaults": {"owner": "growth", "layer": "core"},
        **words,
        "tags": tags,
    }


def flag(when: Doc, **words: Any) -> Doc:
    """A tag held in a state."""
    return {"assign": {"when": when}, **words}


def number(measure: Doc, **words: Any) -> Doc:
    """A tag that follows a measure."""
    return {"form": "number", "value": measure, **words}


def told(
    tags: Doc, events: list[Doc], until: int | None = None, /, **words: Any
) -> list[tuple[Any, ...]]:
    """(tag, op, value, milliseconds after `T0`, cause) of every change."""
    result = simulate([pack(tags, **words)], events, until)
    return [
        (c["tag"], c["op"], c["value"], c["effective_at"] - T0, c["cause"]) for c in result.changes
    ]


def ops(changes: list[tuple[Any, ...]]) -> list[tuple[str, int, str]]:
    """(op, milliseconds after `T0`, cause) of what was told."""
    return [(op, at, cause) for _, op, _, at, cause in changes]


def held(tags: Doc, events: list[Doc], until: int | None = None, /, **words: Any) -> Doc:
    """The tags that customer `c` holds at the end."""
    final: Doc = simulate([pack(tags, **words)], events, until).tags["c"]
    return final


def _event(kind: str, at: int, fields: Doc) -> Doc:
    """An event of customer `c`; its id tells it apart from events that differ in anything."""
    own_id = f"{kind}-{at}-{sorted(fields.items())!r}"
    return {"type": kind, "event_id": own_id, "customer_id": "c", "occurred_at": at} | fields
