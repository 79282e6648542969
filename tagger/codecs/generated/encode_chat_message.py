"""Encodes a ChatMessage. Written by `python -m tagger.codecs.generate`; edits are lost."""

from typing import Final

from tagger.codecs.binary_writing import (
    NULL,
    SOME,
    fields_of,
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
    (
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
    ) = fields_of(record)
    put_text(out, event_id)
    put_text(out, customer_id)
    put_long(out, occurred_at)
    put_text(out, source)
    put_text(out, conversation_id)
    out.append(_CHAT_DIRECTION_INDEX[direction])
    put_text(out, channel)
    put_text(out, text)
    if language is None:
        out.append(NULL)
    else:
        out.append(SOME)
        put_text(out, language)
    if agent_id is None:
        out.append(NULL)
    else:
        out.append(SOME)
        put_text(out, agent_id)
    if rating is None:
        out.append(NULL)
    else:
        out.append(SOME)
        put_int(out, rating)
