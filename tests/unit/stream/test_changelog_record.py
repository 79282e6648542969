"""Profiles with their offsets and alarms as bytes, in each version."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagger.engine.profile import Profile
from tagger.engine.profile_codec import decode_profile, encode_profile
from tagger.stream.changelog_record import (
    ORDERS_COMMANDS,
    READABLE,
    ChangelogRecordError,
    decode,
    encode,
    encode_offsets,
    header,
    load,
    with_alarms,
    with_offsets,
)

_instants = st.integers(-(2**62), 2**62)
_offsets = st.dictionaries(st.text(min_size=1, max_size=20), st.integers(0, 2**62), max_size=5)
_alarms = st.lists(_instants, max_size=40).map(lambda each: tuple(sorted(each)))
_profiles = st.builds(
    Profile,
    st.text(max_size=9),
    known_since=_instants,
    clock_at=_instants,
    deadline=st.none() | _instants,
    alarms=_alarms,
    commanded_at=st.none() | st.dictionaries(st.text(max_size=9), _instants, max_size=3),
)
_unmarked = _profiles.map(lambda each: msgspec.structs.replace(each, commanded_at=None))


@st.composite
def _written(draw: st.DrawFn) -> tuple[Profile, int]:
    """A profile, and a version that can say all of it."""
    version = draw(st.sampled_from(READABLE))
    return draw(_profiles if version >= ORDERS_COMMANDS else _unmarked), version


def record_of(profile: Profile, offsets: dict[str, int], version: int) -> bytes:
    return encode(profile, encode_profile(profile), encode_offsets(offsets), version)


@given(_written(), _offsets)
def test_profile_offsets_and_alarms_come_back(
    written: tuple[Profile, int], offsets: dict[str, int]
) -> None:
    profile, version = written
    record = record_of(profile, offsets, version)
    assert record[0] == version
    encoded, found = decode(record)
    assert (decode_profile(encoded), found) == (profile, offsets)
    assert load(record) == profile
    assert header(record) == (profile.deadline, profile.alarms, offsets)


@given(_written(), _offsets, _alarms, _offsets)
def test_alarms_and_offsets_are_replaced_alone(
    written: tuple[Profile, int],
    offsets: dict[str, int],
    alarms: tuple[int, ...],
    others: dict[str, int],
) -> None:
    profile, version = written
    record = record_of(profile, offsets, version)
    moved = with_offsets(with_alarms(record, alarms), encode_offsets(others))
    assert header(moved) == (profile.deadline, alarms, others)
    profile.alarms = alarms
    assert load(moved) == profile


@given(_profiles, _offsets)
def test_a_version_without_marks_of_commands_has_the_bytes_from_before_there_were_any(
    profile: Profile, offsets: dict[str, int]
) -> None:
    encoded, _ = decode(record_of(profile, offsets, ORDERS_COMMANDS - 1))
    fields = msgspec.msgpack.decode(encoded[1:])
    known = Profile.__struct_fields__
    assert len(fields) == known.index("commanded_at")
    assert decode_profile(encoded) == msgspec.structs.replace(profile, commanded_at=None)


@given(_written(), _offsets, st.data())
def test_a_record_that_is_cut_off_is_refused(
    written: tuple[Profile, int], offsets: dict[str, int], data: st.DataObject
) -> None:
    profile, version = written
    record = record_of(profile, offsets, version)
    cut = record[: data.draw(st.integers(0, len(record) - 1))]
    with pytest.raises(ValueError, match=r"changelog record|profile"):
        load(cut)


@pytest.mark.parametrize(
    ("record", "said"),
    [
        (encode_profile(Profile("c", 0, 0)), "version 01"),
        (b"", "version none"),
        (b"\x04\x00\x00\x00\x00", "version 04, this program reads 02 and 03"),
        (b"\x02\x00\x00\x00\x09abc", "cut off"),
        (b"\x02\x00\x00\x00\x01\xc0", "damaged"),
        (b"\x03\x00\x00\x00\x01\x80\x00", "cut off"),
    ],
)
def test_says_that_bytes_are_no_record_of_these_versions(record: bytes, said: str) -> None:
    with pytest.raises(ChangelogRecordError, match=said):
        decode(record)
