"""Checkpoints under way: at most one per shard, while the shard goes on reading.

A commit that fails says only that it is not sure, so its error ends the worker. A shard that is
let go of first waits for the commit under way; one that is lost does too, and no longer cares.
"""

import asyncio
from contextlib import suppress

from tagger.stream.log import Checkpoint, Log
from tagger.telemetry import Telemetry


class Commits:
    """The commits of one worker."""

    def __init__(self, log: Log, telemetry: Telemetry) -> None:
        self._log = log
        self._telemetry = telemetry
        self._under_way: dict[int, asyncio.Task[None]] = {}

    def is_busy(self, shard: int) -> bool:
        """Whether the shard's last commit is still under way."""
        task = self._under_way.get(shard)
        return task is not None and not task.done()

    def start(self, checkpoint: Checkpoint) -> None:
        """Begin to commit; only for a shard with none under way."""
        task = asyncio.get_running_loop().create_task(self._commit(checkpoint))
        task.add_done_callback(_notice)
        self._under_way[checkpoint.shard] = task

    async def settle(self, shard: int) -> None:
        """Wait until the shard has no commit under way. Raises what one raised."""
        while (task := self._under_way.get(shard)) is not None:
            try:
                await asyncio.shield(task)
            finally:
                if task.done() and self._under_way.get(shard) is task:
                    del self._under_way[shard]

    async def abandon(self, shard: int) -> None:
        """Wait for the shard's commit and forget how it ended."""
        with suppress(Exception):
            await self.settle(shard)

    def raise_failed(self) -> None:
        """Raise the error of a commit that has failed, if one has."""
        for shard, task in list(self._under_way.items()):
            if task.done():
                del self._under_way[shard]
                task.result()

    def under_way(self) -> list[asyncio.Task[None]]:
        """The commits of all shards."""
        return list(self._under_way.values())

    async def _commit(self, checkpoint: Checkpoint) -> None:
        began_at = asyncio.get_running_loop().time()
        await self._log.commit(checkpoint)
        self._telemetry.checkpoint(
            asyncio.get_running_loop().time() - began_at,
            outputs=len(checkpoint.outputs),
            changelog=len(checkpoint.changelog),
        )


def _notice(task: asyncio.Task[None]) -> None:
    """Look at the error of a commit that nobody may come to ask about any more."""
    if not task.cancelled():
        task.exception()
