"""What generated encoders share: values in Avro's binary encoding, appended to a list of bytes.

All functions raise OverflowError for a number that its type cannot hold, and UnicodeEncodeError for
text that UTF-8 cannot; the list is of no use then.
"""

from struct import Struct
from typing import Final

from msgspec.structs import astuple

NULL: Final = b"\x00"
"""The branch of an optional value that is not there; null is always the first."""
SOME: Final = b"\x02"
"""The branch of one that is."""
FALSE: Final = b"\x00"
TRUE: Final = b"\x01"
END: Final = b"\x00"
"""Behind the last block of an array or a map."""

Scalar = bool | int | float | str

_INT_MAX: Final = 2**31 - 1
_LONG_MAX: Final = 2**63 - 1
_PLAIN: Final = 2**61
"""Compiled code compares numbers below it without making objects of them."""
_LAST: Final = tuple(bytes([byte]) for byte in range(128))
_MORE: Final = tuple(bytes([128 | byte]) for byte in range(128))
"""Seven bits of a number, when none follows and when others do."""
_SIX_BYTES: Final = 2**35
_SEVEN_BYTES: Final = 2**42
"""The least numbers of so many bytes. The instants of our time have six."""
_FALSE_OF: Final = (b"\x00\x00", b"\x02\x00")
_TRUE_OF: Final = (b"\x00\x01", b"\x02\x01")
"""A boolean of a union in which its branch is this one."""
_MOST_NAMES: Final = 4_096
_LONGEST_NAME: Final = 256
_NAMES: Final[dict[str, bytes]] = {}
"""What was written of names that come again and again: of so many, in characters no longer than
that. Those of rules that were replaced make room when there are too many."""
fields_of: Final = astuple
"""A struct's fields in order, all read in one call."""
_double: Final = Struct("<d").pack


def put_name(out: list[bytes], name: str) -> None:
    """Append a string that comes again and again, such as a rule's: a short one is encoded once."""
    written = _NAMES.get(name)
    if written is None:
        written = _write_name(name)
    out.append(written)


def _write_name(name: str) -> bytes:
    parts: list[bytes] = []
    put_text(parts, name)
    written = b"".join(parts)
    if len(name) <= _LONGEST_NAME:
        if len(_NAMES) >= _MOST_NAMES:
            _NAMES.clear()
        _NAMES[name] = written
    return written


def put_text(out: list[bytes], text: str) -> None:
    """Append a string."""
    encoded = text.encode()
    _put_number(out, len(encoded) << 1)
    out.append(encoded)


def put_int(out: list[bytes], number: int) -> None:
    """Append a number of 32 bits."""
    if not -_INT_MAX - 1 <= number <= _INT_MAX:
        raise OverflowError(f"{number} does not fit 32 bits")
    put_long(out, number)


def put_long(out: list[bytes], number: int) -> None:
    """Append a number of 64 bits."""
    if not _fits_long(number):
        raise OverflowError(f"{number} does not fit 64 bits")
    _put_number(out, number << 1 if number >= 0 else ~number << 1 | 1)


def _fits_long(number: int) -> bool:
    return -_PLAIN < number < _PLAIN or -_LONG_MAX - 1 <= number <= _LONG_MAX


def _put_number(out: list[bytes], number: int) -> None:
    """Append an unsigned number, seven bits a byte, the lowest first."""
    if _SIX_BYTES <= number < _SEVEN_BYTES:
        out.append(_six_bytes(number))
        return
    while number > 127:
        out.append(_MORE[number & 127])
        number >>= 7
    out.append(_LAST[number])


def _six_bytes(number: int) -> bytes:
    """A number that takes six bytes. Its bits are moved apart in halves: 28 to each 32, then 14 to
    each 16, then 7 to each byte."""
    number = (number & 0x0FFFFFFF) | (number & 0x3FFF0000000) << 4
    number = (number & 0x3FFF00003FFF) | (number & 0x0FFFC000) << 2
    number = (number & 0x007F007F007F) | (number & 0x3F803F803F80) << 1
    return (number | 0x008080808080).to_bytes(6, "little")


def put_double(out: list[bytes], number: float) -> None:
    """Append a floating-point number."""
    out.append(_double(number))


def put_scalar(out: list[bytes], value: Scalar, first: int) -> None:
    """Append a value of a union of boolean, long, double and string, in this order; `first` is the
    branch of the boolean. An integer of more than 64 bits is written as a double."""
    if isinstance(value, str):
        out.append(_LAST[2 * first + 6])
        put_text(out, value)
    elif isinstance(value, bool):
        out.append(_TRUE_OF[first] if value else _FALSE_OF[first])
    elif isinstance(value, int) and _fits_long(value):
        out.append(_LAST[2 * first + 2])
        put_long(out, value)
    else:
        out.append(_LAST[2 * first + 4])
        put_double(out, float(value))
