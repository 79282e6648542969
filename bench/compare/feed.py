"""Writes purchases to Kafka: a year at once, or live at a rate. A record's timestamp is the time of
its purchase."""

import sys
import time

from confluent_kafka import KafkaError, Message, Producer

from bench.compare.errors import BenchError
from bench.compare.scene import KEPT_FOR_EVER
from bench.job.purchases import PARTITIONS, History, Job
from tagger.codecs.encode import Encoder
from tagger.domain.events import Purchase
from tests.integration.kafka_server import KafkaServer

FLUSH_S = 60.0
_TOLD_EVERY = 250_000
_CONFIG: dict[str, str | int | bool] = {
    "partitioner": "murmur2_random",
    "enable.idempotence": True,
    "queue.buffering.max.messages": 200_000,
    "log_level": 3,
}


class Feed:
    """Writes to one topic. `slowest_s` is how long the broker took for one record at most, as far
    as reports have come in."""

    def __init__(
        self, brokers: str, topic: str, *, linger_ms: int = 20, compression: str = "lz4"
    ) -> None:
        config = {"linger.ms": linger_ms, "compression.type": compression, **_CONFIG}
        self._producer = Producer(config | {"bootstrap.servers": brokers})
        self.slowest_s = 0.0
        self._topic = topic
        self._encode = Encoder(records=[Purchase]).encode

    def write(self, purchase: Purchase) -> None:
        """Hand a purchase to the client."""
        key, value = purchase.customer_id.encode(), self._encode(purchase)
        while True:
            try:
                self._producer.produce(
                    self._topic,
                    value,
                    key,
                    timestamp=purchase.occurred_at,
                    on_delivery=self._delivered,
                )
            except BufferError:
                self._producer.poll(0.05)
            else:
                self._producer.poll(0)
                return

    def _delivered(self, _: KafkaError | None, message: Message) -> None:
        self.slowest_s = max(self.slowest_s, message.latency() or 0.0)

    def flush(self) -> None:
        """Return when the broker has everything. Raises BenchError."""
        if left := self._producer.flush(FLUSH_S):
            raise BenchError(f"{self._topic}: the broker did not take {left} records")


def written(server: KafkaServer, job: Job, compression: str) -> tuple[str, History]:
    """A new topic with all of the job's purchases. Raises BenchError."""
    tell(f"writing {job.events:,} purchases of {job.customers:,} customers")
    topic = f"year-{job.events}-{compression}.purchases"
    server.create_topics([topic], PARTITIONS, KEPT_FOR_EVER)
    history = History(job)
    write_history(server.brokers, topic, history, compression)
    return topic, history


def write_history(brokers: str, topic: str, history: History, compression: str) -> None:
    """Write all of it. Raises BenchError."""
    feed = Feed(brokers, topic, compression=compression)
    begun = time.monotonic()
    for number, purchase in enumerate(history.purchases(), 1):
        feed.write(purchase)
        if number % _TOLD_EVERY == 0:
            tell(f"  {number:,} purchases written, {time.monotonic() - begun:.0f} s")
    feed.flush()


def tell(progress: str) -> None:
    """To whoever waits."""
    sys.stderr.write(progress + "\n")
    sys.stderr.flush()
