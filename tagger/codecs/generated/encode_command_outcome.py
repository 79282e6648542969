"""Encodes a CommandOutcome. Written by `python -m tagger.codecs.generate`; edits are lost."""

from typing import Final

from tagger.codecs.binary_writing import (
    fields_of,
    put_long,
    put_text,
)
from tagger.domain.commands import CommandOutcome

_OUTCOME_STATUS_INDEX: Final[dict[str, bytes]] = {
    "done": b"\x00",
    "refused": b"\x02",
}


def encode_command_outcome(record: CommandOutcome, out: list[bytes]) -> None:
    """Append the record. Raises OverflowError for a number that its type cannot hold."""
    (
        command_id,
        customer_id,
        status,
        code,
        reason,
        at,
    ) = fields_of(record)
    put_text(out, command_id)
    put_text(out, customer_id)
    out.append(_OUTCOME_STATUS_INDEX[status])
    put_text(out, code)
    put_text(out, reason)
    put_long(out, at)
