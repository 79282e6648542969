"""A worker: owns shards, feeds them and makes their checkpoints.

The rules it keeps:

* checkpoints lie on a fixed grid of the wall clock, each shard with a phase of its own, or come
  earlier by size; while one is under way its shard goes on reading, up to the next full one;
* deadlines are run in slices between batches, so that no live event waits for midnight;
* a topic that is far ahead of the others is paused, and resumed before it runs dry;
* any error that is not expected ends the worker: memory is dropped, nothing more is committed,
  and every later call raises. What was not committed is read again by whoever comes next.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from tagger.stream.commits import Commits
from tagger.stream.frontier import is_within
from tagger.stream.log import Batch, EndOffsets, Log, LogUnavailableError
from tagger.stream.parts import Parts
from tagger.stream.progress import WorkerProgress, report_progress, shard_progress
from tagger.stream.shard import Shard


class WorkerFailedError(Exception):
    """The worker met an unexpected error before and takes no further calls."""


class Worker:
    """The host of a log. `failure` is the error that ended it."""

    def __init__(self, log: Log, parts: Parts) -> None:
        self.failure: BaseException | None = None
        self._log = log
        self._parts = parts
        self._settings = parts.settings
        self._shards: dict[int, Shard] = {}
        self._slots: dict[int, int] = {}
        self._commits = Commits(log, parts.telemetry)
        self._asking: asyncio.Task[tuple[EndOffsets, int] | None] | None = None
        self._asked_at: int | None = None
        self._records_read = 0

    async def assigned(self, shards: frozenset[int]) -> dict[tuple[str, int], int | None]:
        """Open shards; answers where each of their input topics is to be read from."""
        with self._fails():
            opened = await asyncio.gather(*(self._open(number) for number in sorted(shards)))
            self._shards |= {shard.number: shard for shard in opened}
            self._asked_at = None
            return {
                (reading.topic, shard.number): reading.position or None
                for shard in opened
                for reading in (*shard.readings, shard.commands)
            }

    async def revoked(self, shards: frozenset[int]) -> None:
        """Make the last checkpoint of shards and let go of them."""
        with self._fails():
            leaving = [self._shards.pop(number) for number in sorted(shards & self._shards.keys())]
            await asyncio.gather(*(self._close(shard) for shard in leaving))

    async def lost(self, shards: frozenset[int]) -> None:
        """Drop the memory of shards that others own already; also for a worker that failed."""
        for number in sorted(shards):
            if self._shards.pop(number, None) is not None:
                self._parts.telemetry.shard_gone(number)
            await self._commits.abandon(number)

    async def received(self, batch: Batch) -> None:
        """Process a batch; one of a shard that is no longer here is dropped."""
        with self._fails():
            shard = self._shards.get(batch.partition)
            if shard is None:
                return
            self._commits.raise_failed()
            self._records_read += shard.receive(batch, self._log.now())
            self._work_on(shard, self._settings.sweep_limit)
            if len(shard.pending) >= self._settings.checkpoint_records:
                await self._commits.settle(shard.number)
                self._checkpoint(shard)

    async def tick(self) -> None:
        """Take over answers, move clocks, run deadlines, and commit where the grid says so."""
        with self._fails():
            self._commits.raise_failed()
            self._take_answer()
            now = self._log.now()
            for shard in self._shards.values():
                shard.advance(now)
                self._work_on(shard, 1 + self._settings.sweep_limit // len(self._shards))
                if self._is_on_grid(shard.number, now) and not self._commits.is_busy(shard.number):
                    self._checkpoint(shard)
            self._ask_ends(now)

    async def settled(self) -> None:
        """Wait for the commits and the question under way, whatever becomes of them."""
        tasks = [*self._commits.under_way(), *([self._asking] if self._asking else [])]
        await asyncio.gather(*tasks, return_exceptions=True)

    def progress(self) -> WorkerProgress:
        """How the worker is getting on; also sets the gauges of telemetry."""
        now = self._log.now()
        shards = tuple(shard_progress(shard, now) for shard in self._shards.values())
        is_ready = bool(shards) and all(shard.is_fresh for shard in shards)
        progress = WorkerProgress(
            is_ready=is_ready,
            caught_up=is_ready and all(t.caught_up for shard in shards for t in shard.topics),
            records_read=self._records_read,
            shards=shards,
        )
        report_progress(progress, now, self._parts.telemetry)
        return progress

    async def _open(self, number: int) -> Shard:
        await self._commits.abandon(number)
        shard = Shard(number, self._parts, await self._log.committed(number))
        profiles: dict[bytes, bytes] = {}
        async for chunk in self._log.restore(number):
            for key, value in chunk:
                if value is None:
                    profiles.pop(key, None)
                else:
                    profiles[key] = value
        shard.restore(profiles.items())
        self._parts.telemetry.shard_restored(len(profiles))
        return shard

    async def _close(self, shard: Shard) -> None:
        await self._commits.settle(shard.number)
        self._checkpoint(shard)
        await self._commits.settle(shard.number)
        self._parts.telemetry.shard_gone(shard.number)

    def _work_on(self, shard: Shard, sweep_limit: int) -> None:
        """What a shard needs after each batch and each tick."""
        shard.sweep(sweep_limit, self._log.now())
        for topic, lane in shard.merge.lanes.items():
            if lane.is_paused and len(lane) <= self._settings.low_water:
                lane.is_paused = False
                self._log.resume(topic, shard.number)
            elif not lane.is_paused and len(lane) >= self._settings.high_water:
                lane.is_paused = True
                self._log.pause(topic, shard.number)

    def _is_on_grid(self, number: int, now: int) -> bool:
        """Whether a line of the shard's grid has been crossed since it was last asked."""
        grid_ms = self._settings.checkpoint_ms
        slot = (now + number * grid_ms // self._settings.partitions) // grid_ms
        before, self._slots[number] = self._slots.get(number), slot
        return before != slot

    def _checkpoint(self, shard: Shard) -> None:
        checkpoint = shard.take_checkpoint()
        if checkpoint is not None:
            self._commits.start(checkpoint)

    def _ask_ends(self, now: int) -> None:
        recently = self._asked_at is not None and is_within(
            self._settings.ends_every_ms - 1, self._asked_at, now
        )
        if self._asking is None and self._shards and not recently:
            self._asked_at = now
            self._asking = asyncio.get_running_loop().create_task(self._ends(now))

    async def _ends(self, asked_at: int) -> tuple[EndOffsets, int] | None:
        try:
            return await self._log.ends(), asked_at
        except LogUnavailableError:
            self._parts.telemetry.ends_unanswered()
            return None

    def _take_answer(self) -> None:
        if self._asking is None or not self._asking.done():
            return
        answer, self._asking = self._asking.result(), None
        if answer is not None:
            ends, asked_at = answer
            for shard in self._shards.values():
                shard.answered(ends, asked_at, self._log.now())

    @contextmanager
    def _fails(self) -> Iterator[None]:
        """Let any error end the worker."""
        if self.failure is not None:
            raise WorkerFailedError("the worker has failed; start another") from self.failure
        try:
            yield
        except BaseException as error:
            self.failure = error
            self._shards.clear()
            raise
