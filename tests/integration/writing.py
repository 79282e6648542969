"""Writes input records for tests."""

from confluent_kafka import KafkaError, Message

from tagger.settings import Settings
from tagger.stream.kafka import clients
from tagger.stream.log import Headers

CUSTOMERS = 50


def write(
    settings: Settings, values: list[bytes], *, timestamp: int = 1_000, headers: Headers = ()
) -> None:
    """Spread `values` over all input topics and customers, in order; returns when written."""
    failures: list[str] = []

    def delivered(error: KafkaError | None, _: Message) -> None:
        if error is not None:
            failures.append(error.str())

    producer = clients.producer(settings)
    topics = tuple(settings.topics.inputs())
    for number, value in enumerate(values):
        producer.produce(
            topics[number % len(topics)],
            value,
            b"c%d" % (number % CUSTOMERS),
            timestamp=timestamp,
            headers=list(headers),
            on_delivery=delivered,
        )
    producer.flush(30)
    assert not failures


def numbered(count: int, prefix: str = "v") -> list[bytes]:
    """Distinct values."""
    return [f"{prefix}{number}".encode() for number in range(count)]
