"""Encodes a CurrentTags. Written by `python -m tagger.codecs.generate`; edits are lost."""

from typing import Final

from tagger.codecs.binary_writing import (
    END,
    NULL,
    SOME,
    put_long,
    put_scalar,
    put_text,
)
from tagger.domain.tags import CurrentTags

_SOURCE_INDEX: Final[dict[str, bytes]] = {
    "rule": b"\x00",
    "manual": b"\x02",
}


def encode_current_tags(record: CurrentTags, out: list[bytes]) -> None:
    """Append the record. Raises OverflowError for a number that its type cannot hold."""
    put_text(out, record.customer_id)
    put_long(out, record.sequence)
    put_long(out, record.updated_at)
    tags = record.tags
    if tags:
        put_long(out, len(tags))
        for tags_key, tags_item in tags.items():
            put_text(out, tags_key)
            put_scalar(out, tags_item.value, 0)
            put_long(out, tags_item.since)
            expires_at = tags_item.expires_at
            if expires_at is None:
                out.append(NULL)
            else:
                out.append(SOME)
                put_long(out, expires_at)
            out.append(_SOURCE_INDEX[tags_item.source])
            put_long(out, tags_item.priority)
            put_text(out, tags_item.rule_version)
    out.append(END)
