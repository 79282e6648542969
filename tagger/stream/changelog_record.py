"""A changelog record: a customer's profile, the offsets up to which it has been brought, and when
it has to be looked at again.

A version byte; the length of the offsets in four bytes, and the offsets as MessagePack; since
version 3 what a new owner has to know of every customer: whether there is a deadline, the deadline,
the number of alarms, the alarms; then the profile, since version 3 with `commanded_at`. All
profiles of one checkpoint share the encoded offsets. Numbers are big-endian, instants are
milliseconds in eight bytes.

Local state holds the same bytes. There the alarms may be newer than those within the profile, so
the ones in front of it count.
"""

import struct
from collections.abc import Mapping
from functools import lru_cache
from typing import Final, NamedTuple

import msgspec

from tagger.engine.profile import Profile
from tagger.engine.profile_codec import decode_profile, encode_unmarked

VERSION: Final = 3
"""Above the versions of a profile, so that a profile alone is not taken for a record."""
READABLE: Final = (2, 3)
"""What this program reads, and writes when it is told to."""
ORDERS_COMMANDS: Final = 3
"""The first version in which a profile says when its tags were last commanded. Programs that write
older ones would drop that without a word."""

_BEGINS: Final = {version: bytes([version]) for version in READABLE}
_LENGTH_BYTES: Final = 4
_BEGIN: Final = 1 + _LENGTH_BYTES
_TIMES: Final = struct.Struct(">?qH")
_INSTANT_BYTES: Final = 8
_CUT_OFF: Final = "damaged changelog record: it is cut off"
_encoder: Final = msgspec.msgpack.Encoder(order="deterministic")
_decoder: Final = msgspec.msgpack.Decoder(dict[str, int])


class ChangelogRecordError(ValueError):
    """The bytes are of another version, or are no changelog record at all."""


class Header(NamedTuple):
    """What stands in front of a profile. Instants are milliseconds; the alarms ascend. `offsets`
    are the next ones by input topic, the same object for records that have the same ones."""

    deadline: int | None
    alarms: tuple[int, ...]
    offsets: Mapping[str, int]


def encode_offsets(offsets: Mapping[str, int]) -> bytes:
    """What the records of all profiles share that have been brought up to `offsets`, the next
    offset by input topic."""
    encoded = _encoder.encode(offsets)
    return len(encoded).to_bytes(_LENGTH_BYTES) + encoded


def encode(profile: Profile, encoded: bytes, offsets: bytes, version: int = VERSION) -> bytes:
    """The record of a profile and its bytes; `offsets` are from `encode_offsets`, `version` is one
    of `READABLE`. Versions before `ORDERS_COMMANDS` have the profile in bytes of their own."""
    if version < ORDERS_COMMANDS:
        return b"".join((_BEGINS[version], offsets, encode_unmarked(profile)))
    times = _times(profile.deadline, profile.alarms)
    return b"".join((_BEGINS[version], offsets, times, encoded))


def decode(record: bytes) -> tuple[bytes, Mapping[str, int]]:
    """The encoded profile and its next offsets by input topic. Raises ChangelogRecordError, for
    the operator, when the bytes are not a record of a version that this program reads."""
    end = _end_of_offsets(record)
    begin = end if record[0] == 2 else _end_of_times(record, end)
    return record[begin:], _offsets(record[_BEGIN:end])


def load(record: bytes) -> Profile:
    """The profile of a record, with the alarms that stand in front of it. Raises
    ChangelogRecordError, or ProfileVersionError for a profile of another version."""
    end = _end_of_offsets(record)
    if record[0] == 2:
        return decode_profile(record[end:])
    begin = _end_of_times(record, end)
    profile = decode_profile(record[begin:])
    _, profile.alarms = _read_times(record, end)
    return profile


def header(record: bytes) -> Header:
    """What a record says without its profile, which only version 2 makes us look into. Raises what
    `load` raises."""
    end = _end_of_offsets(record)
    offsets = _offsets(record[_BEGIN:end])
    if record[0] == 2:
        profile = decode_profile(record[end:])
        return Header(profile.deadline, profile.alarms, offsets)
    deadline, alarms = _read_times(record, end)
    return Header(deadline, alarms, offsets)


def with_alarms(record: bytes, alarms: tuple[int, ...]) -> bytes:
    """The record of the same profile with other alarms. Raises what `load` raises."""
    end = _end_of_offsets(record)
    if record[0] == 2:
        profile = decode_profile(record[end:])
        profile.alarms = alarms
        return record[:end] + encode_unmarked(profile)
    rest = record[_end_of_times(record, end) :]
    deadline, _ = _read_times(record, end)
    return record[:end] + _times(deadline, alarms) + rest


def with_offsets(record: bytes, offsets: bytes) -> bytes:
    """The record of the same profile with other offsets, which are from `encode_offsets`. Raises
    ChangelogRecordError."""
    return record[:1] + offsets + record[_end_of_offsets(record) :]


def _times(deadline: int | None, alarms: tuple[int, ...]) -> bytes:
    fixed = _TIMES.pack(deadline is not None, deadline or 0, len(alarms))
    return fixed + _instants(len(alarms)).pack(*alarms) if alarms else fixed


def _read_times(record: bytes, begin: int) -> tuple[int | None, tuple[int, ...]]:
    """The deadline and the alarms. Raises ChangelogRecordError."""
    try:
        has_deadline, deadline, count = _TIMES.unpack_from(record, begin)
        alarms = _instants(count).unpack_from(record, begin + _TIMES.size) if count else ()
    except struct.error:
        raise ChangelogRecordError(_CUT_OFF) from None
    return deadline if has_deadline else None, alarms


def _end_of_offsets(record: bytes) -> int:
    if not record or record[0] not in READABLE:
        raise ChangelogRecordError(
            f"changelog record of version {record[:1].hex() or 'none'}, this program reads "
            f"{' and '.join(f'{each:02x}' for each in READABLE)}: run the program that wrote it, "
            "or begin with an empty changelog topic and without committed offsets"
        )
    end = _BEGIN + int.from_bytes(record[1:_BEGIN])
    if end > len(record):
        raise ChangelogRecordError(_CUT_OFF)
    return end


def _end_of_times(record: bytes, begin: int) -> int:
    end = begin + _TIMES.size
    end += _INSTANT_BYTES * int.from_bytes(record[end - 2 : end])
    if end > len(record):
        raise ChangelogRecordError(_CUT_OFF)
    return end


@lru_cache(maxsize=256)
def _instants(count: int) -> struct.Struct:
    return struct.Struct(f">{count}q")


@lru_cache(maxsize=1_024)
def _offsets(encoded: bytes) -> Mapping[str, int]:
    try:
        return _decoder.decode(encoded)
    except msgspec.MsgspecError as error:
        raise ChangelogRecordError(f"damaged changelog record: {error}") from error
