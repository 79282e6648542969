"""Live traffic on all event topics, in order: each customer's events come far enough apart that no
merge has to choose between them."""

import json
import random
import threading
import time
from collections.abc import Callable
from typing import Any

from confluent_kafka import KafkaError, Message

from tagger.settings import Settings
from tagger.stream.kafka import clients

APART_S = 5.0
"""Between two events of one customer at least; more than the grace of 2 seconds."""


class FeedError(Exception):
    """The brokers did not take an event."""


class LiveFeed:
    """Writes `rate` events a second while it runs; `events` are those the brokers have taken."""

    def __init__(self, settings: Settings, customers: int, rate: float, seed: int) -> None:
        self.events: list[dict[str, Any]] = []
        self._producer = clients.producer(settings)
        self._topics = settings.topics
        self._random = random.Random(seed)
        self._free_at = dict.fromkeys((f"c-{number}" for number in range(customers)), 0.0)
        self._pause_s = 1 / rate
        self._halt = threading.Event()
        self._goes = threading.Event()
        self._goes.set()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._failure: str | None = None

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def pause(self) -> None:
        """Write nothing until `resume`; returns when everything written is acknowledged."""
        self._goes.clear()
        while self._producer.flush(5):
            pass

    def resume(self) -> None:
        """Go on."""
        self._goes.set()

    def stop(self) -> None:
        """Return when everything written is acknowledged. Raises FeedError when something was not:
        then nobody knows what the topics hold."""
        self._halt.set()
        self._goes.set()
        if self._thread.ident is not None:
            self._thread.join()
        while self._producer.flush(5):
            pass
        if self._failure is not None:
            raise FeedError(self._failure)

    def _run(self) -> None:
        number = 0
        while not self._halt.wait(self._pause_s):
            self._goes.wait()
            self._producer.poll(0)
            now = time.monotonic()
            free = [name for name, at in self._free_at.items() if at <= now]
            if free:
                number += 1
                customer = self._random.choice(free)
                self._free_at[customer] = now + APART_S
                self._write(number, customer)

    def _write(self, number: int, customer: str) -> None:
        topic, fields = self._draw(number)
        event = {
            "event_id": f"e-{number}",
            "customer_id": customer,
            "occurred_at": time.time_ns() // 1_000_000,
            **fields,
        }
        kind = self._topics.inputs()[topic]
        self._producer.produce(
            topic,
            json.dumps(event).encode(),
            customer.encode(),
            on_delivery=self._receipt({"type": kind, **event}),
        )

    def _draw(self, number: int) -> tuple[str, dict[str, Any]]:
        draw = self._random.random()
        if draw < 0.45:
            money = {"amount_minor": self._random.randrange(1, 90) * 100, "currency": "USD"}
            sale = {"order_id": f"o-{number}", "kind": "sale", "lines": [], **money}
            return self._topics.purchase, sale
        if draw < 0.75:
            return self._topics.browse, {"action": "cart_add", "product_id": "p", "cart_id": "k"}
        if draw < 0.95:
            said = {"conversation_id": "k", "direction": "inbound", "text": "hello"}
            return self._topics.chat, said
        return self._topics.profile, {"attributes": {"seen": number}}

    def _receipt(self, event: dict[str, Any]) -> Callable[[KafkaError | None, Message], None]:
        def receive(error: KafkaError | None, _: Message) -> None:
            if error is None:
                self.events.append(event)
            else:
                self._failure = error.str()

        return receive
