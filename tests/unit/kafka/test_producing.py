"""What is handed to a client is what arrives, and a full queue is waited for."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from confluent_kafka import Consumer, KafkaError, Message, Producer, TopicPartition

from tagger.settings import Settings
from tagger.stream.kafka import clients
from tagger.stream.kafka.embedded import PARTITIONS, EmbeddedBroker
from tagger.stream.kafka.producing import produce
from tagger.stream.kafka.transaction_records import Receipts, fill
from tagger.stream.log import Checkpoint, Output
from tagger.stream.murmur2 import partition_of
from tagger.stream.topics import Topics

TOPICS = Topics()
CHANGES, CHANGELOG = TOPICS.tag_change, TOPICS.profile_changelog
HEADERS = (("ce_id", b"x-1"), ("none", None), ("ce_id", b""))
PATIENCE_S = 20.0


@pytest.fixture(scope="module")
def settings() -> Iterator[Settings]:
    with EmbeddedBroker([CHANGES, CHANGELOG]) as broker:
        yield replace(Settings(brokers="none"), brokers=broker.brokers)


def written(settings: Settings, topic: str, count: int) -> list[Message]:
    """So many records of a topic, whichever partitions they are in."""
    reader: Consumer = clients.lone_reader(settings, "test", {"fetch.wait.max.ms": 10})
    reader.assign([TopicPartition(topic, each, 0) for each in range(PARTITIONS)])
    try:
        return list(reader.consume(count, PATIENCE_S))
    finally:
        reader.close()


Parts = tuple[object, ...]


def parts_of(message: Message) -> Parts:
    headers = tuple(message.headers() or ())
    return message.value(), message.key(), message.topic(), message.partition(), headers


def parts(output: Output, partition: int | None = None) -> Parts:
    where = output.partition if partition is None else partition
    return output.value, output.key, output.topic, where, output.headers


def test_a_transaction_has_all_of_its_records(settings: Settings) -> None:
    outputs = (
        Output(CHANGES, b"c-1", b"1", HEADERS, 2),
        Output(CHANGES, b"c-1", b"2", HEADERS, 0),
        Output(CHANGES, b"c-1", b"3", (), 3),
        Output(CHANGES, b"c-1", None, HEADERS, 1),
    )
    left_open = Output(CHANGES, b"c-7", b"4", HEADERS)
    rows = ((b"c-1", b"profile"), (b"c-2", None), (b"c-3", b"last"))
    producer = clients.transactional_producer(settings, "test")
    producer.init_transactions(PATIENCE_S)
    receipts = Receipts(of_all=False)
    checkpoint = Checkpoint(1, (*outputs, left_open), rows, {}, "")
    fill(producer, [checkpoint], TOPICS, receipts)
    producer.commit_transaction(PATIENCE_S)

    expected = {*map(parts, outputs), parts(left_open, partition_of(b"c-7", PARTITIONS))}
    assert set(map(parts_of, written(settings, CHANGES, 5))) == expected
    assert [parts_of(each) for each in written(settings, CHANGELOG, 3)] == [
        (value, key, CHANGELOG, 1, ()) for key, value in rows
    ]
    assert receipts.reached == {1: 3}


@pytest.mark.parametrize("headers", [(), HEADERS])
def test_a_full_queue_is_waited_for(
    settings: Settings, headers: tuple[tuple[str, bytes | None], ...]
) -> None:
    producer = Producer(
        {
            "bootstrap.servers": settings.brokers,
            "queue.buffering.max.messages": 2,
            "linger.ms": 0,
        }
    )
    told: list[KafkaError | None] = []
    for number in range(20):
        output = Output(CHANGELOG, b"k", b"%d" % number, headers, 3)
        produce(producer, output, lambda error, _: told.append(error))
    assert producer.flush(PATIENCE_S) == 0
    assert told == [None] * 20
