"""Encodes a ChatMessage. Written by `python -m tagger.codecs.generate`; edits are lost."""

from typing import Final

from tagger.codecs.binary_writing import (
    NULL,
    SOME,
    put_int,
    put_long,
    put_text,
)
from tagger.domain.events import ChatMessage

_CHAT_DIRECTION_INDEX: Final[dict[str, bytes]] = {
    "inbound": b"\x00",
    "outbound": b"\x02",
}


def encode_chat_message(record: ChatMessage, out: list[bytes]) -> None:
    """Append the record. Raises OverflowError for a number that its type cannot hold."""
    put_text(out, record.event_id)
    put_text(out, record.customer_id)
    put_long(out, record.occurred_at)
    put_text(out, record.source)
    put_text(out, record.conversation_id)
    out.append(_CHAT_DIRECTION_INDEX[record.direction])
    put_text(out, record.channel)
    put_text(out, record.text)
    language = record.language
    if language is None:
        out.append(NULL)
    else:
        out.append(SOME)
        put_text(out, language)
    agent_id = record.agent_id
    if agent_id is None:
        out.append(NULL)
    else:
        out.append(SOME)
        put_text(out, agent_id)
    rating = record.rating
    if rating is None:
        out.append(NULL)
    else:
        out.append(SOME)
        put_int(out, rating)
