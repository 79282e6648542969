"""Record errors in the words of a producer: which field, what is wrong with it.

A field is named by its path, such as `lines[2].quantity`.
"""

from typing import Final

from tagger.domain.dead_letters import DeadLetterCode, RecordError

FIRST_INSTANT_MS: Final = -62_135_596_800_000
"""0001-01-01T00:00:00.000Z: no earlier time can be written down."""
LAST_INSTANT_MS: Final = 253_402_300_799_999
"""9999-12-31T23:59:59.999Z: no later time can be written down."""


def undecodable(detail: str) -> RecordError:
    """The bytes are at fault."""
    return RecordError(DeadLetterCode.UNDECODABLE, detail)


def wrong_type(path: str, expected: str) -> RecordError:
    """The field's value is of the wrong type or outside its range."""
    return RecordError(DeadLetterCode.WRONG_TYPE, f"{path}: expected {expected}")


def missing_field(path: str) -> RecordError:
    """A required field is not there."""
    return RecordError(DeadLetterCode.MISSING_FIELD, f"{path}: required, and not there")


def unknown_field(path: str) -> RecordError:
    """A field that the schema does not have, in strict mode."""
    return RecordError(DeadLetterCode.UNKNOWN_FIELD, f"{path}: not in the schema")


def schema_mismatch(detail: str) -> RecordError:
    """The record is of another kind, or its schema cannot be resolved."""
    return RecordError(DeadLetterCode.SCHEMA_MISMATCH, detail)


def unknown_schema(detail: str) -> RecordError:
    """Nobody knows the writer's schema."""
    return RecordError(DeadLetterCode.UNKNOWN_SCHEMA, detail)
