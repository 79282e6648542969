"""Input records as producers write them, and their way into domain structs.

A wire struct has the fields of its domain struct, but its times may be text. It is made once from
the domain struct, so the two cannot differ; JSON and records of other Avro schemas both pass
through it. Nothing is guessed: a value of another type or outside its range is a RecordError.
"""

from collections.abc import Callable
from math import isfinite
from typing import Any, Literal, get_args

import msgspec
from msgspec.structs import FieldInfo, astuple

from tagger.codecs.faults import FIRST_INSTANT_MS, LAST_INSTANT_MS, wrong_type
from tagger.domain.commands import TagCommand
from tagger.domain.events import (
    AttributeValue,
    Browse,
    ChatMessage,
    Event,
    Int64,
    Line,
    ProfileUpdate,
    Purchase,
)
from tagger.domain.times import parse_instant

Kind = Literal["purchase", "browse", "chat", "profile", "command"]
Input = Event | TagCommand

KINDS: tuple[Kind, ...] = get_args(Kind)
STRUCTS: dict[Kind, type[Input]] = {
    "purchase": Purchase,
    "browse": Browse,
    "chat": ChatMessage,
    "profile": ProfileUpdate,
    "command": TagCommand,
}
TIMES = frozenset({"occurred_at", "issued_at", "until", "period_start", "period_end"})


class WireLine(Line, frozen=True, gc=False, forbid_unknown_fields=True):
    """An order line whose producer wrote no other fields."""


class Wire:
    """One kind of input: its wire struct and the way from there to the domain struct.

    A `closed` wire struct refuses unknown fields, an open one ignores them.
    """

    def __init__(self, kind: Kind, *, closed: bool) -> None:
        self._build: Callable[..., Input] = STRUCTS[kind]
        fields = msgspec.structs.fields(STRUCTS[kind])
        self.struct = msgspec.defstruct(
            f"{STRUCTS[kind].__name__}Record",
            [_wire_field(field, closed=closed) for field in fields],
            tag_field="type",
            tag=kind,
            frozen=True,
            forbid_unknown_fields=closed,
        )
        self._times = tuple((at, f.name) for at, f in enumerate(fields) if f.name in TIMES)
        self._lines = next((at for at, f in enumerate(fields) if f.name == "lines"), None)

    def to_domain(self, record: msgspec.Struct) -> Input:
        """The domain struct of a wire struct. Raises RecordError for a time out of range."""
        values = list(astuple(record))
        for at, name in self._times:
            if values[at] is not None:
                values[at] = instant(values[at], name)
        if self._lines is not None:
            values[self._lines] = tuple([Line(*astuple(line)) for line in values[self._lines]])
        return self._build(*values)


def _wire_field(field: FieldInfo, *, closed: bool) -> tuple[str, Any] | tuple[str, Any, Any]:
    annotation: Any = field.type
    if field.name in TIMES:
        annotation = Int64 | str if field.required else Int64 | str | None
    elif field.name == "lines" and closed:
        annotation = tuple[WireLine, ...]
    elif field.name == "value":
        annotation = AttributeValue
    if field.required:
        return field.name, annotation
    return field.name, annotation, field.default


def instant(value: int | str, path: str) -> int:
    """Milliseconds of a time given as RFC 3339 with offset or as integer milliseconds."""
    if isinstance(value, str):
        try:
            value = parse_instant(value)
        except ValueError as error:
            raise wrong_type(path, "an RFC 3339 time with offset, or milliseconds") from error
    if not FIRST_INSTANT_MS <= value <= LAST_INSTANT_MS:
        raise wrong_type(path, "a time of the years 1 to 9999")
    return value


def require_finite(record: Input) -> None:
    """Raises RecordError when a number of the record is infinite or not a number."""
    match record:
        case Purchase():
            for at, line in enumerate(record.lines):
                _require_finite(line.quantity, f"lines[{at}].quantity")
        case ProfileUpdate():
            for name, value in record.attributes.items():
                _require_finite(value, f"attributes.{name}")
        case TagCommand():
            _require_finite(record.value, "value")
        case _:
            pass


def _require_finite(value: AttributeValue, path: str) -> None:
    if isinstance(value, float) and not isfinite(value):
        raise wrong_type(path, "a finite number")
