"""Encodes a Browse. Written by `python -m tagger.codecs.generate`; edits are lost."""

from typing import Final

from tagger.codecs.binary_writing import (
    NULL,
    SOME,
    put_int,
    put_long,
    put_text,
)
from tagger.domain.events import Browse

_BROWSE_ACTION_INDEX: Final[dict[str, bytes]] = {
    "page_view": b"\x00",
    "product_view": b"\x02",
    "category_view": b"\x04",
    "search": b"\x06",
    "click": b"\x08",
    "favourite": b"\x0a",
    "unfavourite": b"\x0c",
    "cart_add": b"\x0e",
    "cart_remove": b"\x10",
    "checkout_start": b"\x12",
    "share": b"\x14",
    "review": b"\x16",
    "campaign_click": b"\x18",
    "other": b"\x1a",
}


def encode_browse(record: Browse, out: list[bytes]) -> None:
    """Append the record. Raises OverflowError for a number that its type cannot hold."""
    put_text(out, record.event_id)
    put_text(out, record.customer_id)
    put_long(out, record.occurred_at)
    put_text(out, record.source)
    out.append(_BROWSE_ACTION_INDEX[record.action])
    put_text(out, record.session_id)
    put_text(out, record.page)
    product_id = record.product_id
    if product_id is None:
        out.append(NULL)
    else:
        out.append(SOME)
        put_text(out, product_id)
    category = record.category
    if category is None:
        out.append(NULL)
    else:
        out.append(SOME)
        put_text(out, category)
    query = record.query
    if query is None:
        out.append(NULL)
    else:
        out.append(SOME)
        put_text(out, query)
    cart_id = record.cart_id
    if cart_id is None:
        out.append(NULL)
    else:
        out.append(SOME)
        put_text(out, cart_id)
    put_int(out, record.quantity)
    value_minor = record.value_minor
    if value_minor is None:
        out.append(NULL)
    else:
        out.append(SOME)
        put_long(out, value_minor)
    put_text(out, record.device)
    campaign_id = record.campaign_id
    if campaign_id is None:
        out.append(NULL)
    else:
        out.append(SOME)
        put_text(out, campaign_id)
