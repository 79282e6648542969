"""What every log adapter keeps, told to a host of its own.

An adapter subclasses `LogContract` and gives a `harness`: a way to write records, to start and
stop members and to look at what was published. A test waits for conditions; how time passes
meanwhile is the harness's business.
"""

from collections import defaultdict
from collections.abc import Callable, Coroutine
from typing import Any, Protocol

import pytest

from tagger.stream.log import (
    Batch,
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
        self.inputs: tuple[str, ...] = ()
        self.on_revoked: Callable[[int], Checkpoint | None] = lambda _: None
        self.ticks = 0

    async def assigned(self, shards: frozenset[int]) -> dict[tuple[str, int], int | None]:
        starts: dict[tuple[str, int], int | None] = {}
        for shard in shards:
            self.committed[shard] = committed = await self.log.committed(shard)
            rows: dict[bytes, bytes] = {}
            async for chunk in self.log.restore(shard):
                for key, value in chunk:
                    rows.pop(key, None)
                    if value is not None:
                        rows[key] = value
            self.restored[shard] = rows
            for topic in self.inputs:
                starts[topic, shard] = committed[topic].offset if topic in committed else None
        self.open |= shards
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


class LogContract:
    """Subclass it and give the fixture `harness`."""

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

    async def start_one(
        self, harness: Harness, hosts: dict[str, ContractHost], name: str
    ) -> ContractHost:
        """A member that owns both shards."""
        await harness.start(name, self.joining(harness, hosts, name))
        await harness.until(lambda: name in hosts and hosts[name].open == {0, 1})
        return hosts[name]

    def test_a_partition_is_read_in_order_and_from_its_beginning(
        self, harness: Harness, hosts: dict[str, ContractHost]
    ) -> None:
        async def scene() -> None:
            for n in range(20):
                await harness.write(BROWSE, n % 2, b"k", b"%d" % n)
            host = await self.start_one(harness, hosts, "a")
            await harness.until(lambda: sum(map(len, host.records.values())) == 20)
            assert host.values(BROWSE, 0) == [b"%d" % n for n in range(0, 20, 2)]
            assert host.values(BROWSE, 1) == [b"%d" % n for n in range(1, 20, 2)]
            offsets = [record.offset for record in host.records[BROWSE, 0]]
            assert offsets == sorted(set(offsets))

        harness.run(scene())

    def test_records_come_with_key_timestamp_and_headers(
        self, harness: Harness, hosts: dict[str, ContractHost]
    ) -> None:
        async def scene() -> None:
            headers = (("trace", b"1"), ("trace", b"2"), ("none", None))
            await harness.write(COMMAND, 1, b"k", b"v", headers)
            host = await self.start_one(harness, hosts, "a")
            await harness.until(lambda: bool(host.records[COMMAND, 1]))
            record = host.records[COMMAND, 1][0]
            assert (record.key, record.value, record.headers) == (b"k", b"v", headers)
            assert record.timestamp <= host.log.now()

        harness.run(scene())

    def test_the_next_owner_finds_positions_metadata_and_changelog_without_deleted_keys(
        self, harness: Harness, hosts: dict[str, ContractHost]
    ) -> None:
        async def scene() -> None:
            for n in range(4):
                await harness.write(BROWSE, 0, b"k", b"%d" % n)
            first = await self.start_one(harness, hosts, "a")
            await harness.until(lambda: len(first.records[BROWSE, 0]) == 4)
            third = first.records[BROWSE, 0][2].offset
            rows = ((b"kept", b"1"), (b"gone", b"1"), (b"kept", b"2"))
            await first.log.commit(checkpoint(0, {BROWSE: 1}, changelog=rows, metadata="early"))
            await first.log.commit(
                checkpoint(0, {BROWSE: third}, changelog=((b"gone", None),), metadata="clock 7")
            )
            await harness.stop("a")
            second = await self.start_one(harness, hosts, "b")
            assert second.committed[0] == {BROWSE: Committed(third, "clock 7")}
            assert second.committed[1] == {}
            assert second.restored[0] == {b"kept": b"2"}
            assert second.restored[1] == {}
            await harness.until(lambda: len(second.records[BROWSE, 0]) == 2)
            assert second.values(BROWSE, 0) == [b"2", b"3"]

        harness.run(scene())

    def test_nothing_that_was_not_committed_counts_as_read(
        self, harness: Harness, hosts: dict[str, ContractHost]
    ) -> None:
        async def scene() -> None:
            await harness.write(BROWSE, 0, b"k", b"v")
            first = await self.start_one(harness, hosts, "a")
            await harness.until(lambda: bool(first.records[BROWSE, 0]))
            await harness.stop("a")
            second = await self.start_one(harness, hosts, "b")
            assert second.committed == {0: {}, 1: {}}
            await harness.until(lambda: bool(second.records[BROWSE, 0]))
            assert await harness.published(CHANGES) == []

        harness.run(scene())

    def test_what_a_commit_publishes_can_be_read_when_it_returns(
        self, harness: Harness, hosts: dict[str, ContractHost]
    ) -> None:
        async def scene() -> None:
            await harness.write(BROWSE, 0, b"k", b"v")
            host = await self.start_one(harness, hosts, "a")
            await harness.until(lambda: bool(host.records[BROWSE, 0]))
            outputs = tuple(
                Output(CHANGES, b"same key", b"%d" % n, (("ce_id", b"%d" % n),)) for n in range(3)
            )
            await host.log.commit(checkpoint(0, {BROWSE: 1}, outputs=outputs))
            found = await harness.published(CHANGES)
            assert [(o.key, o.value, o.headers) for o in found] == [
                (o.key, o.value, o.headers) for o in outputs
            ]

        harness.run(scene())

    def test_ends_are_reached_by_whoever_has_read_everything(
        self, harness: Harness, hosts: dict[str, ContractHost]
    ) -> None:
        async def scene() -> None:
            host = await self.start_one(harness, hosts, "a")
            empty = await ends_of(host)
            assert set(empty.offsets) == {(topic, n) for topic in harness.inputs for n in (0, 1)}
            assert set(empty.offsets.values()) == {0}
            for n in range(3):
                await harness.write(BROWSE, 1, b"k", b"%d" % n)
            asked_at = host.log.now()
            answer = await ends_of(host)
            assert answer.as_of >= asked_at
            assert not answer.fed
            await harness.until(lambda: len(host.records[BROWSE, 1]) == 3)
            assert host.records[BROWSE, 1][-1].offset + 1 == answer.offsets[BROWSE, 1]

        harness.run(scene())

    def test_a_paused_partition_waits_and_goes_on_where_it_stopped(
        self, harness: Harness, hosts: dict[str, ContractHost]
    ) -> None:
        async def scene() -> None:
            await harness.write(BROWSE, 0, b"k", b"0")
            host = await self.start_one(harness, hosts, "a")
            await harness.until(lambda: bool(host.records[BROWSE, 0]))
            host.log.pause(BROWSE, 0)
            ticked = host.ticks
            await harness.until(lambda: host.ticks > ticked + 1)
            await harness.write(BROWSE, 0, b"k", b"1")
            await harness.write(BROWSE, 1, b"k", b"other")
            await harness.until(lambda: bool(host.records[BROWSE, 1]))
            assert host.values(BROWSE, 0) == [b"0"]
            host.log.resume(BROWSE, 0)
            await harness.until(lambda: len(host.records[BROWSE, 0]) == 2)
            assert host.values(BROWSE, 0) == [b"0", b"1"]

        harness.run(scene())

    def test_a_last_checkpoint_is_taken_when_shards_are_revoked(
        self, harness: Harness, hosts: dict[str, ContractHost]
    ) -> None:
        async def scene() -> None:
            await harness.write(BROWSE, 0, b"k", b"0")
            first = await self.start_one(harness, hosts, "a")
            await harness.until(lambda: bool(first.records[BROWSE, 0]))
            first.on_revoked = lambda n: checkpoint(n, {BROWSE: 1}) if n == 0 else None
            await harness.stop("a")
            assert first.open == set()
            second = await self.start_one(harness, hosts, "b")
            assert second.committed[0] == {BROWSE: Committed(1, "")}

        harness.run(scene())

    def test_a_member_that_joins_takes_a_shard_over_from_its_committed_position(
        self, harness: Harness, hosts: dict[str, ContractHost]
    ) -> None:
        async def scene() -> None:
            for n in range(6):
                await harness.write(BROWSE, n % 2, b"k", b"%d" % n)
            first = await self.start_one(harness, hosts, "a")
            await harness.until(lambda: sum(map(len, first.records.values())) == 6)
            for shard in (0, 1):
                await first.log.commit(checkpoint(shard, {BROWSE: 2}))
            await harness.start("b", self.joining(harness, hosts, "b"))
            await harness.until(lambda: "b" in hosts and len(hosts["b"].open) == 1)
            second = hosts["b"]
            await harness.until(lambda: first.open | second.open == {0, 1})
            assert not first.open & second.open
            (moved,) = second.open
            await harness.until(lambda: bool(second.records[BROWSE, moved]))
            assert second.values(BROWSE, moved) == [b"%d" % (4 + moved)]

        harness.run(scene())

    def test_a_killed_members_shards_go_on_at_the_committed_position(
        self, harness: Harness, hosts: dict[str, ContractHost]
    ) -> None:
        async def scene() -> None:
            for n in range(3):
                await harness.write(BROWSE, 0, b"k", b"%d" % n)
            first = await self.start_one(harness, hosts, "a")
            await harness.until(lambda: len(first.records[BROWSE, 0]) == 3)
            await first.log.commit(checkpoint(0, {BROWSE: 1}))
            await harness.kill("a")
            second = await self.start_one(harness, hosts, "b")
            await harness.until(lambda: len(second.records[BROWSE, 0]) == 2)
            assert second.values(BROWSE, 0) == [b"1", b"2"]

        harness.run(scene())
