"""What fetching and producing take of the calling thread, with a broker inside this process.

The client's own threads are not counted here: the whole program's figures have them (`make bench`).
"""

from collections.abc import Sequence
from dataclasses import replace

import msgspec
from confluent_kafka import Consumer, TopicPartition

from bench.stages.stopwatch import Stopwatch
from tagger.settings import Settings
from tagger.stream.kafka import clients
from tagger.stream.kafka.assignment import Assignment
from tagger.stream.kafka.batches import by_partition
from tagger.stream.kafka.embedded import EmbeddedBroker
from tagger.stream.kafka.reader import MAX_RECORDS
from tagger.stream.kafka.transaction_records import Receipts, fill
from tagger.stream.log import Checkpoint, LogRecord

PATIENCE_S = 30.0


class StandstillError(Exception):
    """The broker did not do what it was asked for, within `PATIENCE_S`."""


def produce(checkpoints: Sequence[Checkpoint], watch: Stopwatch) -> None:
    """Send what checkpoints publish and write, a transaction each."""
    settings = Settings(brokers="none")
    with EmbeddedBroker(msgspec.structs.astuple(settings.topics)) as broker:
        settings = replace(settings, brokers=broker.brokers)
        producer = clients.transactional_producer(settings, "bench")
        producer.init_transactions(PATIENCE_S)
        for checkpoint in checkpoints:
            with watch.of("produce"):
                fill(producer, [checkpoint], settings.topics, Receipts(of_all=False))
            producer.commit_transaction(PATIENCE_S)


def fetch(records: Sequence[LogRecord], watch: Stopwatch) -> None:
    """Read records from partition 0 and make batches of them. Raises StandstillError."""
    settings = Settings(brokers="none")
    topic = settings.topics.purchase
    with EmbeddedBroker([topic]) as broker:
        settings = replace(settings, brokers=broker.brokers)
        producer = clients.producer(settings)
        for record in records:
            producer.produce(topic, record.value, record.key, 0, timestamp=record.timestamp)
        if producer.flush(PATIENCE_S):
            raise StandstillError("the broker did not take every record")
        consumer = clients.lone_reader(settings, "bench", {"fetch.wait.max.ms": 10})
        consumer.assign([TopicPartition(topic, 0, 0)])
        try:
            _read(consumer, topic, len(records), watch)
        finally:
            consumer.close()


def _read(consumer: Consumer, topic: str, count: int, watch: Stopwatch) -> None:
    assignment = Assignment([topic])
    assignment.gain([(topic, 0)])
    assignment.open({(topic, 0): 0})
    left = count
    while left:
        with watch.of("fetch"):
            messages = consumer.consume(min(left, MAX_RECORDS), PATIENCE_S)
            by_partition(messages, assignment)
        if not messages:
            raise StandstillError("the broker did not give every record")
        left -= len(messages)
