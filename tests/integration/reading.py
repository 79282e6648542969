"""Reads topics as whoever heeds transactions reads them."""

import time
from collections.abc import Sequence

from confluent_kafka import Consumer, KafkaError, Message, TopicPartition

from .running import DEADLINE_S

PAUSE_S = 0.01
_ASK_S = 30.0


def everything_in(
    brokers: str, topic: str, partitions: int, isolation: str = "read_committed"
) -> list[Message]:
    """The records of a topic up to its present ends. A transaction under way holds back what
    follows it."""
    consumer = _consumer(brokers, isolation)
    consumer.assign([TopicPartition(topic, number, 0) for number in range(partitions)])
    found: list[Message] = []
    ended: set[int | None] = set()
    while len(ended) < partitions:
        for message in consumer.consume(1_000, 0.1):
            error = message.error()
            if error is None:
                found.append(message)
            elif error.code() == KafkaError._PARTITION_EOF:
                ended.add(message.partition())
    consumer.close()
    return found


def committed_in(brokers: str, topic: str, partitions: int) -> list[Message]:
    """The same when no transaction is under way any more, so nothing is held back. See
    `settled_ends`, which waits for that, so whoever writes must not depend on this thread."""
    settled_ends(brokers, topic, partitions)
    return everything_in(brokers, topic, partitions)


def settled_ends(brokers: str, topic: str, partitions: int) -> list[int]:
    """Where the partitions end, once no transaction is open on any of them.

    Whoever ends a transaction is told so as soon as the brokers have noted it; the marks that let
    its readers go on are written to each partition after that.
    """
    asked = [TopicPartition(topic, number) for number in range(partitions)]
    readers = [_consumer(brokers, name) for name in ("read_committed", "read_uncommitted")]
    deadline_s = time.monotonic() + DEADLINE_S
    try:
        while True:
            readable, written = (_ends(reader, asked) for reader in readers)
            if readable == written:
                return written
            assert time.monotonic() < deadline_s, (
                f"a transaction is still open on {topic}: it can be read up to {readable}, and was "
                f"written up to {written}"
            )
            time.sleep(PAUSE_S)
    finally:
        for reader in readers:
            reader.close()


def _ends(reader: Consumer, asked: Sequence[TopicPartition]) -> list[int]:
    return [reader.get_watermark_offsets(each, timeout=_ASK_S)[1] for each in asked]


def _consumer(brokers: str, isolation: str) -> Consumer:
    return Consumer(
        {
            "bootstrap.servers": brokers,
            "group.id": "reads",
            "enable.auto.commit": False,
            "enable.partition.eof": True,
            "isolation.level": isolation,
        }
    )
