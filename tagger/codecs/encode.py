"""Records to bytes, always with the current schema, in the one encoding that a setting names."""

from collections.abc import Callable, Collection
from typing import Any, Final, Literal

from tagger.codecs import schemas
from tagger.codecs.framing import registry_header, single_object_header
from tagger.codecs.generated.encode_browse import encode_browse
from tagger.codecs.generated.encode_chat_message import encode_chat_message
from tagger.codecs.generated.encode_command_outcome import encode_command_outcome
from tagger.codecs.generated.encode_current_tags import encode_current_tags
from tagger.codecs.generated.encode_profile_update import encode_profile_update
from tagger.codecs.generated.encode_purchase import encode_purchase
from tagger.codecs.generated.encode_tag_change import encode_tag_change
from tagger.codecs.generated.encode_tag_command import encode_tag_command
from tagger.codecs.generated.encode_workflow_action import encode_workflow_action
from tagger.codecs.json_fields import TIMES, Record, to_json
from tagger.codecs.schema_ids import NO_SCHEMA_IDS, SchemaIds, SchemaIdsError
from tagger.codecs.schemas import Schema
from tagger.domain.actions import WorkflowAction
from tagger.domain.commands import CommandOutcome, TagCommand
from tagger.domain.events import Browse, ChatMessage, ProfileUpdate, Purchase
from tagger.domain.tags import CurrentTags, TagChange

Encoding = Literal["single-object", "registry", "json"]
Append = Callable[[Any, list[bytes]], None]
"""Appends a record of its own type, without a header."""

_APPEND: Final[dict[type, Append]] = {
    Purchase: encode_purchase,
    Browse: encode_browse,
    ChatMessage: encode_chat_message,
    ProfileUpdate: encode_profile_update,
    TagCommand: encode_tag_command,
    TagChange: encode_tag_change,
    CurrentTags: encode_current_tags,
    WorkflowAction: encode_workflow_action,
    CommandOutcome: encode_command_outcome,
}


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
        self._is_json = encoding == "json"
        self._writers: dict[type, tuple[bytes, Append]] = {}
        """The header of a record, and what appends the rest to it."""
        if encoding != "json":
            for struct in records:
                header = _header(encoding, schemas.current(struct.__name__), ids)
                self._writers[struct] = (header, _APPEND[struct])

    def encode(self, record: Record) -> bytes:
        """The record's value for its topic. Raises ValueError for a number that the encoding
        cannot hold."""
        if self._is_json:
            return to_json(record)
        header, append = self._writers[type(record)]
        parts = [header]
        try:
            append(record, parts)
        except OverflowError as error:
            raise ValueError(f"{type(record).__name__}: {error}") from error
        return b"".join(parts)


def _header(encoding: Encoding, schema: Schema, ids: SchemaIds) -> bytes:
    if encoding == "single-object":
        return single_object_header(schema)
    schema_id = ids.id_of(schema)
    if schema_id is None:
        name = schemas.unqualified(schema)
        raise SchemaIdsError(f"schema ids: no id for the current schema of {name}; register it")
    return registry_header(schema_id)
