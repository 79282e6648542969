"""A log in this process: its commits take a fixed time and no work, its clocks are a stopwatch."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from itertools import islice

from bench.visits import StartedClock, Visits
from tagger.stream.log import (
    Changelog,
    Checkpoint,
    Committed,
    EndOffsets,
    Log,
    RestoredChunk,
    Row,
)
from tagger.stream.topics import Topics

_CHUNK_ROWS = 1_000


class MemoryLog(Log):
    """One member that owns all shards. `changelog` gives the stored rows of a shard. `answered` is
    called after each answer about ends."""

    def __init__(
        self,
        clock: StartedClock,
        visits: Visits,
        changelog: Callable[[int], Iterator[tuple[bytes, bytes]]],
        *,
        partitions: int,
        commit_s: float,
    ) -> None:
        self.answered: Callable[[], None] = lambda: None
        self.commits = self.largest_commit = self.published = 0
        self._clock = clock
        self._visits = visits
        self._changelog = changelog
        self._partitions = partitions
        self._commit_s = commit_s
        self._committed: list[dict[str, Committed]] = [{} for _ in range(partitions)]
        self._topics = Topics()

    def now(self) -> int:
        return self._clock.wall_ms()

    def monotonic(self) -> int:
        return int(1_000 * self._clock.seconds())

    async def committed(self, shard: int) -> dict[str, Committed]:
        return dict(self._committed[shard])

    async def changelog(self, shard: int) -> Changelog:
        return Changelog(f"memory {shard}", 0, 0)

    async def restore(self, shard: int, after: int | None) -> AsyncIterator[RestoredChunk]:
        reached = after or 0
        rows = islice(self._changelog(shard), reached, None)
        while chunk := list[Row](islice(rows, _CHUNK_ROWS)):
            reached += len(chunk)
            yield RestoredChunk(chunk, reached)

    async def commit(self, checkpoint: Checkpoint) -> int | None:
        size = len(checkpoint.outputs) + len(checkpoint.changelog)
        self.commits += 1
        self.published += len(checkpoint.outputs)
        self.largest_commit = max(self.largest_commit, size)
        await asyncio.sleep(self._commit_s)
        for topic, offset in checkpoint.offsets.items():
            self._committed[checkpoint.shard][topic] = Committed(offset, checkpoint.metadata)
            if topic == self._topics.browse:
                self._visits.was_committed(checkpoint.shard, offset)
        return None

    async def ends(self) -> EndOffsets:
        as_of = self._clock.wall_ms()
        self._visits.produce()
        ends = {
            (topic, shard): self._visits.end(shard) if topic == self._topics.browse else 0
            for topic in self._topics.inputs()
            for shard in range(self._partitions)
        }
        self.answered()
        counts = dict.fromkeys(self._topics.inputs(), self._partitions)
        return EndOffsets(as_of, ends, partitions=counts)

    def pause(self, topic: str, partition: int) -> None:
        raise NotImplementedError("live events are never so many that a topic is paused")

    resume = pause
