"""What checkpoints cost as transactions, made in three ways: `python -m bench.transactions`.

A real Kafka broker takes checkpoints on a fixed grid from 4 and from 32 shards, in the same run and
in turns. A checkpoint is what a worker's is: tag changes, one changelog record for each changed
customer, and the offsets of the shard's input topics under the group's real generation. With one
producer a worker, every transaction takes the checkpoints of all shards that wait, whether they
come at one instant or each shard's has a phase of its own; with one a shard, every shard commits
its own.

Prints for each way the processor time of this process and of the broker for each checkpointed
record, and the time from a checkpoint to its commit.
"""

import argparse
import queue
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory

from confluent_kafka import Consumer, Producer, TopicPartition

from bench.machine import cpu_s, machine_text
from tests.integration.kafka_server import KafkaServer

INPUTS = ("in.profile", "in.browse", "in.chat", "in.purchase", "in.command")
CHANGES, CHANGELOG = "out.change", "out.changelog"
RECORD = bytes(300)


@dataclass
class Figures:
    """What one way cost. Times in seconds."""

    records: int = 0
    transactions: int = 0
    own_cpu_s: float = 0.0
    broker_cpu_s: float = 0.0
    commits_s: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Checkpoint:
    """A shard's; `due_at` on the monotonic clock."""

    shard: int
    due_at: float
    records: int
    offset: int


def send(producer: Producer, group: object, checkpoints: list[Checkpoint]) -> None:
    """One transaction with all of `checkpoints`."""
    producer.begin_transaction()
    for checkpoint in checkpoints:
        for number in range(checkpoint.records):
            key = b"customer-%d" % number
            if number % 5 == 0:
                producer.produce(CHANGES, RECORD, key, checkpoint.shard)
            producer.produce(CHANGELOG, RECORD, key, checkpoint.shard)
    positions = [
        TopicPartition(topic, checkpoint.shard, checkpoint.offset)
        for checkpoint in checkpoints
        for topic in INPUTS
    ]
    producer.send_offsets_to_transaction(positions, group, 30)
    producer.commit_transaction(30)


class Committer:
    """Commits checkpoints; `of_worker` takes all that wait into one transaction."""

    def __init__(self, brokers: str, group: object, shards: int, *, of_worker: bool) -> None:
        self.figures = Figures()
        self._group = group
        self._lock = threading.Lock()
        lanes = 1 if of_worker else shards
        self._lane_of: Callable[[int], int] = (lambda _: 0) if of_worker else (lambda shard: shard)
        self._queues: list[queue.SimpleQueue[Checkpoint | None]] = [
            queue.SimpleQueue() for _ in range(lanes)
        ]
        self._producers = [
            Producer(
                {
                    "bootstrap.servers": brokers,
                    "transactional.id": f"{'worker' if of_worker else 'shard'}-{shards}-{lane}",
                    "linger.ms": 2,
                    "compression.type": "lz4",
                }
            )
            for lane in range(lanes)
        ]
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda producer: producer.init_transactions(60), self._producers))
        self._threads = [
            threading.Thread(target=self._run, args=pair)
            for pair in zip(self._producers, self._queues, strict=True)
        ]
        for thread in self._threads:
            thread.start()

    def put(self, checkpoint: Checkpoint) -> None:
        """Have a checkpoint committed."""
        self._queues[self._lane_of(checkpoint.shard)].put(checkpoint)

    def end(self) -> None:
        """Return when everything is committed."""
        for waiting in self._queues:
            waiting.put(None)
        for thread in self._threads:
            thread.join()

    def _run(self, producer: Producer, waiting: "queue.SimpleQueue[Checkpoint | None]") -> None:
        ended = False
        while not ended:
            taken = [waiting.get()]
            while not waiting.empty():
                taken.append(waiting.get())
            ended = None in taken
            checkpoints = [each for each in taken if each is not None]
            if checkpoints:
                send(producer, self._group, checkpoints)
                self._note(checkpoints, time.monotonic())

    def _note(self, checkpoints: list[Checkpoint], now: float) -> None:
        with self._lock:
            self.figures.transactions += 1
            self.figures.records += sum(each.records for each in checkpoints)
            self.figures.commits_s += [now - each.due_at for each in checkpoints]


