"""The log port on Kafka: what a worker asks for.

Offsets and the changelog are read by a consumer of their own, which belongs to no group and lives
as long as the process: one caller at a time, and never on the event loop. Ends are asked of the
brokers directly. A checkpoint is durable at least once: everything published is acknowledged
before the changelog is written, the changelog before the offsets are committed. After a crash
between two of these steps the last outputs are made again, with the same ids.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from confluent_kafka import Consumer, KafkaException, TopicPartition

from tagger.settings import Settings
from tagger.stream.kafka import clients
from tagger.stream.kafka.assignment import Partition
from tagger.stream.kafka.changelog import ChangelogReader
from tagger.stream.kafka.reader import GroupReader
from tagger.stream.kafka.sender import Sender
from tagger.stream.log import Checkpoint, Committed, EndOffsets, LogUnavailableError, Output

Answer = TypeVar("Answer")

ENDS_TIMEOUT_S = 5.0
COMMIT_ATTEMPTS = 60
COMMIT_PAUSE_S = 1.0


class NotOurShardError(Exception):
    """A commit came too late: others own the shard by now."""


class KafkaLog:
    """See `tagger.stream.log.Log`. `feed_clock` gives the feed's own clock while history is fed
    to the inputs, and None when the wall clock rules; `retried` is called whenever a commit is
    tried again."""

    def __init__(
        self,
        settings: Settings,
        reader: GroupReader,
        feed_clock: Callable[[], int | None] = lambda: None,
        retried: Callable[[], None] = lambda: None,
    ) -> None:
        self._topics = tuple(settings.topics.inputs())
        self._changelog = settings.topics.profile_changelog
        self._reader = reader
        self._feed_clock = feed_clock
        self._retried = retried
        self._stored = ChangelogReader(settings)
        self._sender = Sender(settings)
        self._admin = clients.admin(settings)
        self._threads = ThreadPoolExecutor(8, "kafka-log")
        self._reading = asyncio.Lock()
        self._committed: dict[Partition, int] = {}

    @property
    def committed_offsets(self) -> Mapping[Partition, int]:
        """Next offset by partition, as of the newest checkpoints of this process."""
        return self._committed

    def now(self) -> int:
        """The wall clock, milliseconds."""
        return time.time_ns() // 1_000_000

    async def committed(self, shard: int) -> dict[str, Committed]:
        """See `Log.committed`. Raises LogUnavailableError."""
        async with self._reading:
            return await self._in_thread(partial(self._stored.committed, self._topics, shard))

    async def restore(self, shard: int) -> AsyncIterator[list[tuple[bytes, bytes | None]]]:
        """See `Log.restore`. Raises LogUnavailableError, and ChangelogCutError when its beginning
        is gone."""
        async with self._reading:
            await self._in_thread(partial(self._stored.open, self._changelog, shard))
            try:
                while (chunk := await self._in_thread(self._stored.read)) is not None:
                    if chunk:
                        yield chunk
            finally:
                await self._in_thread(self._stored.close_partition)

    async def commit(self, checkpoint: Checkpoint) -> None:
        """See `Log.commit`. Raises SendError, KafkaException, or NotOurShardError."""
        tenure = self._reader.assignment.tenure(checkpoint.shard)
        written = tuple(
            Output(self._changelog, key, value, partition=checkpoint.shard)
            for key, value in checkpoint.changelog
        )
        for outputs in (checkpoint.outputs, written):
            if outputs:
                await self._in_thread(partial(self._sender.send, outputs))
        await self._commit_offsets(checkpoint, tenure)

    async def ends(self) -> EndOffsets:
        """See `Log.ends`."""
        asked = self._reader.assignment.assigned_partitions
        fed_until = self._feed_clock()
        as_of = self.now() if fed_until is None else fed_until
        answers = self._admin.list_offsets(
            {TopicPartition(*partition): clients.LATEST for partition in asked},
            request_timeout=ENDS_TIMEOUT_S,
        )
        try:
            found = await asyncio.gather(*map(asyncio.wrap_future, answers.values()))
        except KafkaException as failure:
            raise LogUnavailableError(str(failure)) from failure
        offsets = {
            (tp.topic, tp.partition): self._reader.assignment.readable_end(
                (tp.topic, tp.partition), answer.offset
            )
            for tp, answer in zip(answers, found, strict=True)
        }
        return EndOffsets(as_of, offsets, fed=fed_until is not None)

    def pause(self, topic: str, partition: int) -> None:
        """See `Log.pause`."""
        self._reader.pause((topic, partition))

    def resume(self, topic: str, partition: int) -> None:
        """See `Log.resume`."""
        self._reader.resume((topic, partition))

    def close(self) -> None:
        """Leave the brokers; nothing may be asked afterwards."""
        self._threads.shutdown()
        self._stored.close()

    async def _commit_offsets(self, checkpoint: Checkpoint, tenure: int) -> None:
        if not checkpoint.offsets:
            return
        commit = partial(self._commit_on_poll_thread, checkpoint, tenure)
        for attempt in range(COMMIT_ATTEMPTS):
            try:
                await asyncio.wrap_future(self._reader.request(commit))
            except KafkaException as failure:
                passing = failure.args[0].code() in clients.PASSING
                if not passing or attempt == COMMIT_ATTEMPTS - 1:
                    raise
                self._retried()
                await asyncio.sleep(min(0.02 * 2**attempt, COMMIT_PAUSE_S))
            else:
                break
        for topic, offset in checkpoint.offsets.items():
            self._committed[topic, checkpoint.shard] = offset

    def _commit_on_poll_thread(
        self, checkpoint: Checkpoint, tenure: int, consumer: Consumer
    ) -> None:
        shard = checkpoint.shard
        if self._reader.assignment.tenure(shard) != tenure:
            raise NotOurShardError(
                f"shard {shard} was taken away before its offsets were committed"
            )
        answers = consumer.commit(
            offsets=[
                TopicPartition(topic, shard, offset, metadata=checkpoint.metadata)
                for topic, offset in checkpoint.offsets.items()
            ],
            asynchronous=False,
        )
        for answer in answers:
            if answer.error is not None:
                raise KafkaException(answer.error)

    async def _in_thread(self, call: Callable[[], Answer]) -> Answer:
        return await asyncio.get_running_loop().run_in_executor(self._threads, call)
