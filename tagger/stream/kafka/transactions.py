"""Checkpoints as Kafka transactions: what a shard publishes, its changelog and its offsets become
durable together, or not at all.

One producer serves all shards of a worker, as in Kafka Streams (KIP-447): a transaction takes every
checkpoint that waits, so their number does not grow with the shards. What keeps a worker that lost
a shard from writing for it is the group's generation, which goes with the offsets: the poll thread
notes it after every poll, and the brokers refuse a transaction of an older one. Without a
generation nothing would be refused, so nothing is sent. The same generation moves under shards that
stay, so a refused transaction is made again from the same checkpoints, without those of shards that
have gone, and of those that are just being given away when it has not moved: it cannot move for
them any more. While brokers are away it is made again and again, as long as that takes; how each
one came out, see `transaction_producer`.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import uuid4

from tagger.settings import Settings
from tagger.stream.access import worker_transaction_id
from tagger.stream.kafka.committer import NotCommittedError
from tagger.stream.kafka.generation import generation_of
from tagger.stream.kafka.outage import Outage
from tagger.stream.kafka.reader import GroupReader
from tagger.stream.kafka.transaction_producer import MAKE, Outcome, TransactionProducer, pause_s
from tagger.stream.log import Checkpoint, NotOurShardError

REFUSALS = 60
"""How often in a row brokers that are there may refuse a transaction."""


@dataclass(frozen=True, eq=False)
class _Waiting:
    """A checkpoint, the tenure of its shard when it was handed over, and who waits for it."""

    checkpoint: Checkpoint
    tenure: int
    done: asyncio.Future[int | None]

    def end(self, reached: int | None) -> None:
        """Tell whoever waits, if somebody does, where the changelog ends with it."""
        if not self.done.done():
            self.done.set_result(reached)

    def fail(self, error: Exception) -> None:
        """The same, when it was not made."""
        if not self.done.done():
            self.done.set_exception(error)


class Transactions:
    """See `Committer`; one transaction at a time. `retried` is called whenever a
    transaction is made again; `outage` is told while brokers are away."""

    def __init__(
        self,
        settings: Settings,
        reader: GroupReader,
        retried: Callable[[], None],
        outage: Outage | None = None,
    ) -> None:
        name = worker_transaction_id(settings.group, settings.instance or uuid4().hex)
        self._outage = outage or Outage()
        self._producer = TransactionProducer(settings, name, self._outage, self._go_on)
        self._reader = reader
        self._retried = retried
        self._waiting: list[_Waiting] = []
        self._running: asyncio.Task[None] | None = None
        self._readying: asyncio.Future[None] | None = None

    async def ready(self) -> None:
        """See `Committer.ready`: ends what an earlier life under the same static name left open.
        Waits for the brokers as long as it takes. Raises RefusedError or LeftGroupError."""
        if self._readying is None:
            self._readying = asyncio.ensure_future(self._producer.start())
        await asyncio.shield(self._readying)

    async def commit(self, checkpoint: Checkpoint, tenure: int) -> int | None:
        """See `Committer.commit`. Waits for the brokers as long as it takes. Raises
        NotOurShardError, NotCommittedError, RefusedError or LeftGroupError."""
        await self.ready()
        waiting = _Waiting(checkpoint, tenure, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        if self._running is None or self._running.done():
            self._running = asyncio.ensure_future(self._run())
        return await waiting.done

    def close(self) -> None:
        """See `Committer.close`."""

    async def _run(self) -> None:
        while self._waiting:
            taken, self._waiting = self._waiting, []
            try:
                await self._commit(taken)
            except Exception as error:  # noqa: BLE001 - raised where each commit is awaited
                for waiting in taken:
                    waiting.fail(error)
            finally:
                self._outage.over(MAKE)

    async def _commit(self, taken: list[_Waiting]) -> None:
        attempt = refusals = 0
        while refusals < REFUSALS:
            metadata, ours = self._membership(taken)
            taken = _without_gone(taken, ours)
            if not taken:
                return
            has_generation = generation_of(metadata) >= 0
            outcome: Outcome = "expelled"
            if has_generation:
                outcome = await self._producer.make([each.checkpoint for each in taken], metadata)
            if outcome == "committed":
                for waiting in taken:
                    waiting.end(self._producer.reached.get(waiting.checkpoint.shard))
                return
            refusals = 0 if outcome == "unanswered" else refusals + 1
            self._retried()
            await asyncio.sleep(pause_s(attempt))
            await self._go_on()
            attempt += 1
            if outcome == "expelled" and self._reader.group_metadata == metadata:
                taken = self._without_leaving(taken)
        raise NotCommittedError(
            f"no transaction was taken in {REFUSALS} attempts; the group has given this member "
            f"{'a' if has_generation else 'no'} generation"
        )

    async def _go_on(self) -> None:
        """Learn the newest generation. Raises LeftGroupError once this member has left."""
        await asyncio.wrap_future(self._reader.renew_group_metadata())

    def _without_leaving(self, taken: Sequence[_Waiting]) -> list[_Waiting]:
        """Those of shards that are not just being given away."""
        is_leaving = self._reader.assignment.is_leaving
        return _without_gone(taken, [not is_leaving(each.checkpoint.shard) for each in taken])

    def _membership(self, taken: Sequence[_Waiting]) -> tuple[bytes, list[bool]]:
        """The newest group metadata, and which checkpoints are of shards that are ours. In this
        order: a shard that is still ours was so under any metadata from before."""
        metadata, tenure = self._reader.group_metadata, self._reader.assignment.tenure
        return metadata, [tenure(each.checkpoint.shard) == each.tenure for each in taken]


def _without_gone(taken: Sequence[_Waiting], ours: Sequence[bool]) -> list[_Waiting]:
    """Those of our shards; the others' commits have failed."""
    kept: list[_Waiting] = []
    for waiting, is_ours in zip(taken, ours, strict=True):
        if is_ours:
            kept.append(waiting)
        else:
            shard = waiting.checkpoint.shard
            waiting.fail(
                NotOurShardError(f"shard {shard} was taken away before its checkpoint was made")
            )
    return kept
