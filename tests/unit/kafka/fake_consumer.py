"""A member's consumer on which the real poll thread runs, with a group and records of the test's.

The order of things is the client's: a change of the group stands in front of the records that are
read after it, and is only heard in a poll.
"""

import asyncio
import threading
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from confluent_kafka import TIMESTAMP_CREATE_TIME, KafkaError, TopicPartition

from tagger.stream.kafka import reader as reader_module
from tagger.stream.kafka.assignment import Partition
from tagger.stream.kafka.batches import Delivery
from tagger.stream.kafka.clients import Config
from tagger.stream.kafka.reader import GroupReader
from tagger.stream.kafka.rebalance import Membership

DEADLINE_S = 30.0
CONFIG: Config = {"group.id": "g", "group.protocol": "consumer", "group.instance.id": "i"}


class FakeMessage:
    """A record, whose value tells its offset, or an error."""

    def __init__(self, partition: Partition, offset: int, error: KafkaError | None = None) -> None:
        self._partition = partition
        self._offset = offset
        self._error = error

    def error(self) -> KafkaError | None:
        return self._error

    def topic(self) -> str:
        return self._partition[0]

    def partition(self) -> int:
        return self._partition[1]

    def offset(self) -> int:
        return self._offset

    def timestamp(self) -> tuple[int, int]:
        return TIMESTAMP_CREATE_TIME, 77

    def key(self) -> bytes:
        return b"k"

    def value(self) -> bytes:
        return b"%d" % self._offset

    def headers(self) -> None:
        return None


class FakeConsumer:
    """Gives `at_once` records of each partition a poll, up to its end in `ends`."""

    def __init__(self, at_once: int) -> None:
        self._at_once = at_once
        self._changed = threading.Condition()
        self._changes: deque[Callable[[], list[FakeMessage]]] = deque()
        self._callbacks: dict[str, Callable[[Any, list[TopicPartition]], None]] = {}
        self._positions: dict[Partition, int] = {}
        self.ends: dict[Partition, int] = {}
        self.paused: set[Partition] = set()
        self.pauses = 0
        self.polls = 0
        self.metadata = b""
        self.forgets_seeks = 0
        """So many seeks from now on come to nothing."""
        self.lets_go = threading.Event()
        """Whether the group answers to one who leaves."""
        self.lets_go.set()

    def subscribe(self, _: list[str], **callbacks: Any) -> None:
        self._callbacks = callbacks

    def assigned(self, *partitions: Partition) -> None:
        """The group gives partitions to this member."""
        self._change("on_assign", partitions)

    def revoked(self, *partitions: Partition) -> None:
        """The group takes partitions away, and waits for the last checkpoint."""
        self._change("on_revoke", partitions)

    def lost(self, *partitions: Partition) -> None:
        """The group has gone on without this member."""
        self._change("on_lost", partitions)

    def refused(self, error: KafkaError) -> None:
        """The brokers want nothing of this member any more."""
        self._add(lambda: [FakeMessage(("", -1), -1, error)])

    def consume(self, _: int, timeout_s: float) -> list[FakeMessage]:
        with self._changed:
            if not self._changes and not self._readable():
                self._changed.wait(timeout_s)
            self.polls += 1
            change = self._changes.popleft() if self._changes else None
        if change is not None:
            return change()
        return [message for at in self._readable() for message in self._next(at)]

    def incremental_assign(self, partitions: list[TopicPartition]) -> None:
        self._positions |= {at: self.ends.get(at, 0) for at in _names(partitions)}

    def incremental_unassign(self, partitions: list[TopicPartition]) -> None:
        for at in _names(partitions):
            del self._positions[at]

    def assign(self, partitions: list[TopicPartition]) -> None:
        self._positions = {at: self.ends.get(at, 0) for at in _names(partitions)}

    def unassign(self) -> None:
        self._positions = {}

    def seek(self, at: TopicPartition) -> None:
        if self.forgets_seeks:
            self.forgets_seeks -= 1
            return
        self._positions[at.topic, at.partition] = max(at.offset, 0)

    def pause(self, partitions: list[TopicPartition]) -> None:
        self.pauses += 1
        self.paused |= set(_names(partitions))

    def resume(self, partitions: list[TopicPartition]) -> None:
        self.paused -= set(_names(partitions))

    def consumer_group_metadata(self) -> bytes:
        return self.metadata

    def close(self) -> None:
        if self._positions:
            mine = [TopicPartition(*at) for at in self._positions]
            self._callbacks["on_revoke"](self, mine)
        self.lets_go.wait(DEADLINE_S)

    def _change(self, callback: str, partitions: Iterable[Partition]) -> None:
        told = [TopicPartition(*at) for at in partitions]

        def call() -> list[FakeMessage]:
            self._callbacks[callback](self, told)
            return []

        self._add(call)

    def _add(self, change: Callable[[], list[FakeMessage]]) -> None:
        with self._changed:
            self._changes.append(change)
            self._changed.notify_all()

    def _readable(self) -> list[Partition]:
        return [
            at
            for at, position in self._positions.items()
            if at not in self.paused and position < self.ends.get(at, 0)
        ]

    def _next(self, at: Partition) -> list[FakeMessage]:
        begin = self._positions[at]
        self._positions[at] = end = min(begin + self._at_once, self.ends[at])
        return [FakeMessage(at, offset) for offset in range(begin, end)]


