"""Profiles with their offsets as bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagger.engine.profile import Profile
from tagger.engine.profile_codec import encode_profile
from tagger.stream.changelog_record import ChangelogRecordError, decode, encode, encode_offsets

_offsets = st.dictionaries(st.text(min_size=1, max_size=20), st.integers(0, 2**62), max_size=5)


@given(st.binary(max_size=400), _offsets)
def test_profile_and_offsets_come_back(profile: bytes, offsets: dict[str, int]) -> None:
    assert decode(encode(profile, encode_offsets(offsets))) == (profile, offsets)


@pytest.mark.parametrize(
    ("record", "said"),
    [
        (encode_profile(Profile("c", 0, 0)), "version 01"),
        (b"", "version none"),
        (b"\x02\x00\x00\x00\x09abc", "cut off"),
        (b"\x02\x00\x00\x00\x01\xc0", "damaged"),
    ],
)
def test_says_that_bytes_are_no_record_of_this_version(record: bytes, said: str) -> None:
    with pytest.raises(ChangelogRecordError, match=said):
        decode(record)
