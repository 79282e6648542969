"""Published records from bytes, in any encoding: for consumers, tools and tests."""

from functools import cache, partial
from typing import TypeVar

import msgspec

from tagger.codecs import schemas
from tagger.codecs.faults import undecodable
from tagger.codecs.framing import JSON_MARK, Framing, header_of
from tagger.codecs.json_events import fault_of
from tagger.codecs.json_fields import TIMES, Output, rewrite
from tagger.codecs.resolve import Resolver
from tagger.codecs.schema_ids import NO_SCHEMA_IDS, WritersSchemas
from tagger.codecs.wire import instant
from tagger.domain.actions import WorkflowAction
from tagger.domain.commands import CommandOutcome
from tagger.domain.tags import CurrentTags, TagChange

T = TypeVar("T", bound=Output)


class OutputDecoder:
    """Decodes the values of the output topics."""

    def __init__(self, ids: WritersSchemas = NO_SCHEMA_IDS) -> None:
        self._framing = Framing(ids)
        self._resolvers: dict[tuple[type, bytes], Resolver] = {}

    def decode(self, struct: type[T], value: bytes | None) -> T:
        """A record of this type. Raises RecordError."""
        if not value:
            raise undecodable("the record is empty")
        try:
            if value[0] == JSON_MARK:
                return self._from_json(struct, value)
            header = header_of(value)
            fields = self._resolver(struct, header).read(value, len(header))
            return msgspec.convert(fields, struct)
        except msgspec.ValidationError as error:
            raise fault_of(error) from error

    def _from_json(self, struct: type[T], value: bytes) -> T:
        try:
            fields = msgspec.json.decode(value)
        except (ValueError, RecursionError) as error:
            raise undecodable(f"JSON: {error}") from error
        for path in TIMES[struct]:
            rewrite(fields, path, partial(_instant, ".".join(path)))
        return msgspec.convert(fields, struct)

    def _resolver(self, struct: type, header: bytes) -> Resolver:
        resolver = self._resolvers.get((struct, header))
        if resolver is None:
            reader = schemas.current(struct.__name__)
            resolver = Resolver(self._framing.writer(header), reader)
            self._resolvers[struct, header] = resolver
        return resolver


def _instant(path: str, at: object) -> object:
    return instant(at, path) if isinstance(at, str) else at


@cache
def _decoder() -> OutputDecoder:
    return OutputDecoder()


def decode_change(value: bytes | None) -> TagChange:
    """A record of the tag change topic, not in registry framing. Raises RecordError."""
    return _decoder().decode(TagChange, value)


def decode_current_tags(value: bytes | None) -> CurrentTags:
    """A record of the current tags topic, not in registry framing. Raises RecordError."""
    return _decoder().decode(CurrentTags, value)


def decode_action(value: bytes | None) -> WorkflowAction:
    """A record of the workflow action topic, not in registry framing. Raises RecordError."""
    return _decoder().decode(WorkflowAction, value)


def decode_outcome(value: bytes | None) -> CommandOutcome:
    """A record of the command outcome topic, not in registry framing. Raises RecordError."""
    return _decoder().decode(CommandOutcome, value)
