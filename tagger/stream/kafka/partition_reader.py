"""Reads single partitions from one offset to another, for commands that look at topics whole.

Every call blocks. Nothing is committed, and no group is joined.
"""

from collections.abc import Iterable, Iterator
from functools import partial

from confluent_kafka import KafkaException, Message, TopicPartition

from tagger.settings import Settings
from tagger.stream.kafka import clients
from tagger.stream.kafka.assignment import Partition
from tagger.stream.kafka.batches import record_of
from tagger.stream.kafka.clients import Isolation
from tagger.stream.kafka.patience import patiently
from tagger.stream.log import LogRecord, LogUnavailableError

_BATCH = 2_000
POLL_S = 0.2
IDLE_POLLS = 150
"""So many polls without an answer, half a minute, and the broker counts as away."""
_ASK_S = 15.0


def records_of(
    settings: Settings,
    at: Partition,
    start: int,
    end: int,
    isolation: Isolation = "read_committed",
) -> Iterator[LogRecord]:
    """The records of a partition with offsets in [start, end), in order. Little is read ahead, so
    that many partitions can be read side by side; `read_committed`, what an open transaction holds
    back is left out.

    Raises LogUnavailableError, and KafkaException for a position that is gone.
    """
    if start >= end:
        return
    topic, partition = at
    consumer = clients.lone_reader(
        settings,
        settings.group,
        {
            "auto.offset.reset": "error",
            "enable.partition.eof": True,
            "isolation.level": isolation,
            "queued.min.messages": 5 * _BATCH,
            "queued.max.messages.kbytes": 16_384,
            "fetch.wait.max.ms": 10,
        },
    )
    try:
        consumer.assign([TopicPartition(topic, partition, start)])
        idle_polls = 0
        while idle_polls <= IDLE_POLLS:
            messages = consumer.consume(_BATCH, POLL_S)
            idle_polls = 0 if messages else idle_polls + 1
            for message in messages:
                offset = message.offset()
                if _is_end(message) or (offset is not None and offset >= end):
                    return
                if message.error() is None and offset is not None:
                    yield record_of(message, offset)
        raise LogUnavailableError(f"the broker sends nothing of {topic}/{partition}")
    finally:
        consumer.close()


def bounds(
    settings: Settings, partitions: Iterable[Partition], isolation: Isolation
) -> dict[Partition, tuple[int, int]]:
    """Where partitions begin and end; `read_committed`, where a transaction that is still open
    begins is their end. Raises LogUnavailableError."""
    consumer = clients.changelog_reader(settings, isolation)
    try:
        found: dict[Partition, tuple[int, int]] = {}
        for topic, partition in partitions:
            asked = TopicPartition(topic, partition)
            ask = partial(consumer.get_watermark_offsets, asked, timeout=_ASK_S)
            found[topic, partition] = patiently(ask)
        return found
    finally:
        consumer.close()


def _is_end(message: Message) -> bool:
    error = message.error()
    if error is None:
        return False
    if error.code() == clients.PARTITION_EOF:
        return True
    if error.fatal() or error.code() == clients.AUTO_OFFSET_RESET:
        raise KafkaException(error)
    return False
