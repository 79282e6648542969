"""What a member does when partitions come and go; runs on the poll thread, inside a poll.

New partitions are acknowledged at once, standing at their end, and what arrives is dropped until
their shards are open; then each is sought to its start. To pause and resume them instead would
cost up to a second. Each shard is opened by itself. A revoked shard closes inside the callback, so
its last checkpoint is made while it is still ours; a lost one is dropped. One that is not open yet
has no checkpoint to make: its opening, which may read its state for minutes, is broken off, and the
other shards close before its end is waited for.
"""

import asyncio
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from enum import Enum, auto
from typing import Protocol

from confluent_kafka import (
    OFFSET_BEGINNING,
    OFFSET_END,
    Consumer,
    KafkaException,
    TopicPartition,
)

from tagger.stream.kafka.assignment import Assignment, Partition
from tagger.stream.kafka.clients import STATE, logger
from tagger.stream.kafka.shard_opening import ShardOpening

SEEK_ATTEMPTS = 200
NUDGES_S = (0.03, 0.15, 0.3, 0.6)
"""After an incremental change, a resume, and the seek with which a shard opens, partitions may
stall; a seek to their own position at these times wakes them."""


class Wish(Enum):
    """Whose it is that a partition is not read."""

    WORKER = auto()
    ADAPTER = auto()
    ROOM = auto()
    """The reader's, which waits for room."""


class Membership(Protocol):
    """Told on the event loop what becomes of shards."""

    async def assigned(self, shards: frozenset[int]) -> dict[Partition, int | None]:
        """Open them; answers where to read each partition from, None for its beginning. Cancelled
        when they are taken away meanwhile; `revoked` or `lost` follows."""

    async def revoked(self, shards: frozenset[int]) -> None:
        """Make their last checkpoint and let go of them."""

    async def lost(self, shards: frozenset[int]) -> None:
        """Drop them and write nothing."""


