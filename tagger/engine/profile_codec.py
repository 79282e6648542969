"""Profiles as bytes: a version byte and MessagePack."""

import msgspec

from tagger.engine.profile import Profile

VERSION = 1
_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Profile)
_PREFIX = bytes([VERSION])


class ProfileVersionError(ValueError):
    """The bytes are of another version of the state, or are no profile at all."""


def encode_profile(profile: Profile) -> bytes:
    """The bytes that `decode_profile` turns back into an equal profile."""
    return _PREFIX + _encoder.encode(profile)


def encode_unmarked(profile: Profile) -> bytes:
    """The bytes for programs that do not know `commanded_at`, without it."""
    return _PREFIX + _encoder.encode(msgspec.structs.astuple(profile)[:-1])


def decode_profile(data: bytes) -> Profile:
    """Raises ProfileVersionError when the bytes are not a profile of this version."""
    if data[:1] != _PREFIX:
        raise ProfileVersionError(f"profile version {data[:1].hex() or 'none'}, expected 01")
    try:
        return _decoder.decode(memoryview(data)[1:])
    except msgspec.MsgspecError as exc:
        raise ProfileVersionError(f"damaged profile: {exc}") from exc
