"""What a contract suite works with: a broker behind a harness, and hosts that do as told.

An adapter gives a `harness`: a way to write records, to start and stop members and to look at what
was published. A test waits for conditions; how time passes meanwhile is the harness's business.
"""

from collections import defaultdict
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, Protocol

import pytest

from tagger.stream.log import (
    Batch,
    Changelog,
    Checkpoint,
    Committed,
    EndOffsets,
    Headers,
    Host,
    Log,
    LogRecord,
    LogUnavailableError,
    Output,
)

BROWSE = "crm.browse.v1"
COMMAND = "crm.tag-command.v1"
CHANGES = "tagger.tag-change.v1"
_MOST_QUESTIONS = 2_000


class Harness(Protocol):
    """One broker with empty topics of two partitions, and members of one group on it."""

    inputs: tuple[str, ...]

    def run(self, scene: Coroutine[Any, Any, None]) -> None:
        """Carry out a test on a fresh event loop, and put everything away."""

    async def write(
        self, topic: str, partition: int, key: bytes, value: bytes, headers: Headers = ()
    ) -> int:
        """Append a record to an input topic; gives its offset."""

    async def start(self, name: str, host_for: Callable[[Log], Host]) -> None:
        """Let a member join; with several, each gets some of the shards."""

    async def stop(self, name: str) -> None:
        """Let a member leave in good order."""

    async def kill(self, name: str) -> None:
        """End a member without a word; the others take its shards over in time."""

    async def add_partitions(self, topic: str, total: int) -> None:
        """Give an input topic more partitions."""

    async def until(self, condition: Callable[[], bool]) -> None:
        """Let members work until `condition` holds; fails after a while."""

    async def published(self, topic: str) -> list[Output]:
        """What a reader of committed records finds in an output topic, in order."""


class ContractHost:
    """Remembers what it was told, and commits when the test says so."""

    def __init__(self, log: Log) -> None:
        self.log = log
        self.open: set[int] = set()
        self.records: dict[tuple[str, int], list[LogRecord]] = defaultdict(list)
        self.committed: dict[int, dict[str, Committed]] = {}
        self.restored: dict[int, dict[bytes, bytes]] = {}
        self.changelogs: dict[int, Changelog] = {}
        self.restores_after: dict[int, int] = {}
        self.reached: dict[int, int] = {}
        self.inputs: tuple[str, ...] = ()
        self.on_revoked: Callable[[int], Checkpoint | None] = lambda _: None
        self.refused: frozenset[int] = frozenset()
        self.ticks = 0

    async def assigned(self, shards: frozenset[int]) -> dict[tuple[str, int], int | None]:
        starts: dict[tuple[str, int], int | None] = {}
        for shard in shards - self.refused:
            self.committed[shard] = committed = await self.log.committed(shard)
            rows: dict[bytes, bytes] = {}
            self.changelogs[shard] = await self.log.changelog(shard)
            async for chunk in self.log.restore(shard, self.restores_after.get(shard)):
                self.reached[shard] = chunk.reached
                for key, value in chunk.rows:
                    rows.pop(key, None)
                    if value is not None:
                        rows[key] = value
            self.restored[shard] = rows
            for topic in self.inputs:
                starts[topic, shard] = committed[topic].offset if topic in committed else None
        self.open |= shards - self.refused
        return starts

    async def revoked(self, shards: frozenset[int]) -> None:
        for shard in shards:
            checkpoint = self.on_revoked(shard)
            if checkpoint is not None:
                await self.log.commit(checkpoint)
        self.open -= shards

    async def lost(self, shards: frozenset[int]) -> None:
        self.open -= shards

    async def received(self, batch: Batch) -> None:
        assert batch.partition in self.open, "a batch of a shard that is not open"
        assert batch.records
        self.records[batch.topic, batch.partition].extend(batch.records)

    async def tick(self) -> None:
        self.ticks += 1

    def values(self, topic: str, partition: int) -> list[bytes | None]:
        return [record.value for record in self.records[topic, partition]]


def checkpoint(
    shard: int,
    offsets: dict[str, int],
    *,
    outputs: tuple[Output, ...] = (),
    changelog: tuple[tuple[bytes, bytes | None], ...] = (),
    metadata: str = "",
) -> Checkpoint:
    return Checkpoint(shard, outputs, changelog, offsets, metadata)


async def ends_of(host: ContractHost) -> EndOffsets:
    """The ends, asked again while a new topic's partitions are without a leader."""
    for _ in range(_MOST_QUESTIONS):
        try:
            return await host.log.ends()
        except LogUnavailableError:
            continue
    raise AssertionError(f"no answer to {_MOST_QUESTIONS} questions")


async def tick_of(harness: Harness, host: ContractHost) -> None:
    """Let members work until `host` was told so once more."""
    before = host.ticks
    await harness.until(lambda: host.ticks > before)


async def answer_with(
    harness: Harness, host: ContractHost, holds: Callable[[EndOffsets], bool]
) -> EndOffsets:
    """The ends, asked again tick by tick until `holds` of the answer."""
    for _ in range(_MOST_QUESTIONS):
        with suppress(LogUnavailableError):
            answer = await host.log.ends()
            if holds(answer):
                return answer
        await tick_of(harness, host)
    raise AssertionError(f"not among {_MOST_QUESTIONS} answers")


class Contract:
    """What the suites have in common. An adapter's class gives the fixture `harness`."""

    @pytest.fixture
    def hosts(self, harness: Harness) -> dict[str, ContractHost]:
        return {}

    def joining(
        self, harness: Harness, hosts: dict[str, ContractHost], name: str
    ) -> Callable[[Log], Host]:
        def host_for(log: Log) -> Host:
            hosts[name] = ContractHost(log)
            hosts[name].inputs = harness.inputs
            return hosts[name]

        return host_for

    async def start_with_record(
        self, harness: Harness, hosts: dict[str, ContractHost], name: str
    ) -> ContractHost:
        """A member that owns both shards and has read one record, of shard 0."""
        await harness.write(BROWSE, 0, b"k", b"v")
        host = await self.start_one(harness, hosts, name)
        await harness.until(lambda: bool(host.records[BROWSE, 0]))
        return host

    async def start_one(
        self, harness: Harness, hosts: dict[str, ContractHost], name: str
    ) -> ContractHost:
        """A member that owns both shards."""
        await harness.start(name, self.joining(harness, hosts, name))
        await harness.until(lambda: name in hosts and hosts[name].open == {0, 1})
        return hosts[name]
