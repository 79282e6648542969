"""Encodes a Purchase. Written by `python -m tagger.codecs.generate`; edits are lost."""

from typing import Any

from tagger.codecs.binary_writing import (
    END,
    NULL,
    SOME,
    fields_of,
    put_double,
    put_long,
    put_text,
)
from tagger.domain.events import Purchase


def encode_purchase(record: Purchase, out: list[bytes]) -> None:
    """Append the record. Raises OverflowError for a number that its type cannot hold."""
    lines: tuple[Any, ...]
    (
        event_id,
        customer_id,
        occurred_at,
        order_id,
        kind,
        amount_minor,
        currency,
        source,
        discount_minor,
        cost_minor,
        channel,
        store_id,
        cart_id,
        coupon_id,
        campaign_id,
        period_start,
        period_end,
        lines,
    ) = fields_of(record)
    put_text(out, event_id)
    put_text(out, customer_id)
    put_long(out, occurred_at)
    put_text(out, source)
    put_text(out, order_id)
    put_text(out, kind)
    put_long(out, amount_minor)
    put_text(out, currency)
    put_long(out, discount_minor)
    if cost_minor is None:
        out.append(NULL)
    else:
        out.append(SOME)
        put_long(out, cost_minor)
    put_text(out, channel)
    put_text(out, store_id)
    if cart_id is None:
        out.append(NULL)
    else:
        out.append(SOME)
        put_text(out, cart_id)
    if coupon_id is None:
        out.append(NULL)
    else:
        out.append(SOME)
        put_text(out, coupon_id)
    if campaign_id is None:
        out.append(NULL)
    else:
        out.append(SOME)
        put_text(out, campaign_id)
    if period_start is None:
        out.append(NULL)
    else:
        out.append(SOME)
        put_long(out, period_start)
    if period_end is None:
        out.append(NULL)
    else:
        out.append(SOME)
        put_long(out, period_end)
    if lines:
        put_long(out, len(lines))
        for lines_item in lines:
            (
                lines_item_product_id,
                lines_item_category,
                lines_item_brand,
                lines_item_quantity,
                lines_item_amount_minor,
            ) = fields_of(lines_item)
            put_text(out, lines_item_product_id)
            put_text(out, lines_item_category)
            put_text(out, lines_item_brand)
            put_double(out, lines_item_quantity)
            put_long(out, lines_item_amount_minor)
    out.append(END)
