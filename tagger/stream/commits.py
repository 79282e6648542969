"""Checkpoints under way: at most one per shard, while the shard goes on reading. What the log has
made durable is written to the shard's local state, in the same step in which that is heard.

A commit that fails says only that it is not sure, so its error ends the worker, unless the shard is
others' by now: then its loss is about to be told, and no commit of it can be made. A shard that is
let go of first waits for the commit under way. One that is lost does not, for it may take long
while the brokers are away, and whoever waits for it waits no longer; only whoever opens the shard
again does.
"""

import asyncio

from tagger.stream.log import Checkpoint, Log, NotOurShardError
from tagger.stream.stores.store import ProfileStore
from tagger.telemetry import Telemetry


class Commits:
    """The commits of one worker."""

    def __init__(self, log: Log, telemetry: Telemetry) -> None:
        self._log = log
        self._telemetry = telemetry
        self._under_way: dict[int, asyncio.Task[None]] = {}
        self._abandoned: dict[int, asyncio.Task[None]] = {}
        self._gone: set[int] = set()
        self._abandonments: dict[int, asyncio.Future[None]] = {}
        """Of shards whose commit is waited for."""

    def is_busy(self, shard: int) -> bool:
        """Whether the shard's last commit is still under way."""
        task = self._under_way.get(shard)
        return task is not None and not task.done()

    def start(self, checkpoint: Checkpoint, store: ProfileStore) -> None:
        """Begin to commit; only for a shard with none under way. `store` is the shard's."""
        task = asyncio.get_running_loop().create_task(self._commit(checkpoint, store))
        task.add_done_callback(_notice)
        self._under_way[checkpoint.shard] = task

    async def settle(self, shard: int) -> None:
        """Wait until the shard has no commit under way, or nobody cares any more about the one it
        has. Raises what one raised."""
        while (task := self._under_way.get(shard)) is not None:
            abandonment = self._abandonments.setdefault(
                shard, asyncio.get_running_loop().create_future()
            )
            await asyncio.wait({task, abandonment}, return_when=asyncio.FIRST_COMPLETED)
            if task.done() and self._under_way.get(shard) is task:
                del self._under_way[shard]
                self._abandonments.pop(shard, None)
                task.result()

    def abandon(self, shard: int) -> None:
        """Care no more how the shard's commit ends, and begin no other one."""
        self._gone.add(shard)
        if (abandonment := self._abandonments.pop(shard, None)) is not None:
            abandonment.set_result(None)
        task = self._under_way.pop(shard, None)
        if task is not None and not task.done():
            self._abandoned[shard] = task

    async def over(self, shard: int) -> None:
        """Wait until a commit of the shard that was abandoned has ended, however."""
        task = self._abandoned.get(shard)
        if task is not None:
            await asyncio.wait({task})
            del self._abandoned[shard]
        self._gone.discard(shard)

    def is_gone(self, shard: int) -> bool:
        """Whether the shard is others' by now, as a commit has told or whoever abandoned it, so
        that another one would be in vain; until somebody is sure that it is `over`."""
        return shard in self._gone

    def raise_failed(self) -> None:
        """Raise the error of a commit that has failed, if one has."""
        for shard, task in list(self._under_way.items()):
            if task.done():
                del self._under_way[shard]
                task.result()

    def under_way(self) -> list[asyncio.Task[None]]:
        """The commits of all shards."""
        return [*self._under_way.values(), *self._abandoned.values()]

    async def _commit(self, checkpoint: Checkpoint, store: ProfileStore) -> None:
        began_at = asyncio.get_running_loop().time()
        try:
            reached = await self._log.commit(checkpoint)
        except NotOurShardError:
            self._gone.add(checkpoint.shard)
            return
        store.committed(checkpoint.changelog, reached, self._log.now())
        self._telemetry.checkpoint(
            asyncio.get_running_loop().time() - began_at,
            outputs=len(checkpoint.outputs),
            changelog=len(checkpoint.changelog),
        )


def _notice(task: asyncio.Task[None]) -> None:
    """Look at the error of a commit that nobody may come to ask about any more."""
    if not task.cancelled():
        task.exception()
