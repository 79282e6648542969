"""A host that remembers what it was told, and commits what it has read."""

from collections import defaultdict

from tagger.settings import Settings
from tagger.stream.log import Batch, Checkpoint, Log, LogRecord


class RecordingHost:
    """Commits every batch's offsets with the metadata `read`, unless it is not to; keeps no
    profiles."""

    def __init__(self, settings: Settings, log: Log, *, commits: bool = True) -> None:
        self._topics = tuple(settings.topics.inputs())
        self._log = log
        self._commits = commits
        self.open: set[int] = set()
        self.calls: list[str] = []
        self.records: defaultdict[tuple[str, int], list[LogRecord]] = defaultdict(list)
        self.restored: dict[int, list[tuple[bytes, bytes | None]]] = {}
        self.ticks = 0
        self.fails_on: bytes | None = None

    @property
    def offsets(self) -> dict[tuple[str, int], list[int]]:
        """Offsets read, by partition, in the order of reading."""
        return {at: [each.offset for each in records] for at, records in self.records.items()}

    @property
    def count(self) -> int:
        """Records read."""
        return sum(map(len, self.records.values()))

    async def assigned(self, shards: frozenset[int]) -> dict[tuple[str, int], int | None]:
        starts: dict[tuple[str, int], int | None] = {}
        for shard in sorted(shards):
            committed = await self._log.committed(shard)
            self.restored[shard] = [
                row async for chunk in self._log.restore(shard, None) for row in chunk.rows
            ]
            for topic in self._topics:
                starts[topic, shard] = committed[topic].offset if topic in committed else None
        self.open |= shards
        self.calls.append(f"assigned {sorted(shards)}")
        return starts

    async def revoked(self, shards: frozenset[int]) -> None:
        self.open -= shards
        self.calls.append(f"revoked {sorted(shards)}")

    async def lost(self, shards: frozenset[int]) -> None:
        self.open -= shards
        self.calls.append(f"lost {sorted(shards)}")

    async def received(self, batch: Batch) -> None:
        assert batch.partition in self.open, "a batch of a shard that is not open"
        if self.fails_on in [record.value for record in batch.records]:
            raise RuntimeError("the host breaks")
        self.records[batch.topic, batch.partition].extend(batch.records)
        offsets = {batch.topic: batch.records[-1].offset + 1}
        if self._commits:
            await self._log.commit(Checkpoint(batch.partition, (), (), offsets, "read"))

    async def tick(self) -> None:
        self.ticks += 1
