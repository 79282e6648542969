"""The partitioner agrees with the clients that write the inputs."""

import pytest
from confluent_kafka import Message, Producer
from hypothesis import given
from hypothesis import strategies as st

from tagger.stream.murmur2 import murmur2, partition_of

MOCK_PARTITIONS = 4


@pytest.mark.parametrize(
    ("key", "signed"),
    [
        (b"21", -973932308),
        (b"abc", 479470107),
        (b"foobar", -790332482),
        (b"a-little-bit-long-string", -985981536),
        (b"a-little-bit-longer-string", -1486304829),
        (b"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971),
    ],
)
def test_hashes_as_the_java_client_does(key: bytes, signed: int) -> None:
    assert murmur2(key) == signed & 0xFFFFFFFF


def test_librdkafka_puts_keys_on_the_same_partitions() -> None:
    keys = [f"customer-{n}"[: 1 + n % 12].encode() + bytes([n]) for n in range(64)]
    placed: dict[bytes, int] = {}

    def delivered(error: object, message: Message) -> None:
        assert error is None
        key, partition = message.key(), message.partition()
        assert key is not None
        assert partition is not None
        placed[key] = partition

    producer = Producer({"test.mock.num.brokers": 1, "partitioner": "murmur2_random"})
    for key in keys:
        producer.produce("placed", b"", key, on_delivery=delivered)
    assert producer.flush(30) == 0
    assert placed == {key: partition_of(key, MOCK_PARTITIONS) for key in keys}


@given(st.binary(max_size=40), st.integers(1, 1_000))
def test_every_key_has_a_partition(key: bytes, partitions: int) -> None:
    assert 0 <= partition_of(key, partitions) < partitions
