"""Encodes a TagCommand. Written by `python -m tagger.codecs.generate`; edits are lost."""

from tagger.codecs.binary_writing import (
    NULL,
    SOME,
    put_long,
    put_scalar,
    put_text,
)
from tagger.domain.commands import TagCommand


def encode_tag_command(record: TagCommand, out: list[bytes]) -> None:
    """Append the record. Raises OverflowError for a number that its type cannot hold."""
    put_text(out, record.command_id)
    put_text(out, record.customer_id)
    put_long(out, record.issued_at)
    put_text(out, record.actor)
    put_text(out, record.role)
    put_text(out, record.op)
    put_text(out, record.tag)
    value = record.value
    if value is None:
        out.append(NULL)
    else:
        put_scalar(out, value, 1)
    until = record.until
    if until is None:
        out.append(NULL)
    else:
        out.append(SOME)
        put_long(out, until)
    put_text(out, record.reason)
