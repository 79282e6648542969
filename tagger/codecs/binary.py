"""What generated decoders share: the rare cases of Avro's binary encoding.

Generated code reads numbers of one byte itself and comes here for longer ones and for trouble. At
the end of the data functions raise IndexError, but for `read_double`; the decoder turns it into a
RecordError.
"""

from struct import Struct
from typing import Final

from tagger.codecs.faults import undecodable

_unpack_double: Final = Struct("<d").unpack_from


def read_double(data: bytes, pos: int) -> float:
    """The floating-point number at `pos`. Raises struct.error at the end of the data."""
    number: float = _unpack_double(data, pos)[0]
    return number


def read_varint(data: bytes, pos: int) -> tuple[int, int]:
    """The unsigned number at `pos` and the position after it.

    Raises RecordError when it does not fit 64 bits.
    """
    shift = 0
    number = 0
    while True:
        byte = data[pos]
        pos += 1
        number |= (byte & 0x7F) << shift
        if byte < 0x80:
            break
        shift += 7
        if shift > 63:
            raise undecodable("a number of more than 64 bits")
    if number >> 64:
        raise undecodable("a number of more than 64 bits")
    return number, pos


def read_block(data: bytes, pos: int) -> tuple[int, int, int]:
    """Head of an array's or map's block: its count of items, where it ends, and the position of
    its first item.

    A negative count is followed by the block's size in bytes; without it the end is -1. Raises
    RecordError when that size is negative or reaches beyond the data.
    """
    raw, pos = read_varint(data, pos)
    if not raw & 1:
        return raw >> 1, -1, pos
    size, pos = read_varint(data, pos)
    block_end = pos + (size >> 1)
    if size & 1 or block_end > len(data):
        raise undecodable("a block's size is not within the record")
    return (raw >> 1) + 1, block_end, pos
