"""A worker process on a real Kafka, customers whose windows end while nothing happens, and when
the world heard of it.

Each customer buys twice within a window of `WITHIN_MS` and holds a tag for it. The windows end at
instants of their own, long after the last record was written to any topic; some topics never had
one. A removal is seen twice: as the timestamp that the worker gave its record, and as the instant
at which a consumer of committed records has it.
"""

import logging
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import msgspec
from confluent_kafka import TopicPartition

from bench.machine import now_ms
from tagger.codecs.decode_outputs import decode_change
from tagger.codecs.encode import Encoder
from tagger.domain.events import Purchase
from tagger.domain.tags import TagChange
from tagger.settings import Settings
from tagger.stream.kafka import clients
from tests.integration.kafka_server import KafkaServer

WITHIN_MS = 20_000
TAG = "active"
PACK = f"""\
pack: idle
defaults: {{owner: bench}}
tags:
  {TAG}:
    title: {{en: Active}}
    assign: {{when: {{count: {{event: purchase, within: {WITHIN_MS // 1_000}s}}, gte: 2}}}}
"""
APART_MS = 1
"""Between a customer's two purchases."""
PATIENCE_S = 60.0


class StandstillError(Exception):
    """Something that must happen did not, within `PATIENCE_S`."""


class WorkerEndedError(Exception):
    """The worker's process has ended; the message says how, and what it wrote last."""


class Seen(msgspec.Struct, frozen=True):
    """A committed change, the timestamp of its record and when a consumer had it."""

    change: TagChange
    written_at: int
    seen_at: int


def wait_until(holds: Callable[[], bool], what: str) -> None:
    """Look every few milliseconds. Raises StandstillError, which names `what` did not come."""
    deadline_s = time.monotonic() + PATIENCE_S
    while not holds():
        if time.monotonic() > deadline_s:
            raise StandstillError(f"{what}: not within {PATIENCE_S:.0f} s")
        time.sleep(0.005)


@contextmanager
def broker(folder: Path, partitions: int) -> Iterator[Settings]:
    """Apache Kafka with all topics, and the settings of a worker on it.

    Raises KafkaServerError.
    """
    server = KafkaServer(folder)
    try:
        server.start()
        settings = Settings(brokers=server.brokers)
        server.create_topics(msgspec.structs.astuple(settings.topics), partitions)
        yield settings
    finally:
        server.stop()


@contextmanager
def worker(settings: Settings, folder: Path, port: int) -> Iterator[int]:
    """`tagger run` with the pack, ready; gives its process id.

    Raises WorkerEndedError, or StandstillError when it does not get ready.
    """
    (folder / "idle.yaml").write_text(PACK, "utf-8")
    inherited = {name: text for name, text in os.environ.items() if not name.startswith("TAGGER_")}
    chosen = {
        "TAGGER_BROKERS": settings.brokers,
        "TAGGER_STATE_DIR": str(folder / "state"),
        "TAGGER_WEB_HOST": "127.0.0.1",
        "TAGGER_WEB_PORT": str(port),
    }
    with (folder / "worker.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "tagger", "run", "--rules", str(folder / "idle.yaml")],
            env=inherited | chosen,
            stderr=log,
        )

    def is_ready() -> bool:
        code = process.poll()
        if code is not None:
            said = (folder / "worker.log").read_text("utf-8", "replace")[-2_000:]
            raise WorkerEndedError(f"the worker has ended with exit code {code}: {said}")
        return _is_ready(port)

    try:
        wait_until(is_ready, "the worker is ready")
        yield process.pid
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE_S)
    finally:
        process.kill()
        process.wait()


def _is_ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/ready", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, ConnectionError):
        return False


class Changes:
    """Reads the topic of tag changes in a thread, committed records alone."""

    def __init__(self, settings: Settings, partitions: int) -> None:
        self.seen: list[Seen] = []
        self._stopped = threading.Event()
        self._consumer = clients.lone_reader(settings, "bench", {"fetch.wait.max.ms": 10})
        topic = settings.topics.tag_change
        self._consumer.assign([TopicPartition(topic, number, 0) for number in range(partitions)])
        self._thread = threading.Thread(target=self._read)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._thread.join()

    def of(self, op: str) -> list[Seen]:
        """Those that added, or removed, the tag."""
        return [each for each in self.seen if each.change.op == op]

    def _read(self) -> None:
        while not self._stopped.is_set():
            for message in self._consumer.consume(1_000, 0.01):
                seen_at = now_ms()
                if message.error() is None:
                    change = decode_change(message.value())
                    self.seen.append(Seen(change, message.timestamp()[1], seen_at))
        self._consumer.close()


def shop(settings: Settings, customers: int, spread_ms: int) -> dict[str, int]:
    """Two purchases of each customer, written as they happen, the customers spread over
    `spread_ms`. By customer, the instant at which the window ends. Returns when the brokers have
    every record."""
    logging.getLogger(clients.logger.name).addHandler(logging.NullHandler())
    producer, encode = clients.producer(settings), Encoder().encode
    begin = now_ms()
    leaves_at: dict[str, int] = {}
    for number in range(customers):
        customer = f"c{number:04}"
        at = begin + number * spread_ms // customers
        time.sleep(max(0, at - now_ms()) / 1_000)
        for nth in range(2):
            happened = _purchase(customer, nth, at + nth * APART_MS)
            producer.produce(settings.topics.purchase, encode(happened), customer.encode())
        producer.poll(0)
        leaves_at[customer] = at + WITHIN_MS
    if producer.flush(PATIENCE_S):
        raise StandstillError("the brokers did not take every purchase")
    return leaves_at


def _purchase(customer: str, nth: int, at: int) -> Purchase:
    return Purchase(
        event_id=f"{customer}-{nth}",
        customer_id=customer,
        occurred_at=at,
        order_id=f"{customer}-{nth}",
        kind="sale",
        amount_minor=100,
        currency="EUR",
    )
