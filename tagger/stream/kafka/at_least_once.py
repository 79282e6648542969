"""Checkpoints without transactions, for the embedded broker, which has none.

Everything published is acknowledged before the changelog is written, the changelog before the
offsets are committed. After a crash between two of these steps the last outputs are made again,
with the same ids.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from confluent_kafka import Consumer, KafkaException, TopicPartition

from tagger.settings import Settings
from tagger.stream.kafka import clients
from tagger.stream.kafka.reader import GroupReader
from tagger.stream.kafka.sender import Sender
from tagger.stream.log import Checkpoint, NotOurShardError, Output

ATTEMPTS = 60
PAUSE_S = 1.0


class AtLeastOnce:
    """See `Committer`. `retried` is called whenever a commit of offsets is tried again."""

    def __init__(
        self, settings: Settings, reader: GroupReader, retried: Callable[[], None]
    ) -> None:
        self._changelog = settings.topics.profile_changelog
        self._reader = reader
        self._retried = retried
        self._sender = Sender(settings)
        self._threads = ThreadPoolExecutor(8, "kafka-sends")

    async def ready(self) -> None:
        """See `Committer.ready`: at once."""

    async def commit(self, checkpoint: Checkpoint, tenure: int) -> int | None:
        """See `Committer.commit`. Raises SendError, KafkaException, LeftGroupError, or
        NotOurShardError."""
        written = tuple(
            Output(self._changelog, key, value, partition=checkpoint.shard)
            for key, value in checkpoint.changelog
        )
        last: int | None = None
        for outputs in (checkpoint.outputs, written):
            if outputs:
                last = await asyncio.get_running_loop().run_in_executor(
                    self._threads, partial(self._sender.send, outputs)
                )
        await self._commit_offsets(checkpoint, tenure)
        return last + 1 if written and last is not None else None

    def close(self) -> None:
        """See `Committer.close`."""
        self._threads.shutdown()

    async def _commit_offsets(self, checkpoint: Checkpoint, tenure: int) -> None:
        if not checkpoint.offsets:
            return
        commit = partial(self._commit_on_poll_thread, checkpoint, tenure)
        for attempt in range(ATTEMPTS):
            try:
                await asyncio.wrap_future(self._reader.request(commit))
            except KafkaException as failure:
                passing = failure.args[0].code() in clients.PASSING
                if not passing or attempt == ATTEMPTS - 1:
                    raise
                self._retried()
                await asyncio.sleep(min(0.02 * 2**attempt, PAUSE_S))
            else:
                return

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
