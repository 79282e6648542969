"""What upstream applications report about a customer.

An event is a fact in the past. Two events of one customer with the same type, `source` and
`event_id` are the same event. Field meanings are in `schemas/avro/*.avsc`. Nothing in an event
refers back to it, so the collector of garbage need not know of it (`gc=False`).
"""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

Int64 = Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]
Int32 = Annotated[int, Meta(ge=-(2**31), le=2**31 - 1)]
Name = Annotated[str, Meta(min_length=1, max_length=1024)]

EventType = Literal["profile", "browse", "chat", "purchase"]
PurchaseKind = Literal["sale", "rental", "subscription", "refund"]
BrowseAction = Literal[
    "page_view",
    "product_view",
    "category_view",
    "search",
    "click",
    "favourite",
    "unfavourite",
    "cart_add",
    "cart_remove",
    "checkout_start",
    "share",
    "review",
    "campaign_click",
    "other",
]
ChatDirection = Literal["inbound", "outbound"]
AttributeValue = str | Int64 | float | bool | None


class Line(msgspec.Struct, frozen=True, gc=False):
    """One line of an order."""

    product_id: str
    category: str = ""
    brand: str = ""
    quantity: float = 1.0
    amount_minor: Int64 = 0


class Purchase(msgspec.Struct, frozen=True, gc=False, tag_field="type", tag="purchase"):
    """A sale, rental, subscription or refund. A refund's amount is the positive sum given back."""

    event_id: Name
    customer_id: Name
    occurred_at: Int64
    order_id: str
    kind: PurchaseKind
    amount_minor: Int64
    currency: str
    source: str = ""
    discount_minor: Int64 = 0
    cost_minor: Int64 | None = None
    channel: str = ""
    store_id: str = ""
    cart_id: str | None = None
    coupon_id: str | None = None
    campaign_id: str | None = None
    period_start: Int64 | None = None
    period_end: Int64 | None = None
    lines: tuple[Line, ...] = ()


class Browse(msgspec.Struct, frozen=True, gc=False, tag_field="type", tag="browse"):
    """One step of a visit: a view, a click, a change of the cart."""

    event_id: Name
    customer_id: Name
    occurred_at: Int64
    action: BrowseAction
    source: str = ""
    session_id: str = ""
    page: str = ""
    product_id: str | None = None
    category: str | None = None
    query: str | None = None
    cart_id: str | None = None
    quantity: Int32 = 1
    value_minor: Int64 | None = None
    device: str = ""
    campaign_id: str | None = None


class ChatMessage(msgspec.Struct, frozen=True, gc=False, tag_field="type", tag="chat"):
    """One message of a conversation; `inbound` is from the customer."""

    event_id: Name
    customer_id: Name
    occurred_at: Int64
    conversation_id: str
    direction: ChatDirection
    text: str
    source: str = ""
    channel: str = ""
    language: str | None = None
    agent_id: str | None = None
    rating: Annotated[int, Meta(ge=1, le=5)] | None = None


class ProfileUpdate(msgspec.Struct, frozen=True, gc=False, tag_field="type", tag="profile"):
    """A partial update of attributes: null unsets a name, names not mentioned stay."""

    event_id: Name
    customer_id: Name
    occurred_at: Int64
    attributes: dict[str, AttributeValue]
    source: str = ""


Event = Purchase | Browse | ChatMessage | ProfileUpdate
