"""Decodes a TagCommand. Written by `python -m tagger.codecs.generate`; edits are lost."""

from struct import error as StructError
from typing import Final

from tagger.codecs.binary import read_double, read_varint
from tagger.codecs.faults import undecodable, wrong_type
from tagger.domain.commands import CommandOp, TagCommand
from tagger.domain.events import AttributeValue

FINGERPRINT: Final = 0x040FFC5AF3704718

_COMMAND_OP: Final[dict[str, CommandOp]] = {
    "assign": "assign",
    "erase": "erase",
    "release": "release",
    "remove": "remove",
}


def decode_tag_command(data: bytes, pos: int) -> TagCommand:
    """The record that fills `data` from `pos` to its end. Raises RecordError."""
    end = len(data)
    try:
        size = data[pos]
        pos += 1
        if size > 127:
            size, pos = read_varint(data, pos - 1)
        stop = pos + (size >> 1)
        if size & 1 or stop > end:
            raise undecodable("command_id: its length is not within the record")
        command_id = data[pos:stop].decode()
        pos = stop
        if not 1 <= len(command_id) <= 1024:
            raise wrong_type("command_id", "1 to 1024 characters")
        size = data[pos]
        pos += 1
        if size > 127:
            size, pos = read_varint(data, pos - 1)
        stop = pos + (size >> 1)
        if size & 1 or stop > end:
            raise undecodable("customer_id: its length is not within the record")
        customer_id = data[pos:stop].decode()
        pos = stop
        if not 1 <= len(customer_id) <= 1024:
            raise wrong_type("customer_id", "1 to 1024 characters")
        raw = data[pos]
        pos += 1
        if raw > 127:
            raw, pos = read_varint(data, pos - 1)
        issued_at = (raw >> 1) ^ -(raw & 1)
        if not -62135596800000 <= issued_at <= 253402300799999:
            raise wrong_type("issued_at", "a time of the years 1 to 9999")
        size = data[pos]
        pos += 1
        if size > 127:
            size, pos = read_varint(data, pos - 1)
        stop = pos + (size >> 1)
        if size & 1 or stop > end:
            raise undecodable("actor: its length is not within the record")
        actor = data[pos:stop].decode()
        pos = stop
        if not 1 <= len(actor) <= 1024:
            raise wrong_type("actor", "1 to 1024 characters")
        size = data[pos]
        pos += 1
        if size > 127:
            size, pos = read_varint(data, pos - 1)
        stop = pos + (size >> 1)
        if size & 1 or stop > end:
            raise undecodable("role: its length is not within the record")
        role = data[pos:stop].decode()
        pos = stop
        size = data[pos]
        pos += 1
        if size > 127:
            size, pos = read_varint(data, pos - 1)
        stop = pos + (size >> 1)
        if size & 1 or stop > end:
            raise undecodable("op: its length is not within the record")
        text = data[pos:stop].decode()
        pos = stop
        if text not in _COMMAND_OP:
            raise wrong_type("op", "one of " + ", ".join(_COMMAND_OP))
        op = _COMMAND_OP[text]
        size = data[pos]
        pos += 1
        if size > 127:
            size, pos = read_varint(data, pos - 1)
        stop = pos + (size >> 1)
        if size & 1 or stop > end:
            raise undecodable("tag: its length is not within the record")
        tag = data[pos:stop].decode()
        pos = stop
        value: AttributeValue
        raw = data[pos]
        pos += 1
        if raw == 0:
            value = None
        elif raw == 2:
            raw = data[pos]
            pos += 1
            if raw > 1:
                raise undecodable("value: not a boolean")
            value = raw == 1
        elif raw == 4:
            raw = data[pos]
            pos += 1
            if raw > 127:
                raw, pos = read_varint(data, pos - 1)
            value = (raw >> 1) ^ -(raw & 1)
        elif raw == 6:
            double = read_double(data, pos)
            pos += 8
            if not -1.7976931348623157e+308 <= double <= 1.7976931348623157e+308:
                raise wrong_type("value", "a finite number")
            value = double
        elif raw == 8:
            size = data[pos]
            pos += 1
            if size > 127:
                size, pos = read_varint(data, pos - 1)
            stop = pos + (size >> 1)
            if size & 1 or stop > end:
                raise undecodable("value: its length is not within the record")
            value = data[pos:stop].decode()
            pos = stop
        else:
            raise undecodable("value: no branch of its union has this index")
        until: int | None = None
        raw = data[pos]
        pos += 1
        if raw == 2:
            raw = data[pos]
            pos += 1
            if raw > 127:
                raw, pos = read_varint(data, pos - 1)
            until = (raw >> 1) ^ -(raw & 1)
            if not -62135596800000 <= until <= 253402300799999:
                raise wrong_type("until", "a time of the years 1 to 9999")
        elif raw != 0:
            raise undecodable("until: no branch of its union has this index")
        size = data[pos]
        pos += 1
        if size > 127:
            size, pos = read_varint(data, pos - 1)
        stop = pos + (size >> 1)
        if size & 1 or stop > end:
            raise undecodable("reason: its length is not within the record")
        reason = data[pos:stop].decode()
        pos = stop
        if pos != end:
            raise undecodable(f"{end - pos} bytes too many")
        return TagCommand(
            command_id,
            customer_id,
            issued_at,
            actor,
            role,
            op,
            tag,
            value,
            until,
            reason,
        )
    except (IndexError, StructError) as error:
        raise undecodable(f"cut off after {end} bytes") from error
    except UnicodeDecodeError as error:
        raise undecodable("text is not UTF-8") from error
