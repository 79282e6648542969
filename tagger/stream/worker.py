"""A worker: owns shards, feeds them and makes their checkpoints.

The rules it keeps:

* checkpoints lie on a fixed grid of time, one for all shards, or come earlier by
  size, or where time alone has decided something; while one is under way its shard
  goes on reading, up to the next full one;
* deadlines are run in short slices between batches, so that no live event waits for midnight, and
  a shard's checkpoint comes earlier when they have filled it;
* how long something took is measured by the monotonic clock; the wall clock serves for instants,
  as far as it can be believed;
* while the topics have other partitions than there are shards, all clocks are held, and a shard
  that was not there at the start is not opened;
* a topic that is far ahead of the others is paused, and resumed before it runs dry; what has waited
  is processed in slices, between which the other shards have their turns;
* any error that is not expected ends the worker: memory is dropped, nothing more is committed,
  and every later call raises. What was not committed is read again by whoever comes next.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from tagger.stream.commits import Commits
from tagger.stream.ends_question import SPARE_EVERY_MS, EndsQuestion
from tagger.stream.frontier import is_within
from tagger.stream.grid import CheckpointGrid
from tagger.stream.log import Batch, Log
from tagger.stream.opening import opened
from tagger.stream.partition_check import PartitionCheck
from tagger.stream.parts import Parts
from tagger.stream.progress import WorkerProgress, report_progress, worker_progress
from tagger.stream.shard import Shard
from tagger.stream.stores.database import TOUCH_MS
from tagger.stream.stores.memory import MemoryStores
from tagger.stream.stores.store import Stores
from tagger.stream.sweeping import Sweeps
from tagger.stream.wall_clock import WallClock

SPARE_FRESH_MS = 3 * SPARE_EVERY_MS


class WorkerFailedError(Exception):
    """The worker met an unexpected error before and takes no further calls."""


class Worker:
    """The host of a log. `stores` has the profiles of its shards; they are in memory when it is not
    given. `failure` is the error that ended it."""

    def __init__(self, log: Log, parts: Parts, stores: Stores | None = None) -> None:
        settings, telemetry = parts.settings, parts.telemetry
        self.failure: BaseException | None = None
        self._log = log
        self._parts = parts
        self._settings = settings
        self._stores: Stores = MemoryStores() if stores is None else stores
        self._shards: dict[int, Shard] = {}
        self._grid = CheckpointGrid(settings.checkpoint_ms)
        self._sweeps = Sweeps(settings, parts.stopwatch)
        self._commits = Commits(log, telemetry)
        self._clock = WallClock(log.now(), log.monotonic(), telemetry)
        self._question = EndsQuestion(
            log, self._clock, telemetry, every_ms=settings.ends_every_ms, fresh_ms=settings.fresh_ms
        )
        self._partitions = PartitionCheck(settings.topics.inputs(), settings.partitions, telemetry)
        self._spare_at: int | None = None
        """When the group last said that it has no shards for this worker, by the monotonic
        clock."""
        self._records_read = 0
        self._touched_at: int | None = None

    async def assigned(self, shards: frozenset[int]) -> dict[tuple[str, int], int | None]:
        """Open shards; answers where each of their input topics is to be read from. When it is
        cancelled, those that are open by then are still to be taken away."""
        with self._fails(but=asyncio.CancelledError):
            known = [number for number in sorted(shards) if number < self._settings.partitions]
            outcomes = await asyncio.gather(
                *(self._open(number) for number in known), return_exceptions=True
            )
            opened_now: list[Shard] = []
            for each in outcomes:
                if isinstance(each, BaseException):
                    raise each
                opened_now.append(each)
            self._question.ask_soon()
            return {
                (reading.topic, shard.number): reading.position or None
                for shard in opened_now
                for reading in (*shard.readings, shard.commands)
            }

    async def revoked(self, shards: frozenset[int]) -> None:
        """Make the last checkpoint of shards and let go of them."""
        with self._fails():
            leaving = [self._shards.pop(number) for number in sorted(shards & self._shards.keys())]
            self._spare_at = None
            await asyncio.gather(*(self._close(shard) for shard in leaving))

    async def lost(self, shards: frozenset[int]) -> None:
        """Drop the memory of shards that others own already; also for a worker that failed."""
        for number in sorted(shards):
            shard = self._shards.pop(number, None)
            if shard is not None:
                shard.store.close()
                self._parts.telemetry.shard_gone(number)
            self._commits.abandon(number)
        self._spare_at = None

    async def received(self, batch: Batch) -> None:
        """Process a batch; one of a shard that is no longer here is dropped."""
        with self._fails(), self._sweeps.work():
            shard = self._shards.get(batch.partition)
            if shard is None:
                return
            self._commits.raise_failed()
            shard.frontier.age(self._read_clocks())
            if self._clock.is_doubted:
                self._clock.heard(max(record.timestamp for record in batch.records))
            self._records_read += shard.receive(batch, self._clock.now)
            self._sweeps.after_batch(shard, self._shards.values(), self._clock.now)
            self._pause_or_resume(shard)
            if len(shard.pending) >= self._settings.checkpoint_records:
                await self._commits.settle(shard.number)
                if self._shards.get(shard.number) is shard:
                    self._checkpoint(shard)

    async def tick(self) -> None:
        """Take over answers, move clocks, run deadlines, and commit where the grid says so."""
        with self._fails(), self._sweeps.work():
            self._commits.raise_failed()
            monotonic = self._read_clocks()
            for shard in self._shards.values():
                shard.frontier.age(monotonic)
            self._take_answer(monotonic)
            for shard in self._shards.values():
                if not (shard.is_behind and self._sweeps.is_full(shard)):
                    self._records_read += shard.advance(self._clock.now)
            self._sweeps.at_tick(self._shards.values(), self._clock.now)
            for shard in self._shards.values():
                self._pause_or_resume(shard)
                if not self._commits.is_busy(shard.number) and self._is_due(shard, monotonic):
                    self._grid.looked_at(shard.number, monotonic)
                    self._checkpoint(shard)
            self._touch(monotonic)
            self._question.ask(monotonic, has_shards=bool(self._shards))

    @property
    def is_committing(self) -> bool:
        """Whether commits are under way."""
        return any(not commit.done() for commit in self._commits.under_way())

    async def settled(self) -> None:
        """Wait for the commits and the question under way, whatever becomes of them."""
        tasks = [*self._commits.under_way(), *self._question.under_way()]
        await asyncio.gather(*tasks, return_exceptions=True)

    def close(self) -> None:
        """Let go of shards that nobody has taken away; nothing may be asked afterwards."""
        for shard in self._shards.values():
            shard.store.close()
        self._shards.clear()

    def progress(self) -> WorkerProgress:
        """How the worker is getting on; also sets the gauges of telemetry."""
        monotonic, telemetry = self._read_clocks(), self._parts.telemetry
        said_at = self._spare_at
        progress = worker_progress(
            self._shards.values(),
            self._clock.now,
            records_read=self._records_read,
            is_spare=said_at is not None and is_within(SPARE_FRESH_MS, said_at, monotonic),
            fault=self._partitions.fault,
        )
        report_progress(progress, self._clock.now, telemetry)
        telemetry.wall_clock(self._clock.step_ms / 1_000)
        return progress

    async def _open(self, number: int) -> Shard:
        self._commits.abandon(number)
        await self._commits.over(number)
        shard = await opened(number, self._log, self._stores, self._parts)
        self._shards[number] = shard
        self._clock.compare(number, shard.frontier.at)
        self._hold_clocks()
        self._spare_at = None
        return shard

    async def _close(self, shard: Shard) -> None:
        try:
            await self._commits.settle(shard.number)
            self._checkpoint(shard)
            await self._commits.settle(shard.number)
            if not self._commits.is_gone(shard.number):
                shard.store.touch(self._log.now())
        finally:
            shard.store.close()
        self._parts.telemetry.shard_gone(shard.number)

    def _touch(self, monotonic: int) -> None:
        """Note now and then that the shards' local state is current."""
        if self._touched_at is None or not is_within(TOUCH_MS, self._touched_at, monotonic):
            self._touched_at = monotonic
            for shard in self._shards.values():
                shard.store.touch(self._log.now())

    def _pause_or_resume(self, shard: Shard) -> None:
        """Keep the topics of a shard together, after each batch and each tick."""
        for topic, lane in shard.merge.lanes.items():
            waiting = shard.waiting(lane)
            if lane.is_paused and waiting <= self._settings.low_water:
                lane.is_paused = False
                self._log.resume(topic, shard.number)
            elif not lane.is_paused and waiting >= self._settings.high_water:
                lane.is_paused = True
                self._log.pause(topic, shard.number)

    def _is_due(self, shard: Shard, monotonic: int) -> bool:
        """Whether a line of the grid has been crossed, or time alone has decided something, or
        more than the next checkpoint may hold."""
        return (
            self._grid.crossed(shard.number, monotonic)
            or (shard.has_moved_by_time_alone() and self._grid.is_apart(shard.number, monotonic))
            or self._sweeps.is_full(shard)
        )

    def _checkpoint(self, shard: Shard) -> None:
        if self._commits.is_gone(shard.number):
            return
        checkpoint = self._sweeps.checkpoint(shard)
        if checkpoint is not None:
            self._grid.begun(shard.number, self._log.monotonic())
            self._commits.start(checkpoint, shard.store)

    def _read_clocks(self) -> int:
        """Look at both clocks; gives the monotonic one."""
        monotonic = self._log.monotonic()
        self._clock.read(self._log.now(), monotonic)
        return monotonic

    def _take_answer(self, monotonic: int) -> None:
        answer = self._question.take(monotonic)
        if answer is None:
            return
        ends, asked_at = answer
        self._spare_at = None if self._shards or ends.offsets else asked_at
        self._partitions.take(ends.partitions)
        self._hold_clocks()
        for shard in self._shards.values():
            self._records_read += shard.answered(ends, asked_at, self._clock.now)

    def _hold_clocks(self) -> None:
        for shard in self._shards.values():
            shard.frontier.is_held = bool(self._partitions.fault)

    @contextmanager
    def _fails(self, but: type[BaseException] | tuple[()] = ()) -> Iterator[None]:
        """Let any error end the worker, except `but`."""
        if self.failure is not None:
            raise WorkerFailedError("the worker has failed; start another") from self.failure
        try:
            yield
        except but:
            raise
        except BaseException as error:
            self.failure = error
            self.close()
            raise
