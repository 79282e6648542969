"""What records add up to, so that what was moved can be compared with what was there.

Sums do not depend on the order of partitions; the order of one customer's records is in them.
"""

from collections import Counter
from collections.abc import Iterable
from hashlib import blake2b

import msgspec

from tagger.stream.kafka.migration_faults import MigrationError
from tagger.stream.log import LogRecord
from tagger.stream.murmur2 import partition_of

_BYTES = 16


class Fold(msgspec.Struct):
    """How many there were, and the sum of their hashes (BLAKE2b, 128 bits)."""

    count: int = 0
    total: int = 0

    def add(self, *parts: bytes) -> None:
        """Take one in; `parts` say all about it."""
        digest = blake2b(digest_size=_BYTES)
        for part in parts:
            digest.update(len(part).to_bytes(8))
            digest.update(part)
        self.count += 1
        self.total = (self.total + int.from_bytes(digest.digest())) % 2 ** (8 * _BYTES)

    def merge(self, other: "Fold") -> None:
        """Take in all that `other` took in."""
        self.count += other.count
        self.total = (self.total + other.total) % 2 ** (8 * _BYTES)


def fold_unread(records: Iterable[LogRecord]) -> Fold:
    """Of input records; each counts with its place among those of its key."""
    fold, places = Fold(), Counter[bytes | None]()
    for record in records:
        places[record.key] += 1
        headers = msgspec.msgpack.encode((record.key, record.value, record.headers))
        fold.add(places[record.key].to_bytes(8), headers)
    return fold


def fold_profiles(records: Iterable[LogRecord], partition: int, partitions: int) -> Fold:
    """Of the changelog records of one partition, each of another customer.

    Raises MigrationError for a customer who is there twice or lies in the wrong partition.
    """
    fold, seen = Fold(), set[bytes]()
    for record in records:
        key = record.key or b""
        if key in seen or partition_of(key, partitions) != partition:
            raise MigrationError(
                f"customer {key!r} is twice in partition {partition}, or does not belong there"
            )
        seen.add(key)
        fold.add(key, record.value or b"")
    return fold
