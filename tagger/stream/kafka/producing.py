"""Hands records to a client, which sends them on threads of its own.

Calls block while the client's queue is full. Its arguments are given by position, and headers only
when there are some: every name, and an empty list of headers, costs as much as the record itself.
"""

from collections.abc import Callable
from typing import Final

from confluent_kafka import KafkaError, Message, Producer
from msgspec.structs import astuple

from tagger.stream.log import Output

Delivered = Callable[[KafkaError | None, Message], None]

_ANY_PARTITION: Final = -1
_NOW: Final = 0
_FULL_S: Final = 0.05


def produce(producer: Producer, output: Output, delivered: Delivered | None) -> None:
    """A record to publish."""
    topic, key, value, of_output, partition = astuple(output)
    if partition is None:
        partition = _ANY_PARTITION
    if not of_output:
        produce_bare(producer, topic, key, value, partition, delivered)
        return
    headers: list[tuple[str, str | bytes | None]] = list(of_output)
    while True:
        try:
            producer.produce(topic, value, key, partition, delivered, None, _NOW, headers)
        except BufferError:
            producer.poll(_FULL_S)
        else:
            return


def produce_bare(
    producer: Producer,
    topic: str,
    key: bytes | None,
    value: bytes | None,
    partition: int,
    delivered: Delivered | None,
) -> None:
    """A record without headers."""
    while True:
        try:
            producer.produce(topic, value, key, partition, delivered)
        except BufferError:
            producer.poll(_FULL_S)
        else:
            return