WAYS = ("one a worker", "one a worker, phases", "one a shard")


def measure(
    server: KafkaServer, group: object, asked: argparse.Namespace, shards: int, way: str
) -> Figures:
    """Run one way for the seconds asked for."""
    committer = Committer(server.brokers, group, shards, of_worker=way != WAYS[2])
    phase_s = asked.grid_ms / 1_000 / shards if way == WAYS[1] else 0.0
    each = max(1, round(asked.rate * asked.grid_ms / 1_000 / shards))
    own, brokers = time.process_time(), cpu_s(server.pid)
    began = time.monotonic()
    slots = int(asked.seconds * 1_000 / asked.grid_ms)
    for slot in range(slots):
        for shard in range(shards):
            due_at = began + (slot + 1) * asked.grid_ms / 1_000 + shard * phase_s
            time.sleep(max(0.0, due_at - time.monotonic()))
            committer.put(Checkpoint(shard, due_at, each, slot))
    committer.end()
    figures = committer.figures
    figures.own_cpu_s = time.process_time() - own
    figures.broker_cpu_s = cpu_s(server.pid) - brokers
    return figures


@contextmanager
def member(brokers: str, name: str) -> Iterator[object]:
    """The group metadata of a member with a real generation."""
    consumer = Consumer(
        {"bootstrap.servers": brokers, "group.id": name, "auto.offset.reset": "latest"}
    )
    assigned = threading.Event()
    consumer.subscribe(list(INPUTS), on_assign=lambda *_: assigned.set())
    while not assigned.is_set():
        consumer.poll(0.1)
    metadata = consumer.consumer_group_metadata()
    stopped = threading.Event()
    polling = threading.Thread(target=lambda: _poll(consumer, stopped))
    polling.start()
    try:
        yield metadata
    finally:
        stopped.set()
        polling.join()
        consumer.close()


def _poll(consumer: Consumer, stopped: threading.Event) -> None:
    while not stopped.is_set():
        consumer.poll(0.2)


def row(shards: int, way: str, figures: Figures) -> str:
    """One line of the table."""
    cuts = quantiles(figures.commits_s, n=100)
    per_record = 1_000_000 / figures.records
    return (
        f"{shards:>6}  {way:<22}{figures.transactions:>12,}"
        f"{figures.own_cpu_s * per_record:>12.1f}{figures.broker_cpu_s * per_record:>12.1f}"
        f"{cuts[49] * 1_000:>10.0f}{cuts[98] * 1_000:>10.0f}"
    )


def main() -> int:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m bench.transactions", description=__doc__)
    parser.add_argument("--seconds", type=float, default=20.0, help="of each turn")
    parser.add_argument("--rate", type=int, default=5_000, help="changed customers a second")
    parser.add_argument("--grid-ms", type=int, default=100, help="between checkpoints")
    parser.add_argument("--turns", type=int, default=2, help="of each way")
    asked = parser.parse_args()
    print(  # noqa: T201
        f"{'shards':>6}  {'producers':<22}{'transactions':>12}{'client us':>12}{'broker us':>12}"
        f"{'p50 ms':>10}{'p99 ms':>10}"
    )
    for shards in (4, 32):
        with TemporaryDirectory() as folder:
            server = KafkaServer(Path(folder))
            server.start()
            try:
                server.create_topics((*INPUTS, CHANGES, CHANGELOG), shards)
                with member(server.brokers, "bench") as group:
                    for way in WAYS * asked.turns:
                        figures = measure(server, group, asked, shards, way)
                        print(row(shards, way, figures), flush=True)  # noqa: T201
            finally:
                server.stop()
    print(machine_text())  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
