"""What becomes of a record that cannot be used, and the codes that say why."""

from enum import StrEnum
from typing import final

import msgspec


class DeadLetterCode(StrEnum):
    """Reason codes, as they stand in headers, metrics and docs."""

    UNDECODABLE = "undecodable"
    """The bytes are none of the three encodings, are cut off or are not valid."""
    UNKNOWN_SCHEMA = "unknown-schema"
    """The writer's schema id or fingerprint is not known."""
    SCHEMA_MISMATCH = "schema-mismatch"
    """The writer's schema cannot be resolved against the reader's."""
    MISSING_FIELD = "missing-field"
    """A required field is not there."""
    WRONG_TYPE = "wrong-type"
    """A field has the wrong type or lies outside its range."""
    UNKNOWN_FIELD = "unknown-field"
    """A JSON field is not in the schema (strict mode only)."""
    WRONG_KEY = "wrong-key"
    """The record's key is not its customer id."""
    WRONG_PARTITION = "wrong-partition"
    """The key's murmur2 hash belongs to another partition."""
    FAR_FUTURE = "far-future"
    """`occurred_at` lies more than `max_skew` after the record's timestamp or the wall clock."""
    TOO_LARGE = "too-large"
    """The record is larger than the limit."""


class RecordError(Exception):
    """A record's producer is at fault: `code` for machines, `detail` for people."""

    def __init__(self, code: DeadLetterCode, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


@final
class DeadLetter(msgspec.Struct, frozen=True):
    """A rejected record, its bytes and headers untouched, with its origin and the reason."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes | None], ...]
    code: DeadLetterCode
    detail: str
