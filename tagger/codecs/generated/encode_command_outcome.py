"""Encodes a CommandOutcome. Written by `python -m tagger.codecs.generate`; edits are lost."""

from typing import Final

from tagger.codecs.binary_writing import (
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
    put_text(out, record.command_id)
    put_text(out, record.customer_id)
    out.append(_OUTCOME_STATUS_INDEX[record.status])
    put_text(out, record.code)
    put_text(out, record.reason)
    put_long(out, record.at)
