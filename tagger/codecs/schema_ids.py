"""Ids of a schema registry: the port, and adapters that need no registry.

The file adapter reads what an operator exported: a JSON file `{"17": <schema>, ...}` whose values
are schemas, schemas as text, or paths of `.avsc` files beside it; or a folder of `<id>.avsc`.
"""

from pathlib import Path
from typing import Protocol

import msgspec

from tagger.codecs import schemas
from tagger.codecs.schemas import Schema

MAX_ID = 2**31 - 1
"""Registries count in signed 32-bit numbers; of a larger one in a record no schema is known."""


class WritersSchemas(Protocol):
    """What decoders ask of a registry."""

    def schema_of(self, schema_id: int) -> Schema | None:
        """The schema with this id, None when there is none."""


class SchemaIds(WritersSchemas, Protocol):
    """What encoders ask of a registry, too."""

    def id_of(self, schema: Schema) -> int | None:
        """The lowest id under which this schema is registered, None when it is not."""


class KnownSchemaIds:
    """Ids and schemas that are known from the start."""

    def __init__(self, by_id: dict[int, Schema]) -> None:
        self._by_id = dict(by_id)
        self._ids = {schemas.fingerprint(by_id[id_]): id_ for id_ in sorted(by_id, reverse=True)}

    def schema_of(self, schema_id: int) -> Schema | None:
        return self._by_id.get(schema_id)

    def id_of(self, schema: Schema) -> int | None:
        return self._ids.get(schemas.fingerprint(schema))


NO_SCHEMA_IDS = KnownSchemaIds({})
"""No registry: every id is unknown."""


class SchemaIdsError(Exception):
    """The operator's id file cannot be used; the message says where and why."""


def schema_ids_from(path: Path) -> KnownSchemaIds:
    """Reads a file or folder of ids, all at once. Raises SchemaIdsError."""
    try:
        return KnownSchemaIds(_from_folder(path) if path.is_dir() else _from_file(path))
    except (OSError, ValueError) as error:
        raise SchemaIdsError(f"schema ids: {error}") from error


def _from_folder(path: Path) -> dict[int, Schema]:
    return {_id(file.stem, file): schemas.read(file) for file in sorted(path.glob("*.avsc"))}


def _from_file(path: Path) -> dict[int, Schema]:
    try:
        entries = msgspec.json.decode(path.read_bytes(), type=dict[str, Schema | str])
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error
    return {_id(key, path): _schema(entry, key, path) for key, entry in entries.items()}


def _schema(entry: Schema | str, key: str, path: Path) -> Schema:
    where = f"{path}: id {key}"
    if isinstance(entry, dict):
        return schemas.checked(entry, where)
    if not entry.lstrip().startswith("{"):
        return schemas.read(path.parent / entry)
    try:
        return schemas.checked(msgspec.json.decode(entry), where)
    except msgspec.DecodeError as error:
        raise ValueError(f"{where}: {error}") from error


def _id(text: str, path: Path) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= MAX_ID):
        raise ValueError(f"{path}: {text!r} is not a schema id; ids are 0 to {MAX_ID}")
    return int(text)