class Rebalancer:
    """Carries out a group's decisions for one consumer.

    `wait` blocks the poll thread until a future is done while it goes on serving requests, for
    checkpoints need the consumer; `later` has a function called between two polls.
    """

    def __init__(
        self,
        assignment: Assignment,
        membership: Membership,
        *,
        incremental: bool,
        loop: asyncio.AbstractEventLoop,
        wait: Callable[[Consumer | None, "Future[None]"], None],
        later: Callable[[Callable[[Consumer], None]], Future[None]],
        failed: Callable[[BaseException], None],
    ) -> None:
        self.abandoned = False
        self.is_letting_go = False
        """Whether shards that are held no more have yet to be closed."""
        self._assignment = assignment
        self._membership = membership
        self._incremental = incremental
        self._loop = loop
        self._wait = wait
        self._later = later
        self._failed = failed
        self._openings: dict[int, ShardOpening] = {}
        self._paused: dict[Partition, set[Wish]] = {}
        """On whose wish."""
        self._nudge_at: list[float] = []

    def on_assign(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        """Callback of `subscribe`."""
        parked = [TopicPartition(each.topic, each.partition, OFFSET_END) for each in partitions]
        if self._incremental:
            consumer.incremental_assign(parked)
            self._nudge_soon()
        else:
            consumer.assign(parked)
        whole = self._assignment.gain(_names(partitions))
        logger.info("assigned %d partitions; opening shards %s", len(partitions), sorted(whole))
        for shard in sorted(whole):
            opening = self._open(shard, time.monotonic())
            self._openings[shard] = ShardOpening(opening, self._loop, self._failed)

    def on_revoke(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        """Callback of `subscribe`: the partitions are ours until this returns."""
        self._let_go(consumer, partitions, lost=self.abandoned)

    def on_lost(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        """Callback of `subscribe`: the partitions are others' already."""
        self._let_go(consumer, partitions, lost=True)

    def pause(self, consumer: Consumer, partition: Partition, wish: Wish) -> None:
        """Stop fetching a partition that is held, on somebody's wish."""
        if partition in self._assignment.partitions and not self.is_paused(partition, wish):
            consumer.pause([TopicPartition(*partition)])
            self._paused.setdefault(partition, set()).add(wish)

    def resume(self, consumer: Consumer, partition: Partition, wish: Wish) -> None:
        """Fetch a paused partition again, once nobody wishes otherwise."""
        wishes = self._paused.get(partition, set())
        wishes.discard(wish)
        if partition in self._paused and not wishes:
            consumer.resume([TopicPartition(*partition)])
            del self._paused[partition]
            self._nudge_soon()

    def is_paused(self, partition: Partition, wish: Wish) -> bool:
        """Whether a partition is held on this wish."""
        return wish in self._paused.get(partition, ())

    def pause_open(self, consumer: Consumer, wish: Wish) -> None:
        """Stop fetching all partitions of open shards."""
        for partition in self._assignment.open_partitions:
            self.pause(consumer, partition, wish)

    def resume_all(self, consumer: Consumer, wish: Wish) -> None:
        """End this wish for all partitions."""
        for partition in [each for each in self._paused if self.is_paused(each, wish)]:
            self.resume(consumer, partition, wish)

    def end(self) -> None:
        """Open nothing any more: there is no consumer."""
        for opening in self._break_off(list(self._openings)).values():
            self._wait(None, opening.over)

    def nudge(self, consumer: Consumer) -> None:
        """Wake partitions that stall after a change, when it is time for it."""
        if not self._nudge_at or time.monotonic() < self._nudge_at[0]:
            return
        self._nudge_at.pop(0)
        for partition in self._assignment.open_partitions:
            if partition not in self._paused:
                seek(consumer, partition, self._assignment.position(partition))

    def _nudge_soon(self) -> None:
        now = time.monotonic()
        self._nudge_at = [now + delay_s for delay_s in NUDGES_S]

    async def _open(self, shard: int, begun_s: float) -> None:
        starts = {
            partition: OFFSET_BEGINNING if offset is None else offset
            for partition, offset in (await self._membership.assigned(frozenset({shard}))).items()
        }
        await asyncio.wrap_future(self._later(lambda it: self._start(it, shard, starts)))
        logger.info("opened shard %d in %.2f s", shard, time.monotonic() - begun_s)

    def _start(self, consumer: Consumer, shard: int, starts: dict[Partition, int]) -> None:
        if self._openings.pop(shard, None) is None:
            return
        for partition, offset in starts.items():
            seek(consumer, partition, offset)
        self._assignment.open(starts)
        self._nudge_soon()

    def _break_off(self, shards: Iterable[int]) -> dict[int, ShardOpening]:
        """End the openings of shards that are not open yet; gives them by shard. Each may have a
        call under way, whose end it waits for."""
        unfinished = {each: self._openings.pop(each) for each in shards if each in self._openings}
        for opening in unfinished.values():
            opening.break_off()
        if unfinished:
            logger.info("broke off the opening of shards %s", sorted(unfinished))
        return unfinished

    def _close(self, consumer: Consumer, shards: frozenset[int], *, lost: bool) -> None:
        if shards:
            close = self._membership.lost if lost else self._membership.revoked
            closing = asyncio.run_coroutine_threadsafe(close(shards), self._loop)
            self._wait(consumer, closing)
            closing.result()

    def _let_go(self, consumer: Consumer, partitions: list[TopicPartition], *, lost: bool) -> None:
        names = _names(partitions)
        self.is_letting_go = True
        unfinished = self._break_off(sorted({shard for _, shard in names}))
        closed = self._assignment.give(names)
        logger.info(
            "%s %d partitions; closed shards %s",
            "lost" if lost else "revoked",
            len(names),
            sorted(closed),
        )
        if lost:
            self._assignment.end_tenure(closed)
        self._close(consumer, closed - unfinished.keys(), lost=lost)
        for opening in unfinished.values():
            self._wait(consumer, opening.over)
        self._close(consumer, closed & unfinished.keys(), lost=lost)
        if not lost:
            self._assignment.end_tenure(closed)
        self.is_letting_go = False
        self._forget_pauses(consumer, set(names), closed)
        if not partitions:
            return
        if self._incremental:
            consumer.incremental_unassign(partitions)
            self._nudge_soon()
        else:
            consumer.unassign()

    def _forget_pauses(
        self, consumer: Consumer, given: set[Partition], closed: frozenset[int]
    ) -> None:
        """Of partitions that are given away, and of what is kept of a closed shard: when that is
        whole again it begins anew, and knows of no pause."""
        for partition in list(self._paused):
            if partition in given or partition[1] in closed:
                consumer.resume([TopicPartition(*partition)])
                del self._paused[partition]


def seek(consumer: Consumer, partition: Partition, offset: int) -> None:
    """Read `partition` from `offset` on. A partition just assigned may need a moment first."""
    for attempt in range(SEEK_ATTEMPTS):
        try:
            consumer.seek(TopicPartition(*partition, offset))
        except KafkaException as failure:
            if failure.args[0].code() != STATE or attempt == SEEK_ATTEMPTS - 1:
                raise
            time.sleep(0.01)
        else:
            return


def _names(partitions: Iterable[TopicPartition]) -> list[Partition]:
    return sorted((each.topic, each.partition) for each in partitions)
