"""Calls the worker so that no two calls overlap, and drops what it must not see.

Batches of five agents, ticks of a timer and rebalances meet here. Only the loss of shards waits for
nobody's turn: whoever has it may wait for a commit that nothing but the loss can end. Shards that
are to be given away, but whose last checkpoint takes too long, are given up as if they were lost:
the whole group waits for them. A batch read before its shard was last closed is stale: whoever owns
the shard reads its records again, so it is dropped. After the first exception the worker's memory
cannot be trusted: from then on it is only told to drop it.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from tagger.stream.kafka.assignment import Assignment, Partition
from tagger.stream.kafka.batches import Delivery
from tagger.stream.kafka.clients import logger
from tagger.stream.log import Host

GIVE_AWAY_S = 5.0
"""How long the last checkpoints of shards that are taken away are waited for. What they miss, the
next owner decides again."""


@dataclass
class _Leaving:
    """Shards that are taken away: whether the worker is closing them, and whether it need not."""

    shards: frozenset[int]
    has_turn: bool = False
    is_given_up: bool = False


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
        """See `Host.revoked`; a worker that failed makes no last checkpoint, and one that has not
        made it within `GIVE_AWAY_S` drops the shards without."""
        leaving = _Leaving(shards)
        closing = asyncio.ensure_future(self._revoke(leaving))
        done, _ = await asyncio.wait({closing}, timeout=GIVE_AWAY_S)
        if not done:
            logger.warning(
                "no last checkpoint of shards %s within %.0f s: giving them up without",
                sorted(shards),
                GIVE_AWAY_S,
            )
            leaving.is_given_up = True
            await self._host.lost(shards)
        if done or leaving.has_turn:
            await closing

    async def lost(self, shards: frozenset[int]) -> None:
        """See `Host.lost`. Takes no turn."""
        await self._host.lost(shards)

    async def _revoke(self, leaving: _Leaving) -> None:
        async with self._turn:
            if leaving.is_given_up:
                return
            leaving.has_turn = True
            if self._broken:
                await self._host.lost(leaving.shards)
            else:
                await self._host.revoked(leaving.shards)

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
