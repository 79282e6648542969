"""Encodes a CurrentTags. Written by `python -m tagger.codecs.generate`; edits are lost."""

from typing import Any, Final

from tagger.codecs.binary_writing import (
    END,
    NULL,
    SOME,
    fields_of,
    put_long,
    put_name,
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
    tags: dict[str, Any]
    (
        customer_id,
        sequence,
        updated_at,
        tags,
    ) = fields_of(record)
    put_text(out, customer_id)
    put_long(out, sequence)
    put_long(out, updated_at)
    if tags:
        put_long(out, len(tags))
        for tags_key, tags_item in tags.items():
            put_name(out, tags_key)
            (
                tags_item_value,
                tags_item_since,
                tags_item_expires_at,
                tags_item_source,
                tags_item_priority,
                tags_item_rule_version,
            ) = fields_of(tags_item)
            put_scalar(out, tags_item_value, 0)
            put_long(out, tags_item_since)
            if tags_item_expires_at is None:
                out.append(NULL)
            else:
                out.append(SOME)
                put_long(out, tags_item_expires_at)
            out.append(_SOURCE_INDEX[tags_item_source])
            put_long(out, tags_item_priority)
            put_name(out, tags_item_rule_version)
    out.append(END)
