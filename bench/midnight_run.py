"""One worker, one midnight: the run that `bench.midnight` measures."""

import asyncio
import gc
import math
import sys
import time
from typing import NamedTuple

from bench.memory_log import MemoryLog
from bench.midnight_customers import Customers, WatchedPipeline
from bench.visits import StartedClock, Visits
from tagger.codecs.decode import RecordDecoder
from tagger.codecs.encode import Encoder
from tagger.rules.plan import Plan
from tagger.stream.outputs import Publisher
from tagger.stream.parts import Parts, StreamSettings, currencies_of
from tagger.stream.worker import Worker
from tagger.telemetry import Telemetry

MIDNIGHT = 1_780_272_000_000
TICK_S = 0.02
SETTLE_S = 2.0
"""After the start, left out."""


class Asked(NamedTuple):
    """What to measure. `before_s` is what is measured before midnight's sweep, and after it."""

    customers: int
    partitions: int
    rate: float
    before_s: float
    commit_s: float
    sweep_ms: int


class Second(NamedTuple):
    """At a second of the clock: what the worker says of its deadlines, and the processor time used
    in it, in percent of one processor."""

    at: float
    due: int
    cpu: float


class Run:
    """One worker on one log, from its restore until all is swept and quiet again."""

    def __init__(self, asked: Asked, plan: Plan) -> None:
        settings = StreamSettings(partitions=asked.partitions, sweep_ms=asked.sweep_ms)
        self.asked = asked
        self.seconds: list[Second] = []
        self.sweep_from = SETTLE_S + asked.before_s
        self._clock = StartedClock(MIDNIGHT + settings.grace_ms - int(1_000 * self.sweep_from))
        self.customers = Customers(
            plan, (MIDNIGHT, MIDNIGHT), MIDNIGHT - 1, asked.customers, asked.partitions
        )
        self.visits = Visits(
            self._clock,
            settings.topics.browse,
            self.customers.draw,
            rate=asked.rate,
            partitions=asked.partitions,
        )
        self.log = MemoryLog(
            self._clock,
            self.visits,
            self.customers.rows,
            partitions=asked.partitions,
            commit_s=asked.commit_s,
        )
        self.pipeline = WatchedPipeline(plan, self._clock, self.visits, MIDNIGHT)
        self._worker = Worker(
            self.log,
            Parts(
                settings=settings,
                decider=self.pipeline,
                decoder=RecordDecoder(),
                publisher=Publisher(settings.topics, Encoder()),
                telemetry=Telemetry(),
                currencies=currencies_of(plan),
                stopwatch=time.monotonic,
            ),
        )
        self._turn = asyncio.Lock()
        self._pause: asyncio.Future[None] | None = None

    async def measure(self) -> float:
        """Run to the end; gives the seconds that the restore took. As after an assignment on Kafka,
        what was restored is no garbage to look for."""
        begun = time.perf_counter()
        await self._worker.assigned(frozenset(range(self.asked.partitions)))
        restored_s = time.perf_counter() - begun
        gc.freeze()
        tell(f"restored in {restored_s:.1f} s; visits begin")
        self.log.answered = self._wake
        self._clock.start()
        tasks = [asyncio.ensure_future(each()) for each in (self._tick, self._feed, self._watch)]
        done, rest = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in rest:
            task.cancel()
        await asyncio.wait(rest)
        for task in done:
            task.result()
        await self._worker.revoked(frozenset(range(self.asked.partitions)))
        return restored_s

    def _wake(self) -> None:
        if self._pause is not None and not self._pause.done():
            self._pause.set_result(None)

    async def _tick(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            self._pause = loop.create_future()
            timer = loop.call_later(TICK_S - self._clock.seconds() % TICK_S, self._wake)
            try:
                await self._pause
            finally:
                timer.cancel()
            async with self._turn:
                await self._worker.tick()

    async def _feed(self) -> None:
        while True:
            await asyncio.sleep(max(0.0, self.visits.next_at() - self._clock.seconds()))
            self.visits.produce()
            for batch in self.visits.take():
                async with self._turn:
                    await self._worker.received(batch)

    async def _watch(self) -> None:
        """Look once a second; ends when it has been quiet for as long as before midnight, and one
        second more, whose events may not have come to their end."""
        quiet_from, before = math.inf, (self._clock.seconds(), time.process_time())
        while self._clock.seconds() < quiet_from + self.asked.before_s + 1:
            await asyncio.sleep(1.0 - self._clock.seconds() % 1.0)
            shards = self._worker.progress().shards
            due = sum(shard.deadlines_due for shard in shards)
            at, used = self._clock.seconds(), time.process_time()
            cpu = 100 * (used - before[1]) / (at - before[0])
            before = at, used
            self.seconds.append(Second(at, due, cpu))
            tell(f"{at:6.1f} s: {due:,} deadlines due")
            if at > self.sweep_from + SETTLE_S and not due:
                quiet_from = min(quiet_from, at)


def tell(progress: str) -> None:
    """To whoever waits."""
    sys.stderr.write(progress + "\n")
