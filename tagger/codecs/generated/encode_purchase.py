"""Encodes a Purchase. Written by `python -m tagger.codecs.generate`; edits are lost."""

from tagger.codecs.binary_writing import (
    END,
    NULL,
    SOME,
    put_double,
    put_long,
    put_text,
)
from tagger.domain.events import Purchase


def encode_purchase(record: Purchase, out: list[bytes]) -> None:
    """Append the record. Raises OverflowError for a number that its type cannot hold."""
    put_text(out, record.event_id)
    put_text(out, record.customer_id)
    put_long(out, record.occurred_at)
    put_text(out, record.source)
    put_text(out, record.order_id)
    put_text(out, record.kind)
    put_long(out, record.amount_minor)
    put_text(out, record.currency)
    put_long(out, record.discount_minor)
    cost_minor = record.cost_minor
    if cost_minor is None:
        out.append(NULL)
    else:
        out.append(SOME)
        put_long(out, cost_minor)
    put_text(out, record.channel)
    put_text(out, record.store_id)
    cart_id = record.cart_id
    if cart_id is None:
        out.append(NULL)
    else:
        out.append(SOME)
        put_text(out, cart_id)
    coupon_id = record.coupon_id
    if coupon_id is None:
        out.append(NULL)
    else:
        out.append(SOME)
        put_text(out, coupon_id)
    campaign_id = record.campaign_id
    if campaign_id is None:
        out.append(NULL)
    else:
        out.append(SOME)
        put_text(out, campaign_id)
    period_start = record.period_start
    if period_start is None:
        out.append(NULL)
    else:
        out.append(SOME)
        put_long(out, period_start)
    period_end = record.period_end
    if period_end is None:
        out.append(NULL)
    else:
        out.append(SOME)
        put_long(out, period_end)
    lines = record.lines
    if lines:
        put_long(out, len(lines))
        for lines_item in lines:
            put_text(out, lines_item.product_id)
            put_text(out, lines_item.category)
            put_text(out, lines_item.brand)
            put_double(out, lines_item.quantity)
            put_long(out, lines_item.amount_minor)
    out.append(END)
