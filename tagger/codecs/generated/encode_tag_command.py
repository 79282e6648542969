"""Encodes a TagCommand. Written by `python -m tagger.codecs.generate`; edits are lost."""

from tagger.codecs.binary_writing import (
    NULL,
    SOME,
    fields_of,
    put_long,
    put_scalar,
    put_text,
)
from tagger.domain.commands import TagCommand


def encode_tag_command(record: TagCommand, out: list[bytes]) -> None:
    """Append the record. Raises OverflowError for a number that its type cannot hold."""
    (
        command_id,
        customer_id,
        issued_at,
        actor,
        role,
        op,
        tag,
        value,
        until,
        reason,
    ) = fields_of(record)
    put_text(out, command_id)
    put_text(out, customer_id)
    put_long(out, issued_at)
    put_text(out, actor)
    put_text(out, role)
    put_text(out, op)
    put_text(out, tag)
    if value is None:
        out.append(NULL)
    else:
        put_scalar(out, value, 1)
    if until is None:
        out.append(NULL)
    else:
        out.append(SOME)
        put_long(out, until)
    put_text(out, reason)
