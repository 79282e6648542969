"""Decodes a Browse. Written by `python -m tagger.codecs.generate`; edits are lost."""

from struct import error as StructError
from typing import Final

from tagger.codecs.binary import read_varint
from tagger.codecs.faults import undecodable, wrong_type
from tagger.domain.events import Browse, BrowseAction

FINGERPRINT: Final = 0x77112C60F9D743E1

_BROWSE_ACTION: Final[tuple[BrowseAction, ...]] = (
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
)


def decode_browse(data: bytes, pos: int) -> Browse:
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
        raw = data[pos]
        pos += 1
        if raw > 127:
            raw, pos = read_varint(data, pos - 1)
        if raw & 1 or raw > 26:
            raise undecodable("action: no symbol has this index")
        action = _BROWSE_ACTION[raw >> 1]
        size = data[pos]
        pos += 1
        if size > 127:
            size, pos = read_varint(data, pos - 1)
        stop = pos + (size >> 1)
        if size & 1 or stop > end:
            raise undecodable("session_id: its length is not within the record")
        session_id = data[pos:stop].decode()
        pos = stop
        size = data[pos]
        pos += 1
        if size > 127:
            size, pos = read_varint(data, pos - 1)
        stop = pos + (size >> 1)
        if size & 1 or stop > end:
            raise undecodable("page: its length is not within the record")
        page = data[pos:stop].decode()
        pos = stop
        product_id: str | None = None
        raw = data[pos]
        pos += 1
        if raw == 2:
            size = data[pos]
            pos += 1
            if size > 127:
                size, pos = read_varint(data, pos - 1)
            stop = pos + (size >> 1)
            if size & 1 or stop > end:
                raise undecodable("product_id: its length is not within the record")
            product_id = data[pos:stop].decode()
            pos = stop
        elif raw != 0:
            raise undecodable("product_id: no branch of its union has this index")
        category: str | None = None
        raw = data[pos]
        pos += 1
        if raw == 2:
            size = data[pos]
            pos += 1
            if size > 127:
                size, pos = read_varint(data, pos - 1)
            stop = pos + (size >> 1)
            if size & 1 or stop > end:
                raise undecodable("category: its length is not within the record")
            category = data[pos:stop].decode()
            pos = stop
        elif raw != 0:
            raise undecodable("category: no branch of its union has this index")
        query: str | None = None
        raw = data[pos]
        pos += 1
        if raw == 2:
            size = data[pos]
            pos += 1
            if size > 127:
                size, pos = read_varint(data, pos - 1)
            stop = pos + (size >> 1)
            if size & 1 or stop > end:
                raise undecodable("query: its length is not within the record")
            query = data[pos:stop].decode()
            pos = stop
        elif raw != 0:
            raise undecodable("query: no branch of its union has this index")
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
        raw = data[pos]
        pos += 1
        if raw > 127:
            raw, pos = read_varint(data, pos - 1)
        quantity = (raw >> 1) ^ -(raw & 1)
        if not -2147483648 <= quantity <= 2147483647:
            raise wrong_type("quantity", "an integer from -2147483648 to 2147483647")
        value_minor: int | None = None
        raw = data[pos]
        pos += 1
        if raw == 2:
            raw = data[pos]
            pos += 1
            if raw > 127:
                raw, pos = read_varint(data, pos - 1)
            value_minor = (raw >> 1) ^ -(raw & 1)
        elif raw != 0:
            raise undecodable("value_minor: no branch of its union has this index")
        size = data[pos]
        pos += 1
        if size > 127:
            size, pos = read_varint(data, pos - 1)
        stop = pos + (size >> 1)
        if size & 1 or stop > end:
            raise undecodable("device: its length is not within the record")
        device = data[pos:stop].decode()
        pos = stop
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
        if pos != end:
            raise undecodable(f"{end - pos} bytes too many")
        return Browse(
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
        )
    except (IndexError, StructError) as error:
        raise undecodable(f"cut off after {end} bytes") from error
    except UnicodeDecodeError as error:
        raise undecodable("text is not UTF-8") from error
