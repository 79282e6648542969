"""The Avro schemas: where they lie, their published versions, their fingerprints.

`schemas/avro/<Record>.avsc` is the current version of a record, `history/<Record>/<n>.avsc` every
version that was ever published. Fingerprints are CRC-64-AVRO over the Parsing Canonical Form, as
the Avro specification defines both.
"""

from functools import cache
from pathlib import Path
from typing import Any

import fastavro
import msgspec
from fastavro.schema import to_parsing_canonical_form

from tagger.resources import schemas_dir

Schema = dict[str, Any]
"""An Avro record schema as its JSON reads."""

NAMES = (
    "Purchase",
    "Browse",
    "ChatMessage",
    "ProfileUpdate",
    "TagCommand",
    "TagChange",
    "CurrentTags",
    "WorkflowAction",
    "CommandOutcome",
    "ActionOutcome",
)


def folder() -> Path:
    """The schemas of an installed package, else those of the checkout."""
    return schemas_dir() / "avro"


def read(path: Path) -> Schema:
    """One `.avsc` file. Raises ValueError when it holds no record schema, OSError when there is
    none."""
    try:
        schema = msgspec.json.decode(path.read_bytes())
    except ValueError as error:
        raise ValueError(f"{path}: not JSON: {error}") from error
    return checked(schema, str(path))


def checked(schema: object, where: str) -> Schema:
    """`schema` if it is a well-formed record schema. Raises ValueError naming `where`."""
    if not (
        isinstance(schema, dict)
        and schema.get("type") == "record"
        and isinstance(schema.get("name"), str)
        and isinstance(schema.get("fields"), list)
    ):
        raise ValueError(f"{where}: not an Avro record schema")
    try:
        fastavro.parse_schema(schema)
    except Exception as error:
        raise ValueError(f"{where}: not a valid Avro schema: {error!r}") from error
    return schema


@cache
def current(name: str) -> Schema:
    """The current schema of a record of NAMES."""
    return read(folder() / f"{name}.avsc")


@cache
def versions(name: str) -> tuple[Schema, ...]:
    """All published versions of a record, the oldest first."""
    paths = sorted((folder() / "history" / name).glob("*.avsc"), key=lambda p: int(p.stem))
    return tuple(read(path) for path in paths)


def fingerprint(schema: Schema) -> int:
    """CRC-64-AVRO fingerprint of the schema's canonical form, unsigned."""
    return rabin(to_parsing_canonical_form(schema).encode())


def rabin(data: bytes) -> int:
    """The 64-bit Rabin fingerprint of the Avro specification ("Schema Fingerprints")."""
    fp = _RABIN_EMPTY
    for byte in data:
        fp = (fp >> 8) ^ _RABIN_TABLE[(fp ^ byte) & 0xFF]
    return fp


def _rabin_of_byte(byte: int) -> int:
    for _ in range(8):
        byte = (byte >> 1) ^ (_RABIN_EMPTY & -(byte & 1))
    return byte


_RABIN_EMPTY = 0xC15D213AA4D7A795
_RABIN_TABLE = tuple(_rabin_of_byte(byte) for byte in range(256))


def unqualified(schema: Schema) -> str:
    """A record's name without its namespace."""
    return str(schema["name"]).rpartition(".")[2]
