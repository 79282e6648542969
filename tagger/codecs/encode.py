"""Records to bytes, always with the current schema, in the one encoding that a setting names."""

from collections.abc import Collection
from io import BytesIO
from typing import Any, Literal

import fastavro
import msgspec

from tagger.codecs import schemas
from tagger.codecs.framing import registry_header, single_object_header
from tagger.codecs.json_fields import TIMES, Record, to_json
from tagger.codecs.resolve import without_logical_types
from tagger.codecs.schema_ids import NO_SCHEMA_IDS, SchemaIds, SchemaIdsError
from tagger.codecs.schemas import Schema

Encoding = Literal["single-object", "registry", "json"]


class Encoder:
    """Encodes outputs, and events and commands for producers."""

    def __init__(
        self,
        encoding: Encoding = "single-object",
        ids: SchemaIds = NO_SCHEMA_IDS,
        *,
        records: Collection[type] = tuple(TIMES),
    ) -> None:
        """`records` are the structs it will be given; registry framing needs an id of the current
        schema of each. Raises SchemaIdsError when one is missing."""
        self._encoding = encoding
        self._writers: dict[type, tuple[bytes, Any]] = {}
        if encoding != "json":
            for struct in records:
                schema = schemas.current(struct.__name__)
                header = _header(encoding, schema, ids)
                parsed = fastavro.parse_schema(without_logical_types(schema))
                self._writers[struct] = header, parsed

    def encode(self, record: Record) -> bytes:
        """The record's value for its topic. Raises ValueError for a number that the encoding
        cannot hold."""
        if self._encoding == "json":
            return to_json(record)
        header, schema = self._writers[type(record)]
        stream = BytesIO()
        stream.write(header)
        try:
            fastavro.schemaless_writer(stream, schema, msgspec.to_builtins(record))
        except (OverflowError, TypeError) as error:
            raise ValueError(f"{type(record).__name__}: {error}") from error
        return stream.getvalue()


def _header(encoding: Encoding, schema: Schema, ids: SchemaIds) -> bytes:
    if encoding == "single-object":
        return single_object_header(schema)
    schema_id = ids.id_of(schema)
    if schema_id is None:
        name = schemas.unqualified(schema)
        raise SchemaIdsError(f"schema ids: no id for the current schema of {name}; register it")
    return registry_header(schema_id)
