"""A changelog record: a customer's profile, and the offsets up to which it has been brought.

A version byte, the length of the offsets in four bytes, the offsets as MessagePack, the profile.
All profiles of one checkpoint share the encoded offsets.
"""

from collections.abc import Mapping
from functools import lru_cache

import msgspec

VERSION = 2
"""Above the version of a profile, so that a profile alone is not taken for a record."""

_PREFIX = bytes([VERSION])
_LENGTH_BYTES = 4
_BEGIN = len(_PREFIX) + _LENGTH_BYTES
_encoder = msgspec.msgpack.Encoder(order="deterministic")
_decoder = msgspec.msgpack.Decoder(dict[str, int])


class ChangelogRecordError(ValueError):
    """The bytes are of another version, or are no changelog record at all."""


def encode_offsets(offsets: Mapping[str, int]) -> bytes:
    """The beginning of the records of all profiles that have been brought up to `offsets`, the
    next offset by input topic."""
    encoded = _encoder.encode(offsets)
    return _PREFIX + len(encoded).to_bytes(_LENGTH_BYTES) + encoded


def encode(profile: bytes, offsets: bytes) -> bytes:
    """The record of an encoded profile; `offsets` are from `encode_offsets`."""
    return offsets + profile


def decode(record: bytes) -> tuple[bytes, Mapping[str, int]]:
    """The encoded profile and its next offsets by input topic. Raises ChangelogRecordError, for
    the operator, when the bytes are not a record of this version."""
    if record[:1] != _PREFIX:
        raise ChangelogRecordError(
            f"changelog record of version {record[:1].hex() or 'none'}, this program reads "
            f"{_PREFIX.hex()}: run the program that wrote it, or begin with an empty changelog "
            "topic and without committed offsets"
        )
    end = _BEGIN + int.from_bytes(record[1:_BEGIN])
    if end > len(record):
        raise ChangelogRecordError("damaged changelog record: it is cut off")
    return record[end:], _offsets(record[_BEGIN:end])


@lru_cache(maxsize=1_024)
def _offsets(encoded: bytes) -> Mapping[str, int]:
    try:
        return _decoder.decode(encoded)
    except msgspec.MsgspecError as error:
        raise ChangelogRecordError(f"damaged changelog record: {error}") from error
