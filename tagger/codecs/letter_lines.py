"""Dead letters as JSON Lines, to be looked at, mended and put back.

Bytes that are UTF-8 stand as a text, others as an object `{"base64": ...}`, so nothing is lost on
the way there and back. `place` is where the letter lies in the dead-letter topic.
"""

from base64 import b64decode, b64encode
from typing import Any

import msgspec

from tagger.domain.dead_letters import DeadLetter, DeadLetterCode


class PlacedLetter(msgspec.Struct, frozen=True):
    """A dead letter, and partition and offset where it lies."""

    partition: int
    offset: int
    letter: DeadLetter

    @property
    def place(self) -> str:
        """As people write it."""
        return f"{self.partition}/{self.offset}"


class LetterLineError(Exception):
    """A line is no dead letter; the message says what is wrong with it."""


def letter_line(placed: PlacedLetter) -> bytes:
    """One JSON object with its newline."""
    letter = placed.letter
    fields = {
        "place": placed.place,
        "code": letter.code.value,
        "detail": letter.detail,
        "topic": letter.topic,
        "partition": letter.partition,
        "offset": letter.offset,
        "timestamp": letter.timestamp,
        "key": _written(letter.key),
        "headers": [[name, _written(value)] for name, value in letter.headers],
        "value": _written(letter.value),
    }
    return msgspec.json.encode(fields) + b"\n"


def letter_from_line(line: bytes) -> PlacedLetter:
    """What `letter_line` wrote, edited perhaps. Raises LetterLineError."""
    try:
        fields = msgspec.json.decode(line, type=_Line)
        partition, _, offset = fields.place.partition("/")
        letter = DeadLetter(
            topic=fields.topic,
            partition=fields.partition,
            offset=fields.offset,
            timestamp=fields.timestamp,
            key=_read(fields.key),
            value=_read(fields.value),
            headers=tuple((name, _read(value)) for name, value in fields.headers),
            code=DeadLetterCode(fields.code),
            detail=fields.detail,
        )
        return PlacedLetter(int(partition), int(offset), letter)
    except (msgspec.MsgspecError, ValueError) as error:
        raise LetterLineError(str(error)) from error


class _Base64(msgspec.Struct, forbid_unknown_fields=True):
    base64: str


_Bytes = str | _Base64 | None


class _Line(msgspec.Struct, forbid_unknown_fields=True):
    place: str
    topic: str
    key: _Bytes
    value: _Bytes
    code: str
    detail: str = ""
    partition: int = -1
    offset: int = -1
    timestamp: int = -1
    headers: list[tuple[str, _Bytes]] = []


def _written(given: bytes | None) -> Any:
    if given is None:
        return None
    try:
        return given.decode()
    except UnicodeDecodeError:
        return {"base64": b64encode(given).decode()}


def _read(given: _Bytes) -> bytes | None:
    if isinstance(given, _Base64):
        return b64decode(given.base64, validate=True)
    return None if given is None else given.encode()
