"""Events and commands written as JSON: one object with the field names of the schema.

Times are RFC 3339 with offset, or integer milliseconds. `type` may be left out where a topic says
what a record is, but must not contradict it; in event files it is required. Fields that the
schema does not have are counted and ignored, or an error in strict mode.
"""

import operator
import re
from functools import reduce
from typing import Any

import msgspec

from tagger.codecs import faults
from tagger.codecs.faults import undecodable
from tagger.codecs.wire import KINDS, Input, Kind, Wire
from tagger.domain.dead_letters import DeadLetterCode, RecordError
from tagger.domain.events import Line

_CLOSED = {kind: Wire(kind, closed=True) for kind in KINDS}
_OPEN = {kind: Wire(kind, closed=False) for kind in KINDS}
_WIRE_OF = {wire.struct: wire for wires in (_CLOSED, _OPEN) for wire in wires.values()}
_LINE_FIELDS = frozenset(Line.__struct_fields__)
_UNKNOWN = "Object contains unknown field"
_MISSING = "Object missing required field"
MAX_QUOTED = 200
"""Characters of a producer's own text that an error repeats."""
MAX_NAMES = 8
"""Names of ignored fields that are remembered."""
_NAME = re.compile(r"Object (?:contains unknown|missing required) field `(.*?)`", re.DOTALL)


class JsonEvents:
    """Decodes JSON objects of one kind, or of the kind that their `type` names.

    `unknown_fields` counts the fields that were ignored, those of nested lines too;
    `unknown_names` are the first few names of them.
    """

    def __init__(self, kind: Kind | None = None, *, strict: bool = False) -> None:
        self._kind = kind
        self._strict = strict
        self._closed = _decoder(_CLOSED, kind)
        self._open = _decoder(_OPEN, kind)
        self.unknown_fields = 0
        self.unknown_names: list[str] = []

    def decode(self, value: bytes) -> Input:
        """One event or command. Raises RecordError."""
        try:
            record = self._closed.decode(value)
        except msgspec.ValidationError as error:
            fields = _any_object(value)
            if self._strict or not str(error).startswith(_UNKNOWN):
                raise self._fault(error) from error
            record = self._ignoring_unknown(value, fields)
        except (ValueError, RecursionError) as error:
            raise undecodable(f"JSON: {error}") from error
        return _WIRE_OF[type(record)].to_domain(record)

    def _ignoring_unknown(self, value: bytes, fields: dict[str, Any]) -> msgspec.Struct:
        try:
            record: msgspec.Struct = self._open.decode(value)
        except msgspec.ValidationError as error:
            raise self._fault(error) from error
        except (ValueError, RecursionError) as error:
            raise undecodable(f"JSON: {error}") from error
        unknown = sorted(fields.keys() - {"type", *record.__struct_fields__})
        if "lines" in record.__struct_fields__:
            for line in fields.get("lines", ()):
                unknown += sorted(line.keys() - _LINE_FIELDS)
        self.unknown_fields += max(len(unknown), 1)
        self._name(unknown)
        return record

    def _name(self, unknown: list[str]) -> None:
        if len(self.unknown_names) < MAX_NAMES:
            names = dict.fromkeys([*self.unknown_names, *(name[:MAX_QUOTED] for name in unknown)])
            self.unknown_names = list(names)[:MAX_NAMES]

    def _fault(self, error: msgspec.ValidationError) -> RecordError:
        fault = fault_of(error)
        if self._kind is not None and fault.detail.startswith("type: invalid value"):
            return faults.schema_mismatch(f"type: the topic is for records of type {self._kind}")
        return fault


def _any_object(value: bytes) -> dict[str, Any]:
    """The fields as they are; none where a number is beyond what a double can hold.

    Raises RecordError when this is no JSON: a wrong field may be found before the JSON breaks off,
    and then the JSON is what is wrong.
    """
    try:
        fields = msgspec.json.decode(value)
    except msgspec.ValidationError:
        return {}
    except (ValueError, RecursionError) as error:
        raise undecodable(f"JSON: {error}") from error
    return fields if isinstance(fields, dict) else {}


def _decoder(wires: dict[Kind, Wire], kind: Kind | None) -> msgspec.json.Decoder[Any]:
    structs = [wire.struct for name, wire in wires.items() if kind in (None, name)]
    return msgspec.json.Decoder(reduce(operator.or_, structs))


def fault_of(error: msgspec.ValidationError) -> RecordError:
    """A validation error as a RecordError that names the field's path."""
    text = str(error)
    if text.startswith((_UNKNOWN, _MISSING)):
        found = _NAME.match(text)
        name = found[1][:MAX_QUOTED] if found else ""
        at = _path(text)
        path = f"{at}.{name}" if at else name
        return (
            faults.unknown_field(path) if text.startswith(_UNKNOWN) else faults.missing_field(path)
        )
    message = text.rpartition(" - at `$")[0] or text
    code = DeadLetterCode.WRONG_TYPE
    return RecordError(
        code, f"{_path(text) or 'the record'}: {message[:1].lower()}{message[1:MAX_QUOTED]}"
    )


def _path(text: str) -> str:
    return text.rpartition(" - at `$")[2].rstrip("`").lstrip(".") if " - at `$" in text else ""
