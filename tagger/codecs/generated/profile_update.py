"""Decodes a ProfileUpdate. Written by `python -m tagger.codecs.generate`; edits are lost."""

from struct import error as StructError
from typing import Final

from tagger.codecs.binary import read_block, read_double, read_varint
from tagger.codecs.faults import undecodable, wrong_type
from tagger.domain.events import AttributeValue, ProfileUpdate

FINGERPRINT: Final = 0x14BDC3FE1FB26147


def decode_profile_update(data: bytes, pos: int) -> ProfileUpdate:
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
        attributes: dict[str, AttributeValue] = {}
        item: AttributeValue
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
            if count * 2 > end - pos:
                raise undecodable("attributes: more items than the record has room for")
            for _ in range(count):
                size = data[pos]
                pos += 1
                if size > 127:
                    size, pos = read_varint(data, pos - 1)
                stop = pos + (size >> 1)
                if size & 1 or stop > end:
                    raise undecodable("attributes: its length is not within the record")
                key = data[pos:stop].decode()
                pos = stop
                raw = data[pos]
                pos += 1
                if raw == 0:
                    item = None
                elif raw == 2:
                    raw = data[pos]
                    pos += 1
                    if raw > 1:
                        raise undecodable("attributes: not a boolean")
                    item = raw == 1
                elif raw == 4:
                    raw = data[pos]
                    pos += 1
                    if raw > 127:
                        raw, pos = read_varint(data, pos - 1)
                    item = (raw >> 1) ^ -(raw & 1)
                elif raw == 6:
                    double = read_double(data, pos)
                    pos += 8
                    if not -1.7976931348623157e+308 <= double <= 1.7976931348623157e+308:
                        raise wrong_type("attributes", "a finite number")
                    item = double
                elif raw == 8:
                    size = data[pos]
                    pos += 1
                    if size > 127:
                        size, pos = read_varint(data, pos - 1)
                    stop = pos + (size >> 1)
                    if size & 1 or stop > end:
                        raise undecodable("attributes: its length is not within the record")
                    item = data[pos:stop].decode()
                    pos = stop
                else:
                    raise undecodable("attributes: no branch of its union has this index")
                attributes[key] = item
            if block_end >= 0 and pos != block_end:
                raise undecodable("attributes: a block does not end where it says")
        if pos != end:
            raise undecodable(f"{end - pos} bytes too many")
        return ProfileUpdate(
            event_id,
            customer_id,
            occurred_at,
            attributes,
            source,
        )
    except (IndexError, StructError) as error:
        raise undecodable(f"cut off after {end} bytes") from error
    except UnicodeDecodeError as error:
        raise undecodable("text is not UTF-8") from error
