"""Calls the worker so that no two calls overlap, and drops what it must not see.

Batches of five agents, ticks of a timer and rebalances meet here. Only the loss of shards waits for
nobody's turn: whoever has it may wait for a commit that nothing but the loss can end. A batch read
before its shard was last closed is stale: whoever owns the shard reads its records again, so it is
dropped. After the first exception the worker's memory cannot be trusted: from then on it is only
told to drop it.
"""

import asyncio
from collections.abc import Callable

from tagger.stream.kafka.assignment import Assignment, Partition
from tagger.stream.kafka.batches import Delivery
from tagger.stream.log import Host


class Handover:
    """The only caller of `host`, on the event loop. `failed` is told of the first exception."""

    def __init__(self, host: Host, failed: Callable[[BaseException], None]) -> None:
        self._host = host
        self._failed = failed
        self._broken = False
        self._turn = asyncio.Lock()

    def fail(self, error: BaseException) -> None:
        """Trust the worker's memory no more."""
        if not self._broken:
            self._broken = True
            self._failed(error)

    async def assigned(self, shards: frozenset[int]) -> dict[Partition, int | None]:
        """See `Host.assigned`. Takes no turn: nothing else is called for these shards before it
        returns, and the others go on while they are restored."""
        return await self._host.assigned(shards)

    async def revoked(self, shards: frozenset[int]) -> None:
        """See `Host.revoked`; a worker that failed makes no last checkpoint."""
        async with self._turn:
            if self._broken:
                await self._host.lost(shards)
            else:
                await self._host.revoked(shards)

    async def lost(self, shards: frozenset[int]) -> None:
        """See `Host.lost`. Takes no turn."""
        await self._host.lost(shards)

    async def received(self, delivery: Delivery, assignment: Assignment) -> None:
        """Hand a batch over unless it is stale."""
        async with self._turn:
            if self._broken or delivery.epoch != assignment.epoch(delivery.batch.partition):
                return
            try:
                await self._host.received(delivery.batch)
            except Exception as error:  # noqa: BLE001 - whatever it is, it ends the worker
                self.fail(error)

    async def tick(self) -> None:
        """See `Host.tick`."""
        async with self._turn:
            if self._broken:
                return
            try:
                await self._host.tick()
            except Exception as error:  # noqa: BLE001 - whatever it is, it ends the worker
                self.fail(error)
