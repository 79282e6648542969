"""Sends records and waits until the brokers have all of them; every call blocks."""

import threading
from collections.abc import Iterable

from confluent_kafka import KafkaError, Message

from tagger.settings import Settings
from tagger.stream.kafka import clients
from tagger.stream.kafka.producing import produce
from tagger.stream.log import Output

FLUSH_S = 1.0


class SendError(Exception):
    """The brokers did not take a record that a checkpoint needs."""


class Receipts:
    """Delivery reports of one call. They come on whatever thread polls the producer."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._answered = 0
        self.failure: str | None = None
        self.last_offset: int | None = None
        """Of the record that was acknowledged last."""

    def __call__(self, error: KafkaError | None, message: Message) -> None:
        with self._lock:
            self._answered += 1
            self.last_offset = message.offset()
            if error is not None and self.failure is None:
                self.failure = f"{message.topic()}/{message.partition()}: {error.str()}"

    def all_of(self, sent: int) -> bool:
        """Whether so many records were answered, whatever the answers are."""
        with self._lock:
            return self._answered == sent


class Sender:
    """One idempotent producer for all shards; several threads may send at once."""

    def __init__(self, settings: Settings) -> None:
        self._producer = clients.producer(settings)

    def send(self, outputs: Iterable[Output]) -> int | None:
        """Send `outputs` in order and return when all of them are acknowledged. Gives the offset
        of the last one when all are for one partition.

        Raises SendError, after the producer's own retries of two minutes.
        """
        receipts = Receipts()
        sent = 0
        for output in outputs:
            produce(self._producer, output, receipts)
            sent += 1
        while not receipts.all_of(sent):
            self._producer.flush(FLUSH_S)
        if receipts.failure is not None:
            raise SendError(receipts.failure)
        return receipts.last_offset
