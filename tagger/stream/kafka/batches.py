"""From librdkafka's messages to whole-partition batches."""

from collections.abc import Iterable, Iterator

import msgspec
from confluent_kafka import TIMESTAMP_NOT_AVAILABLE, Message

from tagger.stream.kafka.assignment import NOWHERE, Assignment, Partition
from tagger.stream.log import Batch, Headers, LogRecord

MAX_BATCH = 500
"""Records of a batch at most: the event loop turns between two batches."""


class Delivery(msgspec.Struct, frozen=True):
    """A batch on its way to the worker, and the epoch of its shard when it was read."""

    batch: Batch
    epoch: int


def by_partition(
    messages: Iterable[Message], assignment: Assignment
) -> tuple[list[Delivery], list[Message]]:
    """Admitted records in deliveries of one partition each, and the messages that are no records.
    The client gives records of one partition in a row, so it is seldom asked where they belong.

    Moves the partitions' positions.
    """
    found: dict[Partition, list[LogRecord]] = {}
    events: list[Message] = []
    place: Partition | None = None
    begin = NOWHERE
    records: list[LogRecord] = []
    for message in messages:
        topic, partition, offset = message.topic(), message.partition(), message.offset()
        if message.error() is not None or topic is None or partition is None or offset is None:
            events.append(message)
            continue
        if place != (topic, partition):
            place = (topic, partition)
            begin = assignment.admitted_from(place)
            records = found.setdefault(place, [])
        if offset >= begin:
            records.append(record_of(message, offset))
    for at, records in found.items():
        if records:
            assignment.advance(at, records[-1].offset + 1)
    return [
        Delivery(Batch(topic, partition, tuple(part)), assignment.epoch(partition))
        for (topic, partition), records in found.items()
        for part in _parts(records)
    ], events


def joined(first: list[Delivery], more: list[Delivery]) -> list[Delivery]:
    """Deliveries of two calls, in order. Where the second goes on with a batch of the first, in the
    same epoch, the two are one, unless that would be too large."""
    found = list(more)
    for each in reversed(first):
        place = next((n for n, other in enumerate(found) if _same_place(each, other)), None)
        if place is None or not _fit(each, found[place]):
            found.insert(0, each)
        else:
            batch, records = each.batch, each.batch.records + found[place].batch.records
            found[place] = Delivery(Batch(batch.topic, batch.partition, records), each.epoch)
    return found


def _same_place(delivery: Delivery, other: Delivery) -> bool:
    batch, following = delivery.batch, other.batch
    return batch.partition == following.partition and batch.topic == following.topic


def _fit(delivery: Delivery, following: Delivery) -> bool:
    count = len(delivery.batch.records) + len(following.batch.records)
    return delivery.epoch == following.epoch and count <= MAX_BATCH


def _parts(records: list[LogRecord]) -> Iterator[list[LogRecord]]:
    for start in range(0, len(records), MAX_BATCH):
        yield records[start : start + MAX_BATCH]


def headers_of(message: Message) -> Headers:
    """A message's headers, in order; none when a name is not UTF-8, for then the client can give
    none of them."""
    try:
        given = message.headers()
    except (SystemError, UnicodeDecodeError):
        return ()
    if not given:
        return ()
    pairs = given.items() if isinstance(given, dict) else given
    return tuple((name, v.encode() if isinstance(v, str) else v) for name, v in pairs)


def record_of(message: Message, offset: int) -> LogRecord:
    """The record of a message that is no error."""
    kind, at = message.timestamp()
    return LogRecord(
        offset,
        -1 if kind == TIMESTAMP_NOT_AVAILABLE else at,
        message.key(),
        message.value(),
        headers_of(message),
    )
