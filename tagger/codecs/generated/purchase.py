"""Decodes a Purchase. Written by `python -m tagger.codecs.generate`; edits are lost."""

from struct import error as StructError
from typing import Final

from tagger.codecs.binary import read_block, read_double, read_varint
from tagger.codecs.faults import undecodable, wrong_type
from tagger.domain.events import Line, Purchase, PurchaseKind

FINGERPRINT: Final = 0xB66491C503EB0E73

_PURCHASE_KIND: Final[dict[str, PurchaseKind]] = {
    "refund": "refund",
    "rental": "rental",
    "sale": "sale",
    "subscription": "subscription",
}


def decode_purchase(data: bytes, pos: int) -> Purchase:
    """The record that fills `data` from `pos` to its end. Raises RecordError."""
    end = len(data)
    try:
        size = data[pos]
        pos += 1
        if size > 127:
            size, pos = read_varint(data, pos - 1)
        stop = pos + (size >> 1)
        if size & 1 or stop > end:
            raise undecodable("event_id: its length is not within the record")
        event_id = data[pos:stop].decode()
        pos = stop
        if not 1 <= len(event_id) <= 1024:
            raise wrong_type("event_id", "1 to 1024 characters")
        size = data[pos]
        pos += 1
        if size > 127:
            size, pos = read_varint(data, pos - 1)
        stop = pos + (size >> 1)
        if size & 1 or stop > end:
            raise undecodable("customer_id: its length is not within the record")
        customer_id = data[pos:stop].decode()
        pos = stop
        if not 1 <= len(customer_id) <= 1024:
            raise wrong_type("customer_id", "1 to 1024 characters")
        raw = data[pos]
        pos += 1
        if raw > 127:
            raw, pos = read_varint(data, pos - 1)
        occurred_at = (raw >> 1) ^ -(raw & 1)
        if not -62135596800000 <= occurred_at <= 253402300799999:
            raise wrong_type("occurred_at", "a time of the years 1 to 9999")
        size = data[pos]
        pos += 1
        if size > 127:
            size, pos = read_varint(data, pos - 1)
        stop = pos + (size >> 1)
        if size & 1 or stop > end:
            raise undecodable("source: its length is not within the record")
        source = data[pos:stop].decode()
        pos = stop
        size = data[pos]
        pos += 1
        if size > 127:
            size, pos = read_varint(data, pos - 1)
        stop = pos + (size >> 1)
        if size & 1 or stop > end:
            raise undecodable("order_id: its length is not within the record")
        order_id = data[pos:stop].decode()
        pos = stop
        size = data[pos]
        pos += 1
        if size > 127:
            size, pos = read_varint(data, pos - 1)
        stop = pos + (size >> 1)
        if size & 1 or stop > end:
            raise undecodable("kind: its length is not within the record")
        text = data[pos:stop].decode()
        pos = stop
        if text not in _PURCHASE_KIND:
            raise wrong_type("kind", "one of " + ", ".join(_PURCHASE_KIND))
        kind = _PURCHASE_KIND[text]
        raw = data[pos]
        pos += 1
        if raw > 127:
            raw, pos = read_varint(data, pos - 1)
        amount_minor = (raw >> 1) ^ -(raw & 1)
        size = data[pos]
        pos += 1
        if size > 127:
            size, pos = read_varint(data, pos - 1)
        stop = pos + (size >> 1)
        if size & 1 or stop > end:
            raise undecodable("currency: its length is not within the record")
        currency = data[pos:stop].decode()
        pos = stop
        raw = data[pos]
        pos += 1
        if raw > 127:
            raw, pos = read_varint(data, pos - 1)
        discount_minor = (raw >> 1) ^ -(raw & 1)
        cost_minor: int | None = None
        raw = data[pos]
        pos += 1
        if raw == 2:
            raw = data[pos]
            pos += 1
            if raw > 127:
                raw, pos = read_varint(data, pos - 1)
            cost_minor = (raw >> 1) ^ -(raw & 1)
        elif raw != 0:
            raise undecodable("cost_minor: no branch of its union has this index")
        size = data[pos]
        pos += 1
        if size > 127:
            size, pos = read_varint(data, pos - 1)
        stop = pos + (size >> 1)
        if size & 1 or stop > end:
            raise undecodable("channel: its length is not within the record")
        channel = data[pos:stop].decode()
        pos = stop
        size = data[pos]
        pos += 1
        if size > 127:
            size, pos = read_varint(data, pos - 1)
        stop = pos + (size >> 1)
        if size & 1 or stop > end:
            raise undecodable("store_id: its length is not within the record")
        store_id = data[pos:stop].decode()
        pos = stop
        cart_id: str | None = None
        raw = data[pos]
        pos += 1
        if raw == 2:
            size = data[pos]
            pos += 1
            if size > 127:
                size, pos = read_varint(data, pos - 1)
            stop = pos + (size >> 1)
            if size & 1 or stop > end:
                raise undecodable("cart_id: its length is not within the record")
            cart_id = data[pos:stop].decode()
            pos = stop
        elif raw != 0:
            raise undecodable("cart_id: no branch of its union has this index")
        coupon_id: str | None = None
        raw = data[pos]
        pos += 1
        if raw == 2:
            size = data[pos]
            pos += 1
            if size > 127:
                size, pos = read_varint(data, pos - 1)
            stop = pos + (size >> 1)
            if size & 1 or stop > end:
                raise undecodable("coupon_id: its length is not within the record")
            coupon_id = data[pos:stop].decode()
            pos = stop
        elif raw != 0:
            raise undecodable("coupon_id: no branch of its union has this index")
        campaign_id: str | None = None
        raw = data[pos]
        pos += 1
        if raw == 2:
            size = data[pos]
            pos += 1
            if size > 127:
                size, pos = read_varint(data, pos - 1)
            stop = pos + (size >> 1)
            if size & 1 or stop > end:
                raise undecodable("campaign_id: its length is not within the record")
            campaign_id = data[pos:stop].decode()
            pos = stop
        elif raw != 0:
            raise undecodable("campaign_id: no branch of its union has this index")
        period_start: int | None = None
        raw = data[pos]
        pos += 1
        if raw == 2:
            raw = data[pos]
            pos += 1
            if raw > 127:
                raw, pos = read_varint(data, pos - 1)
            period_start = (raw >> 1) ^ -(raw & 1)
            if not -62135596800000 <= period_start <= 253402300799999:
                raise wrong_type("period_start", "a time of the years 1 to 9999")
        elif raw != 0:
            raise undecodable("period_start: no branch of its union has this index")
        period_end: int | None = None
        raw = data[pos]
        pos += 1
        if raw == 2:
            raw = data[pos]
            pos += 1
            if raw > 127:
                raw, pos = read_varint(data, pos - 1)
            period_end = (raw >> 1) ^ -(raw & 1)
            if not -62135596800000 <= period_end <= 253402300799999:
                raise wrong_type("period_end", "a time of the years 1 to 9999")
        elif raw != 0:
            raise undecodable("period_end: no branch of its union has this index")
        lines: list[Line] = []
        while True:
            count = data[pos]
            pos += 1
            if count == 0:
                break
            block_end = -1
            if count & 1 or count > 127:
                count, block_end, pos = read_block(data, pos - 1)
            else:
                count >>= 1
            if count * 12 > end - pos:
                raise undecodable("lines: more items than the record has room for")
            for _ in range(count):
                size = data[pos]
                pos += 1
                if size > 127:
                    size, pos = read_varint(data, pos - 1)
                stop = pos + (size >> 1)
                if size & 1 or stop > end:
                    raise undecodable("lines[].product_id: its length is not within the record")
                line_product_id = data[pos:stop].decode()
                pos = stop
                size = data[pos]
                pos += 1
                if size > 127:
                    size, pos = read_varint(data, pos - 1)
                stop = pos + (size >> 1)
                if size & 1 or stop > end:
                    raise undecodable("lines[].category: its length is not within the record")
                line_category = data[pos:stop].decode()
                pos = stop
                size = data[pos]
                pos += 1
                if size > 127:
                    size, pos = read_varint(data, pos - 1)
                stop = pos + (size >> 1)
                if size & 1 or stop > end:
                    raise undecodable("lines[].brand: its length is not within the record")
                line_brand = data[pos:stop].decode()
                pos = stop
                line_quantity = read_double(data, pos)
                pos += 8
                if not -1.7976931348623157e+308 <= line_quantity <= 1.7976931348623157e+308:
                    raise wrong_type("lines[].quantity", "a finite number")
                raw = data[pos]
                pos += 1
                if raw > 127:
                    raw, pos = read_varint(data, pos - 1)
                line_amount_minor = (raw >> 1) ^ -(raw & 1)
                lines.append(
                    Line(
                        line_product_id,
                        line_category,
                        line_brand,
                        line_quantity,
                        line_amount_minor,
                    )
                )
            if block_end >= 0 and pos != block_end:
                raise undecodable("lines: a block does not end where it says")
        if pos != end:
            raise undecodable(f"{end - pos} bytes too many")
        return Purchase(
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
            tuple(lines),
        )
    except (IndexError, StructError) as error:
        raise undecodable(f"cut off after {end} bytes") from error
    except UnicodeDecodeError as error:
        raise undecodable("text is not UTF-8") from error
