"""Records what a worker is given of one shard, while it works.

It stands between a log and a worker on both sides: as the worker's log it hears the answers, as
the log's host it hears the batches. The records of a batch count as read when the worker gets
them; an answer counts at the tick at which the worker takes it over, and not at all when it is too
old by then. The wall clock is recorded as it is shown: in a run in which it is set, the worker may
have doubted it.
"""

from collections.abc import AsyncIterator, Callable

from tagger.stream.frontier import is_within
from tagger.stream.log import (
    Batch,
    Changelog,
    Checkpoint,
    Committed,
    EndOffsets,
    Host,
    Log,
    RestoredChunk,
)
from tagger.stream.parts import StreamSettings
from tagger.stream.recording import Answer, Happening, Look, Read, Recording


class Recorder(Host, Log):
    """A host that hands on to the worker that `host_for` makes for it, with these settings. One
    owner of the shard, from its beginning: what a rebalance brings is not recorded."""

    def __init__(
        self, log: Log, host_for: Callable[[Log], Host], settings: StreamSettings, *, shard: int = 0
    ) -> None:
        self._log = log
        self._shard = shard
        self._settings = settings
        self._happenings: list[Happening] = []
        self._positions: dict[str, int] = {}
        self._answered: tuple[EndOffsets, int] | None = None
        self._looked_at: int | None = None
        self._host = host_for(self)

    def recording(self) -> Recording:
        """Everything so far."""
        return Recording(self._shard, self._settings.partitions, tuple(self._happenings))

    async def received(self, batch: Batch) -> None:
        if batch.partition == self._shard:
            now = self._log.now()
            self._look(now, self._log.monotonic())
            for record in batch.records:
                if record.offset >= self._positions.get(batch.topic, 0):
                    self._positions[batch.topic] = record.offset + 1
                    self._happenings.append(Read(batch.topic, record, now))
        await self._host.received(batch)

    async def tick(self) -> None:
        now, monotonic = self._log.now(), self._log.monotonic()
        self._look(now, monotonic)
        if self._answered is not None:
            ends, asked_at = self._answered
            self._answered = None
            if is_within(self._settings.fresh_ms, asked_at, monotonic):
                self._happenings.append(Answer(self._own(ends), asked_at, now))
        await self._host.tick()

    async def assigned(self, shards: frozenset[int]) -> dict[tuple[str, int], int | None]:
        return await self._host.assigned(shards)

    async def revoked(self, shards: frozenset[int]) -> None:
        await self._host.revoked(shards)

    async def lost(self, shards: frozenset[int]) -> None:
        await self._host.lost(shards)

    def now(self) -> int:
        return self._log.now()

    def monotonic(self) -> int:
        return self._log.monotonic()

    async def ends(self) -> EndOffsets:
        asked_at = self._log.monotonic()
        ends = await self._log.ends()
        self._answered = ends, asked_at
        return ends

    async def committed(self, shard: int) -> dict[str, Committed]:
        return await self._log.committed(shard)

    async def changelog(self, shard: int) -> Changelog:
        return await self._log.changelog(shard)

    def restore(self, shard: int, after: int | None) -> AsyncIterator[RestoredChunk]:
        return self._log.restore(shard, after)

    async def commit(self, checkpoint: Checkpoint) -> int | None:
        return await self._log.commit(checkpoint)

    def pause(self, topic: str, partition: int) -> None:
        self._log.pause(topic, partition)

    def resume(self, topic: str, partition: int) -> None:
        self._log.resume(topic, partition)

    def _look(self, now: int, monotonic: int) -> None:
        """The worker looks at its clocks; a second look at the same instant shows nothing new."""
        if monotonic != self._looked_at:
            self._looked_at = monotonic
            self._happenings.append(Look(now, monotonic))

    def _own(self, ends: EndOffsets) -> EndOffsets:
        offsets = {at: end for at, end in ends.offsets.items() if at[1] == self._shard}
        return EndOffsets(ends.as_of, offsets, ends.fed)
