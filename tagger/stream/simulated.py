"""A log in memory with a clock that moves only when told: the other adapter of the log port.

It keeps what a broker keeps (records, committed positions, changelogs, what was published) and
gives every member a port of its own. Accidents are set on it from outside and happen at defined
points, so that a run is a function of its input. `script` makes runs of them.

Brokers and producers always have the right time. The wall clock of a member may be wrong and may be
set, its monotonic clock goes with the right time from an instant of its own.

Two guarantees, as on Kafka: transactional, where a commit becomes durable as a whole or not at
all, and at least once, where a crash can fall between what is published and the offsets.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Literal

from tagger.stream.log import (
    Changelog,
    Checkpoint,
    Committed,
    EndOffsets,
    Headers,
    Log,
    LogRecord,
    LogUnavailableError,
    Output,
    RestoredChunk,
    Row,
)
from tagger.stream.topics import Topics

CrashPoint = Literal["before", "between", "after"]
"""Where in a commit a member dies: before anything is durable, between what it publishes and its
offsets (with transactions that is before), or when all is durable and it has not heard."""

_RESTORE_CHUNK = 2
_MONOTONIC_START = 7_000_000


class SimulatedCrashError(Exception):
    """The member has died here."""


class FencedError(Exception):
    """The shard has another owner; nothing was written."""


class SimulatedLog:
    """The broker's side, shared by all members. `now` is the right time in milliseconds, `feed`
    the feed's clock while history is fed. `leaderless` are the partitions that no broker answers
    for, nor delivers."""

    def __init__(
        self,
        *,
        partitions: int,
        topics: Topics | None = None,
        now: int = 0,
        transactional: bool = True,
    ) -> None:
        self.partitions = partitions
        self.inputs = tuple((Topics() if topics is None else topics).inputs())
        self.now = now
        self.transactional = transactional
        self.feed: int | None = None
        self.is_reachable = True
        self.leaderless: set[tuple[str, int]] = set()
        self.began_at = now
        self.owners: dict[int, str] = {}
        self.published: list[Output] = []
        self.committed: dict[int, dict[str, Committed]] = {}
        self.changelogs: dict[int, list[Row]] = {}
        self.records: dict[tuple[str, int], list[LogRecord]] = {
            (topic, partition): [] for topic in self.inputs for partition in range(partitions)
        }
        self._next_offset = dict.fromkeys(self.records, 0)

    def produce(
        self,
        topic: str,
        partition: int,
        key: bytes | None,
        value: bytes | None,
        timestamp: int | None = None,
        headers: Headers = (),
    ) -> int:
        """Append a record, written now unless `timestamp` says otherwise; gives its offset."""
        at = topic, partition
        offset = self._next_offset[at]
        written_at = self.now if timestamp is None else timestamp
        self.records[at].append(LogRecord(offset, written_at, key, value, headers))
        self._next_offset[at] = offset + 1
        return offset

    def add_partitions(self, topic: str, total: int) -> None:
        """Give a topic more partitions, which belong to no shard."""
        for at in ((topic, partition) for partition in range(total)):
            self.records.setdefault(at, [])
            self._next_offset.setdefault(at, 0)

    def partition_count(self, topic: str) -> int:
        """How many partitions a topic has."""
        return sum(name == topic for name, _ in self.records)

    def skip_offsets(self, topic: str, partition: int, count: int) -> None:
        """Use up offsets that hold no records, as the markers of transactions do."""
        self._next_offset[topic, partition] += count

    def end(self, topic: str, partition: int) -> int:
        """The offset behind the last record."""
        records = self.records[topic, partition]
        return records[-1].offset + 1 if records else 0

    def publish(self, checkpoint: Checkpoint) -> None:
        """Make a checkpoint's records durable."""
        self.published += checkpoint.outputs
        self.changelogs.setdefault(checkpoint.shard, []).extend(checkpoint.changelog)

    def commit_offsets(self, checkpoint: Checkpoint) -> None:
        """Make a checkpoint's positions durable."""
        positions = self.committed.setdefault(checkpoint.shard, {})
        for topic, offset in checkpoint.offsets.items():
            positions[topic] = Committed(offset, checkpoint.metadata)


