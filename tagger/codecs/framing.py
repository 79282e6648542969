"""The first bytes of a record: which encoding it has and which schema it was written with.

`00` and a big-endian 4-byte id is a schema registry's framing, `C3 01` and the little-endian
8-byte fingerprint is Avro single-object encoding, `{` begins JSON.
"""

from collections.abc import Iterable
from functools import cache
from typing import Final

from tagger.codecs import schemas
from tagger.codecs.faults import schema_mismatch, undecodable, unknown_schema
from tagger.codecs.schema_ids import WritersSchemas
from tagger.codecs.schemas import Schema

JSON_MARK: Final = ord("{")
REGISTRY_MARK: Final = b"\x00"
SINGLE_OBJECT_MARK: Final = b"\xc3\x01"
REGISTRY_BYTES: Final = 5
SINGLE_OBJECT_BYTES: Final = 10


def single_object_header(schema: Schema) -> bytes:
    """The bytes before a single-object encoded record."""
    return SINGLE_OBJECT_MARK + schemas.fingerprint(schema).to_bytes(8, "little")


def registry_header(schema_id: int) -> bytes:
    """The bytes before a record in registry framing."""
    return REGISTRY_MARK + schema_id.to_bytes(4, "big")


def header_of(value: bytes) -> bytes:
    """The bytes that name the writer's schema. Raises RecordError when there are none."""
    if len(value) >= REGISTRY_BYTES and value[0] == REGISTRY_MARK[0]:
        return value[:REGISTRY_BYTES]
    if len(value) >= SINGLE_OBJECT_BYTES and value[:2] == SINGLE_OBJECT_MARK:
        return value[:SINGLE_OBJECT_BYTES]
    raise undecodable(
        f"neither a registry's framing, Avro single-object nor JSON: begins {value[:4].hex()}"
    )


def registry_ids(values: Iterable[bytes | None]) -> set[int]:
    """The ids that records in registry framing name; others name none."""
    headers = {value[:REGISTRY_BYTES] for value in values if value and value[0] == REGISTRY_MARK[0]}
    return {int.from_bytes(each[1:], "big") for each in headers if len(each) == REGISTRY_BYTES}


@cache
def published() -> dict[bytes, Schema]:
    """Every published version of every record by its single-object header."""
    versions = [schema for name in schemas.NAMES for schema in schemas.versions(name)]
    return {single_object_header(schema): schema for schema in versions}


class Framing:
    """Finds the writer's schema that a header names."""

    def __init__(self, ids: WritersSchemas) -> None:
        self._ids = ids

    def writer(self, header: bytes) -> Schema:
        """The writer's schema. Raises RecordError when nobody knows it."""
        if header.startswith(REGISTRY_MARK):
            (schema_id,) = registry_ids([header])
            schema = self._ids.schema_of(schema_id)
            if schema is None:
                raise unknown_schema(f"no schema is known for id {schema_id}")
            try:
                return schemas.checked(schema, f"schema id {schema_id}")
            except ValueError as error:
                raise schema_mismatch(str(error)) from error
        schema = published().get(header)
        if schema is None:
            number = int.from_bytes(header[2:], "little")
            raise unknown_schema(f"no published schema has the fingerprint {number:016x}")
        return schema
