"""Profiles with their offsets and alarms as bytes, in each version."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagger.engine.profile import Profile
from tagger.engine.profile_codec import decode_profile, encode_profile
from tagger.stream.changelog_record import (
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
)
_versions = st.sampled_from(READABLE)


def record_of(profile: Profile, offsets: dict[str, int], version: int) -> bytes:
    return encode(profile, encode_profile(profile), encode_offsets(offsets), version)


@given(_profiles, _offsets, _versions)
def test_profile_offsets_and_alarms_come_back(
    profile: Profile, offsets: dict[str, int], version: int
) -> None:
    record = record_of(profile, offsets, version)
    assert record[0] == version
    encoded, found = decode(record)
    assert (decode_profile(encoded), found) == (profile, offsets)
    assert load(record) == profile
    assert header(record) == (profile.deadline, profile.alarms, offsets)


@given(_profiles, _offsets, _versions, _alarms, _offsets)
def test_alarms_and_offsets_are_replaced_alone(
    profile: Profile,
    offsets: dict[str, int],
    version: int,
    alarms: tuple[int, ...],
    others: dict[str, int],
) -> None:
    record = record_of(profile, offsets, version)
    moved = with_offsets(with_alarms(record, alarms), encode_offsets(others))
    assert header(moved) == (profile.deadline, alarms, others)
    profile.alarms = alarms
    assert load(moved) == profile


@given(_profiles, _offsets, _versions, st.data())
def test_a_record_that_is_cut_off_is_refused(
    profile: Profile, offsets: dict[str, int], version: int, data: st.DataObject
) -> None:
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