class SimulatedMember(Log):
    """The port of one member of the group, and where its reading stands."""

    def __init__(self, log: SimulatedLog, name: str) -> None:
        self.name = name
        self.is_alive = True
        self.wall_error_ms = 0
        """What the member's wall clock is ahead of the right time."""
        self.crash_at: CrashPoint | None = None
        self.paused: set[tuple[str, int]] = set()
        self.positions: dict[tuple[str, int], int] = {}
        self._log = log
        self._commits_run = asyncio.Event()
        self._commits_run.set()

    def now(self) -> int:
        return self._log.now + self.wall_error_ms

    def monotonic(self) -> int:
        return self._log.now - self._log.began_at + _MONOTONIC_START

    async def committed(self, shard: int) -> dict[str, Committed]:
        return dict(self._log.committed.get(shard, {}))

    async def changelog(self, shard: int) -> Changelog:
        return Changelog("simulated", 0, len(self._log.changelogs.get(shard, ())))

    async def restore(self, shard: int, after: int | None) -> AsyncIterator[RestoredChunk]:
        rows = list(self._log.changelogs.get(shard, ()))
        for begin in range(after or 0, len(rows), _RESTORE_CHUNK):
            chunk = rows[begin : begin + _RESTORE_CHUNK]
            yield RestoredChunk(chunk, begin + len(chunk))

    async def commit(self, checkpoint: Checkpoint) -> int | None:
        await self._commits_run.wait()
        self._die_if("before")
        if self._log.owners.get(checkpoint.shard) != self.name:
            raise FencedError(f"shard {checkpoint.shard} is not {self.name}'s any more")
        if self._log.transactional:
            self._die_if("between")
        self._log.publish(checkpoint)
        reached = len(self._log.changelogs[checkpoint.shard])
        self._die_if("between")
        self._log.commit_offsets(checkpoint)
        self._die_if("after")
        return reached if checkpoint.changelog else None

    async def ends(self) -> EndOffsets:
        if not self._log.is_reachable:
            raise LogUnavailableError("the simulated broker does not answer")
        log = self._log
        mine = [shard for shard, owner in log.owners.items() if owner == self.name]
        if not mine and len(log.owners) < log.partitions:
            raise LogUnavailableError("the simulated group has yet to give its shards away")
        asked = [(topic, shard) for topic in log.inputs for shard in mine]
        offsets = {at: log.end(*at) for at in asked if at not in log.leaderless}
        if asked and not offsets:
            raise LogUnavailableError("no simulated partition has a leader")
        return EndOffsets(
            as_of=self.now() if log.feed is None else log.feed,
            offsets=offsets,
            fed=log.feed is not None,
            partitions={topic: log.partition_count(topic) for topic in log.inputs},
        )

    def pause(self, topic: str, partition: int) -> None:
        self.paused.add((topic, partition))

    def resume(self, topic: str, partition: int) -> None:
        self.paused.discard((topic, partition))

    def hold_commits(self) -> None:
        """Let commits wait until `let_commits`."""
        self._commits_run.clear()

    def let_commits(self) -> None:
        """Let the commits go on that wait."""
        self._commits_run.set()

    def die(self) -> None:
        """Lose everything that is not durable."""
        self.is_alive = False
        self.let_commits()

    def unread(self, topic: str, partition: int, count: int) -> tuple[LogRecord, ...]:
        """The next records to deliver; none while the partition is paused, has no leader or is
        another's."""
        at = topic, partition
        if at in self.paused or at not in self.positions or at in self._log.leaderless:
            return ()
        position = self.positions[at]
        return tuple([r for r in self._log.records[at] if r.offset >= position][:count])

    def read(self, topic: str, partition: int, count: int) -> tuple[LogRecord, ...]:
        """The last records that were delivered."""
        position = self.positions.get((topic, partition), 0)
        records = [r for r in self._log.records[topic, partition] if r.offset < position]
        return tuple(records[-count:])

    def _die_if(self, point: CrashPoint) -> None:
        if self.crash_at == point:
            self.die()
        if not self.is_alive:
            raise SimulatedCrashError(f"{self.name} died {point} a commit")
