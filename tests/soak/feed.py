"""Writes traffic to the brokers while everything else goes on, and notes what they have taken."""

import threading
import time
from collections.abc import Callable
from typing import Any

from confluent_kafka import KafkaError, Message

from tagger.settings import Settings
from tagger.stream.kafka import clients

from .traffic import Traffic, Written

TARDY_S = 1.8
"""Just under the grace of a shard's clock: an event on which the brokers took longer may have come
behind it."""

WARM_UP = 60
"""Records that nobody can use: no event waits for leaders to be found."""


class FeedError(Exception):
    """The brokers did not take a record."""


class LiveFeed:
    """Writes `rate` records a second while it runs.

    `lines` are the events and commands that the brokers have taken, `broken` what nobody can use,
    and `tardy` the customers of whom an event took long to reach them.
    """

    def __init__(self, settings: Settings, traffic: Traffic, rate: float) -> None:
        self.lines: list[dict[str, Any]] = []
        self.broken: list[bytes] = []
        self.tardy: set[str] = set()
        self.count = 0
        """Records taken."""
        self._producer = clients.producer(settings)
        self._names = {role: name for name, role in settings.topics.inputs().items()}
        self._traffic = traffic
        self._pause_s = 1 / rate
        self._halt = threading.Event()
        self._goes = threading.Event()
        self._goes.set()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._failure: str | None = None

    def introduce(self) -> None:
        """Write the first words of all customers; returns when they are taken. Raises FeedError."""
        for written in self._traffic.first_words(_now_ms()):
            self._write(written)
        self._flush()

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def pause(self) -> None:
        """Write nothing until `resume`; returns when everything written is taken. Raises
        FeedError."""
        self._goes.clear()
        self._flush()

    def resume(self) -> None:
        """Go on, once the brokers take records again."""
        for _ in range(WARM_UP):
            self._write(self._traffic.unusable())
        self._flush()
        self._goes.set()

    def stop(self) -> None:
        """Return when everything written is taken. Raises FeedError when something was not: then
        nobody knows what the topics hold."""
        self._halt.set()
        self._goes.set()
        if self._thread.ident is not None:
            self._thread.join()
        self._flush()

    def _flush(self) -> None:
        while self._producer.flush(5):
            pass
        if self._failure is not None:
            raise FeedError(self._failure)

    def _run(self) -> None:
        while not self._halt.wait(self._pause_s) and self._failure is None:
            self._goes.wait()
            self._producer.poll(0)
            written = self._traffic.draw(_now_ms())
            if written is not None:
                self._write(written)

    def _write(self, written: Written) -> None:
        self._producer.produce(
            self._names[written.role],
            written.value,
            written.customer.encode(),
            on_delivery=self._receipt(written),
        )

    def _receipt(self, written: Written) -> Callable[[KafkaError | None, Message], None]:
        def receive(error: KafkaError | None, message: Message) -> None:
            if error is not None:
                self._failure = error.str()
                return
            self.count += 1
            if written.is_broken:
                self.broken.append(written.value)
            elif written.line is not None:
                self.lines.append(written.line)
                if (message.latency() or 0.0) > TARDY_S:
                    self.tardy.add(written.customer)

        return receive


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
