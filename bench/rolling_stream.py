"""Workers that are restarted while purchases come in, and when the world heard of each purchase.

Purchases go to all partitions in turn, at a steady rate. Each of them moves its customer's number,
so that it shows as one committed change, and nothing that is lost or counted twice stays unseen.
"""

import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import Self

import msgspec

from bench.idle_stream import PATIENCE_S, Changes, WorkerEndedError, wait_until
from bench.machine import now_ms
from tagger.codecs.encode import Encoder
from tagger.domain.events import Purchase
from tagger.settings import Settings
from tagger.stream.kafka import clients
from tagger.stream.murmur2 import partition_of
from tests.integration.kafka_server import free_port

CUSTOMERS_OF_EACH = 20
"""Customers of each partition."""
PACK = """\
pack: rolling
defaults: {owner: bench}
tags:
  purchases:
    title: {en: Purchases}
    form: number
    value: {count: {event: purchase, within: 30d}}
"""
_PROFILES = re.compile(rb'^tagger_profiles\{shard="(\d+)"\}', re.MULTILINE)


class Traffic:
    """Writes `rate` purchases a second, to each partition in turn, between `with` and its end."""

    def __init__(self, settings: Settings, partitions: int, rate: int) -> None:
        self.written: defaultdict[str, int] = defaultdict(int)
        """Purchases of each customer."""
        self._producer = clients.producer(settings, linger_ms=1)
        self._topic = settings.topics.purchase
        self._rate = rate
        self._customers = _customers(partitions)
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Write no more; returns when the brokers have everything."""
        self._stopped.set()
        self._thread.join()
        while self._producer.flush(PATIENCE_S):
            pass

    def _run(self) -> None:
        encode, begun_s, number = Encoder().encode, time.monotonic(), 0
        while not self._stopped.wait(max(0.0, begun_s + number / self._rate - time.monotonic())):
            of_partition = self._customers[number % len(self._customers)]
            customer = of_partition[number // len(self._customers) % len(of_partition)]
            self.written[customer] += 1
            bought = encode(_purchase(customer, self.written[customer]))
            self._producer.produce(self._topic, bought, customer.encode())
            self._producer.poll(0)
            number += 1


def _customers(partitions: int) -> list[list[str]]:
    found: list[list[str]] = [[] for _ in range(partitions)]
    number = 0
    while any(len(of_partition) < CUSTOMERS_OF_EACH for of_partition in found):
        number += 1
        of_partition = found[partition_of(b"c%d" % number, partitions)]
        if len(of_partition) < CUSTOMERS_OF_EACH:
            of_partition.append(f"c{number}")
    return found


def _purchase(customer: str, number: int) -> Purchase:
    return Purchase(
        event_id=f"{customer}-{number}",
        customer_id=customer,
        occurred_at=now_ms(),
        order_id=f"{customer}-{number}",
        kind="sale",
        amount_minor=100,
        currency="EUR",
    )


class Workers:
    """`count` processes of `tagger run`, each with a state folder and a log of its own under
    `folder`. With `named`, each has a static name."""

    def __init__(self, settings: Settings, count: int, folder: Path, *, named: bool) -> None:
        self._settings = settings
        self._folder = folder
        self._named = named
        self._ports = [free_port() for _ in range(count)]
        self._lives: list[subprocess.Popen[bytes] | None] = [None] * count
        (folder / "rolling.yaml").write_text(PACK, "utf-8")

    def start(self, number: int) -> None:
        """Begin a life of a worker."""
        own = replace(self._settings, instance=f"worker-{number}" if self._named else None)
        inherited = {name: text for name, text in os.environ.items() if name[:7] != "TAGGER_"}
        with (self._folder / f"worker-{number}.log").open("ab") as log:
            self._lives[number] = subprocess.Popen(
                [sys.executable, "-m", "tagger", "run", "--rules", self._folder / "rolling.yaml"],
                env=inherited | self._environment(own, number),
                stderr=log,
            )

    def stop(self, number: int) -> float:
        """End a life as an operator does; gives how many seconds that took. Raises
        WorkerEndedError when it did not end well."""
        life, begun_s = self._lives[number], time.monotonic()
        if life is None:
            return 0.0
        self._lives[number] = None
        life.send_signal(signal.SIGTERM)
        code = life.wait(PATIENCE_S)
        if code:
            raise WorkerEndedError(f"worker {number} ended with exit code {code}: {self._folder}")
        return time.monotonic() - begun_s

    def kill(self) -> None:
        """End all lives at once."""
        for life in self._lives:
            if life is not None:
                life.kill()
                life.wait()

    def owners(self) -> dict[int, int]:
        """Which worker has which shard."""
        return {
            int(shard): number
            for number, life in enumerate(self._lives)
            if life is not None
            for shard in _PROFILES.findall(self._get(number, "metrics") or b"")
        }

    def wait_until_whole(self, partitions: int) -> dict[int, int]:
        """Wait until every living worker is ready and has its part of the shards; the owners.
        Raises WorkerEndedError or StandstillError."""
        living = [number for number, life in enumerate(self._lives) if life is not None]

        def is_whole() -> bool:
            owners = self.owners()
            return (
                len(owners) == partitions
                and set(owners.values()) == set(living)
                and all(self._get(number, "ready") is not None for number in living)
            )

        wait_until(is_whole, "every worker is ready")
        return self.owners()

    def _get(self, number: int, page: str) -> bytes | None:
        life = self._lives[number]
        if life is not None and life.poll() is not None:
            said = (self._folder / f"worker-{number}.log").read_text("utf-8", "replace")[-2_000:]
            raise WorkerEndedError(f"worker {number} has ended with {life.returncode}: {said}")
        try:
            url = f"http://127.0.0.1:{self._ports[number]}/{page}"
            with urllib.request.urlopen(url, timeout=5) as answer:
                body: bytes = answer.read()
                return body
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return None

    def _environment(self, own: Settings, number: int) -> dict[str, str]:
        topics = msgspec.structs.asdict(own.topics).items()
        return {f"TAGGER_TOPIC_{role.upper()}": name for role, name in topics} | {
            "TAGGER_BROKERS": own.brokers,
            "TAGGER_GROUP": own.group,
            "TAGGER_GROUP_PROTOCOL": own.group_protocol,
            "TAGGER_WEB_HOST": "127.0.0.1",
            "TAGGER_WEB_PORT": str(self._ports[number]),
            "TAGGER_STATE_DIR": str(self._folder / f"state-{number}"),
            **({} if own.instance is None else {"TAGGER_INSTANCE": own.instance}),
        }


def heard_at(changes: Changes, partitions: int) -> dict[int, list[int]]:
    """By partition, the instants at which a consumer of committed records had a change."""
    heard: dict[int, list[int]] = {number: [] for number in range(partitions)}
    for each in changes.seen:
        heard[partition_of(each.change.customer_id.encode(), partitions)].append(each.seen_at)
    return {number: sorted(set(instants)) for number, instants in heard.items()}


def faults(changes: Changes, traffic: Traffic) -> list[str]:
    """Every customer whose committed changes are not one for each purchase, in order."""
    found: defaultdict[str, list[object]] = defaultdict(list)
    for each in changes.seen:
        found[each.change.customer_id].append(each.change.value)
    return [
        f"{customer}: {written} purchases, and the committed numbers are {found[customer][-5:]}"
        for customer, written in traffic.written.items()
        if found[customer] != list(range(1, written + 1))
    ]
