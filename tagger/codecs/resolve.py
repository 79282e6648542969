"""Avro records of any writer's schema, read as a reader's schema by Avro's resolution rules.

Two things are stricter than the rules: the writer's record must have the reader's name, and a
time must not be written in another unit, because resolution would take it for milliseconds.
"""

from io import BytesIO
from typing import Any

import fastavro
from fastavro.read import SchemaResolutionError

from tagger.codecs import schemas
from tagger.codecs.faults import schema_mismatch, undecodable
from tagger.codecs.schemas import Schema

MILLIS = "timestamp-millis"


class Resolver:
    """Reads records that were written with `writer` as records of `reader`."""

    def __init__(self, writer: Schema, reader: Schema) -> None:
        """Raises RecordError (schema-mismatch) when the schemas cannot go together."""
        written, expected = schemas.unqualified(writer), schemas.unqualified(reader)
        if written != expected:
            raise schema_mismatch(f"a record {written} where {expected} belongs")
        _require_millis(writer, reader)
        self._writer = fastavro.parse_schema(without_logical_types(writer))
        self._reader = fastavro.parse_schema(without_logical_types(reader))

    def read(self, data: bytes, pos: int) -> dict[str, Any]:
        """The record that fills `data` from `pos` to its end. Raises RecordError."""
        stream = BytesIO(data)
        stream.seek(pos)
        try:
            record = fastavro.schemaless_reader(stream, self._writer, self._reader)
        except SchemaResolutionError as error:
            raise schema_mismatch(" ".join(str(error).split())) from error
        except Exception as error:
            raise undecodable(f"not a record of its schema: {error!r}") from error
        if stream.tell() != len(data):
            raise undecodable(f"{len(data) - stream.tell()} bytes too many")
        if not isinstance(record, dict):
            raise undecodable("not a record")
        return record


def _require_millis(writer: Schema, reader: Schema) -> None:
    written = {field["name"]: _logical_types(field["type"]) for field in writer["fields"]}
    for field in reader["fields"]:
        others = written.get(field["name"], set()) - {MILLIS}
        if MILLIS in _logical_types(field["type"]) and others:
            raise schema_mismatch(f"{field['name']}: a {others.pop()} where a {MILLIS} belongs")


def _logical_types(schema: Any) -> set[str]:
    if isinstance(schema, list):
        return set().union(*(_logical_types(branch) for branch in schema))
    if isinstance(schema, dict) and "logicalType" in schema:
        return {str(schema["logicalType"])}
    return set()


def without_logical_types(schema: Any) -> Any:
    """Times stay integers: fastavro would make datetimes, slowly and not of every integer."""
    if isinstance(schema, list):
        return [without_logical_types(item) for item in schema]
    if isinstance(schema, dict):
        kept = {key: item for key, item in schema.items() if key != "logicalType"}
        return {
            key: item if key == "default" else without_logical_types(item)
            for key, item in kept.items()
        }
    return schema
