"""Checkpoints as Kafka transactions: what a shard publishes, its changelog and its offsets become
durable together, or not at all.

One producer serves all shards of a worker, as in Kafka Streams (KIP-447): a transaction takes every
checkpoint that waits, so their number does not grow with the shards. What keeps a worker that lost
a shard from writing for it is the group's generation, which goes with the offsets: the poll thread
notes it after every poll, and the brokers refuse a transaction of an older one. Without a
generation nothing would be refused, so nothing is sent. The same generation moves under shards that
stay, so a refused transaction is made again from the same checkpoints, without those of shards that
have gone.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from uuid import uuid4

from confluent_kafka import KafkaException, Producer, TopicPartition

from tagger.settings import Settings
from tagger.stream.kafka import clients
from tagger.stream.kafka.clients import logger
from tagger.stream.kafka.committer import NotCommittedError
from tagger.stream.kafka.generation import generation_of
from tagger.stream.kafka.reader import GroupReader
from tagger.stream.kafka.threads import on_a_thread, within
from tagger.stream.log import Checkpoint, NotOurShardError, Output
from tagger.stream.topics import Topics

READY_S = 60.0
ASK_S = 5.0
"""For the offsets, and to abort. A call that was cut short cannot be taken up again by the client,
and may never return at all, so the transaction is made again."""
END_S = 60.0
"""For a commit: when it is not answered, nobody here knows whether it was made."""
ATTEMPTS = 60
PAUSE_S = 1.0


@dataclass(frozen=True, eq=False)
class _Waiting:
    """A checkpoint, the tenure of its shard when it was handed over, and who waits for it."""

    checkpoint: Checkpoint
    tenure: int
    done: asyncio.Future[None]

    def end(self, error: Exception | None = None) -> None:
        """Tell whoever waits, if somebody does."""
        if self.done.done():
            return
        if error is None:
            self.done.set_result(None)
        else:
            self.done.set_exception(error)


class Transactions:
    """See `Committer`; one transaction at a time. `retried` is called whenever a
    transaction is made again."""

    def __init__(
        self, settings: Settings, reader: GroupReader, retried: Callable[[], None]
    ) -> None:
        self._settings = settings
        self._name = f"{settings.group}-{settings.instance or uuid4().hex}"
        self._topics = settings.topics
        self._producer = clients.transactional_producer(settings, self._name)
        self._reader = reader
        self._retried = retried
        self._waiting: list[_Waiting] = []
        self._running: asyncio.Task[None] | None = None
        self._readying: asyncio.Future[None] | None = None

    async def ready(self) -> None:
        """See `Committer.ready`: ends what an earlier life under the same static name left open.
        Raises KafkaException or TimeoutError."""
        if self._readying is None:
            self._readying = asyncio.ensure_future(
                within(READY_S, partial(self._producer.init_transactions, READY_S))
            )
        await asyncio.shield(self._readying)

    async def commit(self, checkpoint: Checkpoint, tenure: int) -> None:
        """See `Committer.commit`. Raises NotOurShardError, NotCommittedError, LeftGroupError,
        KafkaException or TimeoutError."""
        await self.ready()
        waiting = _Waiting(checkpoint, tenure, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        if self._running is None or self._running.done():
            self._running = asyncio.ensure_future(self._run())
        await waiting.done

    def close(self) -> None:
        """See `Committer.close`."""

    async def _run(self) -> None:
        while self._waiting:
            taken, self._waiting = self._waiting, []
            try:
                await self._commit(taken)
            except Exception as error:  # noqa: BLE001 - raised where each commit is awaited
                for waiting in taken:
                    waiting.end(error)

    async def _commit(self, taken: list[_Waiting]) -> None:
        for attempt in range(ATTEMPTS):
            metadata, ours = self._membership(taken)
            taken = _without_gone(taken, ours)
            if not taken:
                return
            has_generation = generation_of(metadata) >= 0
            if has_generation and await self._is_committed(taken, metadata):
                for waiting in taken:
                    waiting.end()
                return
            self._retried()
            await asyncio.sleep(min(0.02 * 2**attempt, PAUSE_S))
            await asyncio.wrap_future(self._reader.renew_group_metadata())
        raise NotCommittedError(
            f"no transaction was taken in {ATTEMPTS} attempts; the group has given this member "
            f"{'a' if has_generation else 'no'} generation"
        )

    async def _is_committed(self, taken: Sequence[_Waiting], metadata: bytes) -> bool:
        """Make one transaction; False when it left nothing and may be made again."""
        checkpoints = [waiting.checkpoint for waiting in taken]
        producer = self._producer
        try:
            await on_a_thread(partial(_fill, producer, checkpoints, self._topics))
            positions = _positions(checkpoints, self._topics)
            send = partial(producer.send_offsets_to_transaction, positions, metadata, ASK_S)
            await within(ASK_S, send)
        except (KafkaException, TimeoutError) as failure:
            await self._undo(failure)
            return False
        try:
            await within(END_S, partial(producer.commit_transaction, END_S))
        except KafkaException as failure:
            if failure.args[0].fatal() or not failure.args[0].txn_requires_abort():
                raise
            await self._undo(failure)
            return False
        return True

    async def _undo(self, failure: KafkaException | TimeoutError) -> None:
        """Leave nothing of the transaction, which was not committed: abort it or, where the client
        cannot, have another one of the same name do that."""
        logger.warning("a transaction is made again: %s", failure)
        try:
            if isinstance(failure, TimeoutError):
                raise failure
            await within(ASK_S, partial(self._producer.abort_transaction, ASK_S))
        except (KafkaException, TimeoutError) as stuck:
            logger.warning("by another producer: %s", stuck)
            self._producer = clients.transactional_producer(self._settings, self._name)
            await within(READY_S, partial(self._producer.init_transactions, READY_S))

    def _membership(self, taken: Sequence[_Waiting]) -> tuple[bytes, list[bool]]:
        """The newest group metadata, and which checkpoints are of shards that are ours. In this
        order: a shard that is still ours was so under any metadata from before."""
        metadata, tenure = self._reader.group_metadata, self._reader.assignment.tenure
        return metadata, [tenure(each.checkpoint.shard) == each.tenure for each in taken]


def _fill(producer: Producer, checkpoints: Iterable[Checkpoint], topics: Topics) -> None:
    """Begin a transaction with everything that checkpoints publish and write."""
    producer.begin_transaction()
    for checkpoint in checkpoints:
        for output in checkpoint.outputs:
            _produce(producer, output)
        for key, value in checkpoint.changelog:
            _produce(
                producer, Output(topics.profile_changelog, key, value, partition=checkpoint.shard)
            )


def _produce(producer: Producer, output: Output) -> None:
    while True:
        try:
            producer.produce(
                output.topic,
                value=output.value,
                key=output.key,
                partition=-1 if output.partition is None else output.partition,
                headers=list(output.headers),
            )
        except BufferError:
            producer.poll(0.05)
        else:
            return


def _positions(checkpoints: Iterable[Checkpoint], topics: Topics) -> list[TopicPartition]:
    """What is committed of each checkpoint. One of a shard of which nothing was read yet gets
    position 0 of its commands, the beginning: without any offset the brokers would not look at the
    generation."""
    return [
        TopicPartition(topic, checkpoint.shard, offset, metadata=checkpoint.metadata)
        for checkpoint in checkpoints
        for topic, offset in (checkpoint.offsets or {topics.command: 0}).items()
    ]


def _without_gone(taken: Sequence[_Waiting], ours: Sequence[bool]) -> list[_Waiting]:
    """Those of our shards; the others' commits have failed."""
    kept: list[_Waiting] = []
    for waiting, is_ours in zip(taken, ours, strict=True):
        if is_ours:
            kept.append(waiting)
        else:
            shard = waiting.checkpoint.shard
            waiting.end(
                NotOurShardError(f"shard {shard} was taken away before its checkpoint was made")
            )
    return kept
