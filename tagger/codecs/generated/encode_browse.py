"""Encodes a Browse. Written by `python -m tagger.codecs.generate`; edits are lost."""

from typing import Final

from tagger.codecs.binary_writing import (
    NULL,
    SOME,
    fields_of,
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
    (
        event_id,
        customer_id,
        occurred_at,
        action,
        source,
        session_id,
        page,
        product_id,
        category,
        query,
        cart_id,
        quantity,
        value_minor,
        device,
        campaign_id,
    ) = fields_of(record)
    put_text(out, event_id)
    put_text(out, customer_id)
    put_long(out, occurred_at)
    put_text(out, source)
    out.append(_BROWSE_ACTION_INDEX[action])
    put_text(out, session_id)
    put_text(out, page)
    if product_id is None:
        out.append(NULL)
    else:
        out.append(SOME)
        put_text(out, product_id)
    if category is None:
        out.append(NULL)
    else:
        out.append(SOME)
        put_text(out, category)
    if query is None:
        out.append(NULL)
    else:
        out.append(SOME)
        put_text(out, query)
    if cart_id is None:
        out.append(NULL)
    else:
        out.append(SOME)
        put_text(out, cart_id)
    put_int(out, quantity)
    if value_minor is None:
        out.append(NULL)
    else:
        out.append(SOME)
        put_long(out, value_minor)
    put_text(out, device)
    if campaign_id is None:
        out.append(NULL)
    else:
        out.append(SOME)
        put_text(out, campaign_id)
