import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagger.codecs.binary import read_varint
from tagger.domain.dead_letters import DeadLetterCode, RecordError


def varint(number: int) -> bytes:
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    return bytes([*out, number])


@given(st.integers(0, 2**64 - 1), st.binary(max_size=3), st.binary(max_size=3))
def test_a_number_of_up_to_64_bits_is_read(number: int, before: bytes, behind: bytes) -> None:
    data = before + varint(number)
    assert read_varint(data + behind, len(before)) == (number, len(data))


@given(st.integers(2**64, 2**90))
def test_a_larger_number_is_undecodable(number: int) -> None:
    with pytest.raises(RecordError) as caught:
        read_varint(varint(number), 0)
    assert caught.value.code == DeadLetterCode.UNDECODABLE
