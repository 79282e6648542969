"""Encodes a ProfileUpdate. Written by `python -m tagger.codecs.generate`; edits are lost."""

from typing import Any

from tagger.codecs.binary_writing import (
    END,
    NULL,
    fields_of,
    put_long,
    put_scalar,
    put_text,
)
from tagger.domain.events import ProfileUpdate


def encode_profile_update(record: ProfileUpdate, out: list[bytes]) -> None:
    """Append the record. Raises OverflowError for a number that its type cannot hold."""
    attributes: dict[str, Any]
    (
        event_id,
        customer_id,
        occurred_at,
        attributes,
        source,
    ) = fields_of(record)
    put_text(out, event_id)
    put_text(out, customer_id)
    put_long(out, occurred_at)
    put_text(out, source)
    if attributes:
        put_long(out, len(attributes))
        for attributes_key, attributes_item in attributes.items():
            put_text(out, attributes_key)
            if attributes_item is None:
                out.append(NULL)
            else:
                put_scalar(out, attributes_item, 1)
    out.append(END)
