"""Decodes a ChatMessage. Written by `python -m tagger.codecs.generate`; edits are lost."""

from struct import error as StructError
from typing import Final

from tagger.codecs.binary import read_varint
from tagger.codecs.faults import undecodable, wrong_type
from tagger.domain.events import ChatDirection, ChatMessage

FINGERPRINT: Final = 0xE6F8D35B797339DD

_CHAT_DIRECTION: Final[tuple[ChatDirection, ...]] = (
    "inbound",
    "outbound",
)


def decode_chat_message(data: bytes, pos: int) -> ChatMessage:
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
            raise undecodable("conversation_id: its length is not within the record")
        conversation_id = data[pos:stop].decode()
        pos = stop
        raw = data[pos]
        pos += 1
        if raw > 127:
            raw, pos = read_varint(data, pos - 1)
        if raw & 1 or raw > 2:
            raise undecodable("direction: no symbol has this index")
        direction = _CHAT_DIRECTION[raw >> 1]
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
            raise undecodable("text: its length is not within the record")
        text = data[pos:stop].decode()
        pos = stop
        language: str | None = None
        raw = data[pos]
        pos += 1
        if raw == 2:
            size = data[pos]
            pos += 1
            if size > 127:
                size, pos = read_varint(data, pos - 1)
            stop = pos + (size >> 1)
            if size & 1 or stop > end:
                raise undecodable("language: its length is not within the record")
            language = data[pos:stop].decode()
            pos = stop
        elif raw != 0:
            raise undecodable("language: no branch of its union has this index")
        agent_id: str | None = None
        raw = data[pos]
        pos += 1
        if raw == 2:
            size = data[pos]
            pos += 1
            if size > 127:
                size, pos = read_varint(data, pos - 1)
            stop = pos + (size >> 1)
            if size & 1 or stop > end:
                raise undecodable("agent_id: its length is not within the record")
            agent_id = data[pos:stop].decode()
            pos = stop
        elif raw != 0:
            raise undecodable("agent_id: no branch of its union has this index")
        rating: int | None = None
        raw = data[pos]
        pos += 1
        if raw == 2:
            raw = data[pos]
            pos += 1
            if raw > 127:
                raw, pos = read_varint(data, pos - 1)
            rating = (raw >> 1) ^ -(raw & 1)
            if not 1 <= rating <= 5:
                raise wrong_type("rating", "an integer from 1 to 5")
        elif raw != 0:
            raise undecodable("rating: no branch of its union has this index")
        if pos != end:
            raise undecodable(f"{end - pos} bytes too many")
        return ChatMessage(
            event_id,
            customer_id,
            occurred_at,
            conversation_id,
            direction,
            text,
            source,
            channel,
            language,
            agent_id,
            rating,
        )
    except (IndexError, StructError) as error:
        raise undecodable(f"cut off after {end} bytes") from error
    except UnicodeDecodeError as error:
        raise undecodable("text is not UTF-8") from error
