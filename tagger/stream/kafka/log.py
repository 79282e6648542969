"""The log port on Kafka: what a worker asks for.

Offsets and the changelog are read by a consumer of their own, which belongs to no group and lives
as long as the process: one caller at a time, and never on the event loop. Ends are asked of the
brokers directly, see `topic_ends`; a member without partitions asks whether the group means it.
Checkpoints are made by a `Committer`: by transactions, exactly once, and on the embedded broker,
which has none, at least once. The monotonic clock goes on while the machine sleeps, where the
system has such a clock.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import count
from typing import TypeVar

from tagger.settings import Settings
from tagger.stream.kafka import clients
from tagger.stream.kafka.assignment import Partition
from tagger.stream.kafka.at_least_once import AtLeastOnce
from tagger.stream.kafka.changelog import ChangelogReader
from tagger.stream.kafka.changelog_calls import ChangelogCalls
from tagger.stream.kafka.committer import Committer
from tagger.stream.kafka.generation import generation_of
from tagger.stream.kafka.outage import Outage
from tagger.stream.kafka.patience import UnansweredError
from tagger.stream.kafka.reader import GroupReader
from tagger.stream.kafka.threads import on_a_thread
from tagger.stream.kafka.topic_ends import TopicEnds
from tagger.stream.kafka.transaction_producer import pause_s
from tagger.stream.kafka.transactions import Transactions
from tagger.stream.log import (
    Changelog,
    Checkpoint,
    Committed,
    EndOffsets,
    LogUnavailableError,
    RestoredChunk,
    Row,
)

Answer = TypeVar("Answer")

OPEN = "shards wait for the brokers to be opened"

_CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


class KafkaLog:
    """See `tagger.stream.log.Log`. `feed_clock` gives the feed's own clock while history is fed
    to the inputs, and None when the wall clock rules; `retried` is called whenever a commit is
    tried again, `answered` whenever `ends` has its answer."""

    def __init__(
        self,
        settings: Settings,
        reader: GroupReader,
        feed_clock: Callable[[], int | None] = lambda: None,
        retried: Callable[[], None] = lambda: None,
        answered: Callable[[], None] = lambda: None,
    ) -> None:
        self._topics = tuple(settings.topics.inputs())
        self._changelog = settings.topics.profile_changelog
        self._reader = reader
        self._feed_clock = feed_clock
        self._answered = answered
        self.outage = Outage()
        """What waits for brokers that are away."""
        self._committer: Committer = (
            Transactions(settings, reader, retried, self.outage)
            if settings.guarantee == "exactly_once"
            else AtLeastOnce(settings, reader, retried)
        )
        self._admin = clients.admin(settings)
        self._stored = ChangelogCalls(lambda: ChangelogReader(settings, self._admin))
        self._threads = ThreadPoolExecutor(8, "kafka-log")
        self._ends = TopicEnds(self._admin, self._threads)
        self._reading = asyncio.Lock()
        self._committed: dict[Partition, int] = {}
        self._opened_in: dict[int, int] = {}
        """By shard, the tenure in which it was opened last. What is made of it belongs to that one,
        also when the loss of the shard has yet to reach the worker."""
        self._spare_in = -1
        self._preparing: asyncio.Future[None] | None = None

    @property
    def committed_offsets(self) -> Mapping[Partition, int]:
        """Next offset by partition, as of the newest checkpoints of this process."""
        return self._committed

    def prepare(self) -> None:
        """Begin what takes a while and has to be done before the first shard is opened. On the
        event loop, which need not wait for it."""
        self._preparing = asyncio.ensure_future(self._committer.ready())
        self._preparing.add_done_callback(_notice)

    def now(self) -> int:
        """The wall clock, milliseconds."""
        return time.time_ns() // 1_000_000

    def monotonic(self) -> int:
        """See `Log.monotonic`."""
        return time.clock_gettime_ns(_CLOCK) // 1_000_000

    async def committed(self, shard: int) -> dict[str, Committed]:
        """See `Log.committed`. Waits for the brokers as long as it takes. Raises RefusedError,
        KafkaException or LeftGroupError."""
        self._opened_in[shard] = self._reader.assignment.tenure(shard)
        await self._committer.ready()
        async with self._reading:
            return await self._at_last(lambda: self._positions(shard))

    async def _positions(self, shard: int) -> dict[str, Committed]:
        try:
            return await self._stored.ask(lambda stored: stored.committed(self._topics, shard))
        except UnansweredError:
            self._stored.renew()
            raise

    async def changelog(self, shard: int) -> Changelog:
        """See `Log.changelog`. Waits and raises as `committed` does."""
        ask = partial(self._stored.reader.changelog, self._changelog, shard)
        return await self._at_last(lambda: on_a_thread(ask))

    async def restore(self, shard: int, after: int | None) -> AsyncIterator[RestoredChunk]:
        """See `Log.restore`. Waits and raises as `committed` does, and raises ChangelogCutError
        when what stood there is gone."""
        async with self._reading:
            try:
                await self._at_last(
                    lambda: self._stored.ask(lambda it: it.open(self._changelog, shard, after))
                )
                while (rows := await self._at_last(self._read)) is not None:
                    yield RestoredChunk(rows, self._stored.reader.reached)
            finally:
                await self._stored.ask(lambda it: it.close_partition())

    async def commit(self, checkpoint: Checkpoint) -> int | None:
        """See `Log.commit`. Raises what the committer raises."""
        reached = await self._committer.commit(checkpoint, self._opened_in.get(checkpoint.shard, 0))
        for topic, offset in checkpoint.offsets.items():
            self._committed[topic, checkpoint.shard] = offset
        return reached

    async def ends(self) -> EndOffsets:
        """See `Log.ends`."""
        assignment = self._reader.assignment
        asked = assignment.assigned_partitions
        fed_until = self._feed_clock()
        as_of = self.now() if fed_until is None else fed_until
        if asked:
            self._spare_in = -1
            ends = await self._ends.ends(asked)
        else:
            self._check_spare()
            ends = {}
        offsets = {at: assignment.readable_end(at, end) for at, end in ends.items()}
        self._answered()
        counts = self._ends.counts(self._topics)
        return EndOffsets(as_of, offsets, fed=fed_until is not None, partitions=counts)

    async def readable_ends(self, partitions: Collection[Partition]) -> dict[Partition, int]:
        """How far our partitions can be read while transactions are open in them, of those that
        were answered, which may be none."""
        ends = await self._ends.readable(partitions)
        assignment = self._reader.assignment
        return {at: assignment.readable_end(at, end) for at, end in ends.items()}

    def pause(self, topic: str, partition: int) -> None:
        """See `Log.pause`."""
        self._reader.pause((topic, partition))

    def resume(self, topic: str, partition: int) -> None:
        """See `Log.resume`."""
        self._reader.resume((topic, partition))

    def close(self) -> None:
        """Leave the brokers; nothing may be asked afterwards."""
        self._committer.close()
        self._threads.shutdown()
        self._stored.close()

    def _check_spare(self) -> None:
        """Raise LogUnavailableError, unless this member has had no partitions in the same
        generation of the group when it was asked before: a younger one may yet bring some."""
        generation = generation_of(self._reader.group_metadata)
        before, self._spare_in = self._spare_in, generation
        if generation < 0 or generation != before:
            raise LogUnavailableError("the group has yet to give this member its partitions")

    async def _read(self) -> list[Row] | None:
        return await self._stored.ask(lambda it: it.read())

    async def _at_last(self, ask: Callable[[], Awaitable[Answer]]) -> Answer:
        """What `ask` gives, as soon as the brokers answer."""
        try:
            for attempt in count():
                try:
                    return await ask()
                except LogUnavailableError as silence:
                    self.outage.met(OPEN, str(silence))
                    await asyncio.sleep(pause_s(attempt))
                    await asyncio.wrap_future(self._reader.renew_group_metadata())
        finally:
            self.outage.over(OPEN)
        raise AssertionError("the attempts have no end")


def _notice(ready: asyncio.Future[None]) -> None:
    """Look at the error; whoever opens a shard gets it too."""
    if not ready.cancelled():
        ready.exception()