def _names(partitions: Iterable[TopicPartition]) -> list[Partition]:
    return [(each.topic, each.partition) for each in partitions]


class Member(Membership):
    """Opens shards at their beginnings, and remembers what it was told."""

    def __init__(self, topics: Iterable[str]) -> None:
        self._topics = tuple(topics)
        self.told: list[str] = []

    async def assigned(self, shards: frozenset[int]) -> dict[Partition, int | None]:
        self.told.append(f"assigned {sorted(shards)}")
        return {(topic, shard): None for topic in self._topics for shard in shards}

    async def revoked(self, shards: frozenset[int]) -> None:
        self.told.append(f"revoked {sorted(shards)}")

    async def lost(self, shards: frozenset[int]) -> None:
        self.told.append(f"lost {sorted(shards)}")


class Scene:
    """A reader at work. `waiting` has the batches that were delivered and not given back."""

    def __init__(
        self, topics: Iterable[str], consumer: FakeConsumer, member: Member, config: Config
    ) -> None:
        self.reader = GroupReader(config, topics)
        self.consumer = consumer
        self.member = member
        self.waiting: deque[Delivery] = deque()
        self.offsets: dict[Partition, list[int]] = {}
        self.failures: list[BaseException] = []

    def start(self) -> None:
        self.reader.start(self.member, self._deliver, self.failures.append)

    def take_over(self) -> None:
        """Give everything back that waits."""
        while self.waiting:
            self.reader.done(self.waiting.popleft())

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(DEADLINE_S):
            while True:
                if holds():
                    return
                await asyncio.sleep(0.001)

    async def polls(self, count: int = 5) -> None:
        """Let the poll thread poll so often."""
        enough = self.consumer.polls + count
        await self.until(lambda: self.consumer.polls >= enough)

    def _deliver(self, deliveries: list[Delivery]) -> None:
        for each in deliveries:
            at = each.batch.topic, each.batch.partition
            self.offsets.setdefault(at, []).extend(r.offset for r in each.batch.records)
            self.waiting.append(each)


@asynccontextmanager
async def reading(
    monkeypatch: pytest.MonkeyPatch,
    topics: Iterable[str],
    member: Member | None = None,
    at_once: int = 20,
    config: Config = CONFIG,
) -> AsyncIterator[Scene]:
    """A reader in a group of its own, which has no partitions yet. It leaves at the end, and
    nothing may have failed."""
    topics = tuple(topics)
    consumer = FakeConsumer(at_once)
    monkeypatch.setattr(reader_module, "group_member", lambda _: consumer)
    scene = Scene(topics, consumer, Member(topics) if member is None else member, config)
    scene.start()
    try:
        yield scene
    finally:
        async with asyncio.timeout(DEADLINE_S):
            await scene.reader.stop()
    assert not scene.failures
