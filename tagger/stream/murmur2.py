"""Kafka's default partitioner, to tell records that a wrong one has put elsewhere.

32-bit MurmurHash2 by Austin Appleby, with the seed and the masking of Kafka's Java client;
librdkafka calls the same choice `murmur2_random`.
"""

from struct import unpack_from

_SEED = 0x9747B28C
_MULTIPLIER = 0x5BD1E995
_WORD = 0xFFFFFFFF
_POSITIVE = 0x7FFFFFFF


def murmur2(key: bytes) -> int:
    """The hash of `key` as an unsigned 32-bit integer."""
    length = len(key)
    words = length >> 2
    state = _SEED ^ length
    for word in unpack_from(f"<{words}I", key):
        mixed = word * _MULTIPLIER & _WORD
        state = (state * _MULTIPLIER ^ (mixed ^ mixed >> 24) * _MULTIPLIER) & _WORD
    tail = key[words << 2 :]
    if tail:
        state = (state ^ int.from_bytes(tail, "little")) * _MULTIPLIER & _WORD
    state = (state ^ state >> 13) * _MULTIPLIER & _WORD
    return state ^ state >> 15


def partition_of(key: bytes, partitions: int) -> int:
    """The partition that `key` belongs to among `partitions`."""
    return (murmur2(key) & _POSITIVE) % partitions
