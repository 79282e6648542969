"""The fields of events that rules may name, and the keys by which events are found."""

from typing import Literal, get_args

from tagger.domain.event_types import type_name
from tagger.domain.events import BrowseAction, Event, ProfileUpdate, Purchase
from tagger.rules.plan import FieldKind

FieldType = Literal["text", "number", "money"]

BROWSE_ACTIONS: tuple[str, ...] = get_args(BrowseAction)
EVENT_KEYS: dict[str, tuple[str, ...]] = {
    "purchase": ("purchase",),
    "refund": ("refund",),
    "browse": BROWSE_ACTIONS,
    "chat": ("chat",),
    "profile": ("profile",),
    **{action: (action,) for action in BROWSE_ACTIONS},
}
"""The keys behind each built-in event name."""

FieldTable = dict[str, tuple[FieldType, FieldKind, str]]

FIELDS: dict[str, FieldTable] = {
    "purchase": {
        "order_id": ("text", FieldKind.PLAIN, "order_id"),
        "kind": ("text", FieldKind.PLAIN, "kind"),
        "amount": ("money", FieldKind.MONEY, "amount_minor"),
        "discount": ("money", FieldKind.MONEY, "discount_minor"),
        "cost": ("money", FieldKind.MONEY, "cost_minor"),
        "profit": ("money", FieldKind.PROFIT, "amount_minor"),
        "currency": ("text", FieldKind.PLAIN, "currency"),
        "channel": ("text", FieldKind.PLAIN, "channel"),
        "store_id": ("text", FieldKind.PLAIN, "store_id"),
        "cart_id": ("text", FieldKind.PLAIN, "cart_id"),
        "coupon_id": ("text", FieldKind.PLAIN, "coupon_id"),
        "campaign_id": ("text", FieldKind.PLAIN, "campaign_id"),
        "quantity": ("number", FieldKind.QUANTITY, "quantity"),
        "source": ("text", FieldKind.PLAIN, "source"),
    },
    "browse": {
        "action": ("text", FieldKind.PLAIN, "action"),
        "session_id": ("text", FieldKind.PLAIN, "session_id"),
        "page": ("text", FieldKind.PLAIN, "page"),
        "product_id": ("text", FieldKind.PLAIN, "product_id"),
        "category": ("text", FieldKind.PLAIN, "category"),
        "query": ("text", FieldKind.PLAIN, "query"),
        "cart_id": ("text", FieldKind.PLAIN, "cart_id"),
        "quantity": ("number", FieldKind.QUANTITY, "quantity"),
        "value": ("money", FieldKind.PLAIN, "value_minor"),
        "device": ("text", FieldKind.PLAIN, "device"),
        "campaign_id": ("text", FieldKind.PLAIN, "campaign_id"),
        "source": ("text", FieldKind.PLAIN, "source"),
    },
    "chat": {
        "conversation_id": ("text", FieldKind.PLAIN, "conversation_id"),
        "direction": ("text", FieldKind.PLAIN, "direction"),
        "channel": ("text", FieldKind.PLAIN, "channel"),
        "text": ("text", FieldKind.PLAIN, "text"),
        "language": ("text", FieldKind.PLAIN, "language"),
        "agent_id": ("text", FieldKind.PLAIN, "agent_id"),
        "rating": ("number", FieldKind.PLAIN, "rating"),
        "source": ("text", FieldKind.PLAIN, "source"),
    },
    "profile": {"source": ("text", FieldKind.PLAIN, "source")},
}
"""By event type: what a rule calls a field, its type, and how and where it is read."""

LINE_FIELDS: FieldTable = {
    "product_id": ("text", FieldKind.PLAIN, "product_id"),
    "category": ("text", FieldKind.PLAIN, "category"),
    "brand": ("text", FieldKind.PLAIN, "brand"),
    "quantity": ("number", FieldKind.PLAIN, "quantity"),
    "amount": ("money", FieldKind.MONEY, "amount_minor"),
}
"""The fields of an order's lines, for `any_line`; the texts among them for `distinct` too."""

CLOCK_FIELDS: FieldTable = {
    "hour": ("number", FieldKind.HOUR, ""),
    "weekday": ("text", FieldKind.WEEKDAY, ""),
}
"""What a filter can ask of every event, by the instant at which it happens."""

DATE_FIELDS: FieldTable = {
    "day": ("text", FieldKind.DAY, ""),
    "week": ("text", FieldKind.WEEK, ""),
    "month": ("text", FieldKind.MONTH, ""),
}
"""What `distinct` can ask of every event, by the instant at which it happens."""


def event_key(event: Event) -> str:
    """The key by which a plan finds what an event matters to."""
    if isinstance(event, Purchase):
        return "refund" if event.kind == "refund" else "purchase"
    if isinstance(event, ProfileUpdate):
        return "profile"
    action: str = getattr(event, "action", "")
    return action or type_name(event)


def type_of_name(name: str) -> str:
    """The event type of a built-in event name."""
    if name in FIELDS:
        return name
    return "purchase" if name == "refund" else "browse"
