"""Encodes a ProfileUpdate. Written by `python -m tagger.codecs.generate`; edits are lost."""

from tagger.codecs.binary_writing import (
    END,
    NULL,
    put_long,
    put_scalar,
    put_text,
)
from tagger.domain.events import ProfileUpdate


def encode_profile_update(record: ProfileUpdate, out: list[bytes]) -> None:
    """Append the record. Raises OverflowError for a number that its type cannot hold."""
    put_text(out, record.event_id)
    put_text(out, record.customer_id)
    put_long(out, record.occurred_at)
    put_text(out, record.source)
    attributes = record.attributes
    if attributes:
        put_long(out, len(attributes))
        for attributes_key, attributes_item in attributes.items():
            put_text(out, attributes_key)
            if attributes_item is None:
                out.append(NULL)
            else:
                put_scalar(out, attributes_item, 1)
    out.append(END)
