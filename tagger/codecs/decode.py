"""Input records from bytes, in any of the three encodings.

A record written with the current schema goes through its generated decoder, one of another known
schema is resolved against it. Whatever is wrong with a record is a RecordError.
"""

from collections.abc import Callable

import msgspec

from tagger.codecs import schemas
from tagger.codecs.faults import undecodable
from tagger.codecs.framing import JSON_MARK, Framing, header_of
from tagger.codecs.generated import browse, chat_message, profile_update, purchase, tag_command
from tagger.codecs.json_events import JsonEvents, fault_of
from tagger.codecs.resolve import Resolver
from tagger.codecs.schema_ids import NO_SCHEMA_IDS, WritersSchemas
from tagger.codecs.wire import KINDS, Input, Kind, Wire, require_finite
from tagger.domain.dead_letters import DeadLetterCode, RecordError

Decode = Callable[[bytes, int], Input]

MAX_BYTES = 1_048_576
RECORD_NAMES: dict[Kind, str] = {
    "purchase": "Purchase",
    "browse": "Browse",
    "chat": "ChatMessage",
    "profile": "ProfileUpdate",
    "command": "TagCommand",
}
_GENERATED: dict[int, Decode] = {
    purchase.FINGERPRINT: purchase.decode_purchase,
    browse.FINGERPRINT: browse.decode_browse,
    chat_message.FINGERPRINT: chat_message.decode_chat_message,
    profile_update.FINGERPRINT: profile_update.decode_profile_update,
    tag_command.FINGERPRINT: tag_command.decode_tag_command,
}


class RecordDecoder:
    """Decodes the values of the input topics.

    `strict` makes unknown JSON fields an error; otherwise `unknown_fields` counts them. A record
    of more than `max_bytes` bytes is refused unread.
    """

    def __init__(
        self,
        ids: WritersSchemas = NO_SCHEMA_IDS,
        *,
        strict: bool = False,
        max_bytes: int = MAX_BYTES,
    ) -> None:
        self._framing = Framing(ids)
        self._max_bytes = max_bytes
        self._json = {kind: JsonEvents(kind, strict=strict) for kind in KINDS}
        self._by_header: dict[Kind, dict[bytes, Decode]] = {kind: {} for kind in KINDS}

    @property
    def unknown_fields(self) -> int:
        """How many unknown JSON fields were ignored so far."""
        return sum(decoder.unknown_fields for decoder in self._json.values())

    def decode(self, kind: Kind, value: bytes | None) -> Input:
        """The event or command in a record of a topic of this kind. Raises RecordError."""
        if not value:
            raise undecodable("the record is empty")
        if len(value) > self._max_bytes:
            raise RecordError(
                DeadLetterCode.TOO_LARGE, f"{len(value)} bytes, at most {self._max_bytes} are read"
            )
        if value[0] == JSON_MARK:
            return self._json[kind].decode(value)
        header = header_of(value)
        known = self._by_header[kind]
        decode = known.get(header)
        if decode is None:
            decode = known[header] = self._decoder(kind, header)
        return decode(value, len(header))

    def _decoder(self, kind: Kind, header: bytes) -> Decode:
        writer = self._framing.writer(header)
        reader = schemas.current(RECORD_NAMES[kind])
        resolver = Resolver(writer, reader)
        fingerprint = schemas.fingerprint(writer)
        if fingerprint == schemas.fingerprint(reader) and fingerprint in _GENERATED:
            return _GENERATED[fingerprint]
        return _resolving(kind, resolver)


def _resolving(kind: Kind, resolver: Resolver) -> Decode:
    wire = Wire(kind, closed=False)

    def decode(data: bytes, pos: int) -> Input:
        try:
            record = msgspec.convert(resolver.read(data, pos), wire.struct)
        except msgspec.ValidationError as error:
            raise fault_of(error) from error
        decoded = wire.to_domain(record)
        require_finite(decoded)
        return decoded

    return decode
