"""The demonstration itself: one broker, one worker, one feed and one observer in this process.

History drains as a backlog, live traffic follows at the pace of the wall clock, and at the end
everything stands still at one instant, so that the tags can be compared with a replay.
"""

import asyncio
import gc
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

import msgspec

from tagger.demo import live
from tagger.demo.clock import DemoClock
from tagger.demo.keep import keep
from tagger.demo.live import wall_clock
from tagger.demo.observer import Observer
from tagger.demo.screen import Screen
from tagger.demo.timeline import Timeline, plan_live, split_timeline
from tagger.domain.commands import TagCommand
from tagger.domain.events import Event
from tagger.domain.tags import TagChange
from tagger.rules.plan import Plan
from tagger.settings import Settings
from tagger.stream.kafka.assignment import Partition
from tagger.stream.kafka.embedded import PARTITIONS, EmbeddedBroker
from tagger.stream.kafka.feed import Feed, feed_records
from tagger.stream.topics import Topics
from tagger.wiring import RunningWorker, encoder

_LOOK_S = 0.05
_STILL_S = 60.0


class Staging(NamedTuple):
    """What is played: how long the live part takes, its events a second, where to keep it."""

    live_ms: int
    rate_per_s: float
    keep_in: Path | None


class Played(NamedTuple):
    """What came of it. `frontier` is the instant at which everything stands."""

    observer: Observer
    frontier: int
    history_events: int
    history_s: float


def play(events: list[Event], plan: Plan, staging: Staging, screen: Screen) -> Played:
    """Run the demonstration over `events`. Raises what made a part of it fail."""
    timeline = split_timeline(events, wall_clock(), staging.live_ms, staging.rate_per_s)
    gc.collect()
    gc.freeze()
    try:
        with EmbeddedBroker(msgspec.structs.astuple(Topics())) as broker:
            settings = Settings(
                brokers=broker.brokers,
                group="demo",
                compression="none",
                guarantee="at_least_once",
            )
            return asyncio.run(_Stage(settings, plan, staging, screen).play(timeline))
    finally:
        gc.unfreeze()


class _Stage:
    def __init__(self, settings: Settings, plan: Plan, staging: Staging, screen: Screen) -> None:
        self._settings = settings
        self._staging = staging
        self._screen = screen
        self._encoder = encoder(settings)
        self._feed = Feed(settings, taken=self._taken)
        self._clock = DemoClock(self._feed, settings.grace_ms)
        self._worker = RunningWorker(settings, plan, partitions=PARTITIONS, feed_clock=self._clock)
        self._live_from: int | None = None
        self._observer = Observer(settings, self._on_change)

    def _taken(self) -> Mapping[Partition, int]:
        return self._worker.committed_offsets()

    async def play(self, timeline: Timeline) -> Played:
        stop = asyncio.Event()
        running = asyncio.ensure_future(self._worker.run(stop))
        playing = asyncio.ensure_future(self._play(timeline))
        self._observer.start()
        try:
            await asyncio.wait({running, playing}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._feed.halt()
            stop.set()
            playing.cancel()
            try:
                await running
            finally:
                self._observer.stop()
        history_s, fed, frontier = playing.result()
        if self._staging.keep_in is not None:
            inputs = [*timeline.history, *fed]
            known = {record.customer_id for record in inputs}
            keep(self._staging.keep_in, inputs, self._observer.tags, known, frontier)
        return Played(self._observer, frontier, len(timeline.history), history_s)

    async def _play(self, timeline: Timeline) -> tuple[float, list[Event | TagCommand], int]:
        history_s = await self._history(timeline.history)
        fed = await self._live(timeline)
        frontier = wall_clock()
        self._clock.stop_at(frontier)
        await self._until(
            lambda: all(shard.frontier == frontier for shard in self._worker.progress().shards)
        )
        return history_s, fed, frontier

    async def _history(self, history: list[Event]) -> float:
        """Feed the backlog and wait until all of it is processed; the seconds that took, from
        the moment the worker was ready."""
        await self._until(lambda: self._worker.progress().is_ready)
        writing = asyncio.create_task(self._write(history))
        began_s, total = time.monotonic(), len(history)
        with self._screen.meter("history") as meter:
            done = 0
            while done < total or not self._worker.progress().caught_up:
                if writing.done():
                    writing.result()
                await asyncio.sleep(_LOOK_S)
                done = self._worker.progress().records_read
                taken_s = time.monotonic() - began_s
                note = f"{done / taken_s:,.0f} events/s, {len(self._observer.tags):,} customers"
                meter(done, total, note)
        await writing
        return time.monotonic() - began_s

    async def _live(self, timeline: Timeline) -> list[Event | TagCommand]:
        """Write what happens now, at the instant at which it happens; what was written."""
        live_ms, start_ms = self._staging.live_ms, wall_clock()
        part = plan_live(timeline, start_ms)
        await self._write(part.recent)
        self._feed.end_history()
        self._screen.heading(f"live traffic for {live_ms // 1_000} seconds")
        self._live_from = start_ms
        records = live.script(part, start_ms, live_ms)
        await asyncio.to_thread(
            self._feed.write,
            live.live_records(
                records,
                self._settings.topics,
                self._encoder,
                live.bad_instant(start_ms, live_ms),
                live.wall_wait,
            ),
        )
        await asyncio.sleep(max(0.0, (start_ms + live_ms - wall_clock()) / 1_000))
        return [*part.recent, *records]

    async def _write(self, inputs: Iterable[Event]) -> None:
        records = feed_records(inputs, self._settings.topics, self._encoder)
        await asyncio.to_thread(self._feed.write, records)

    async def _until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(_STILL_S):
            while True:
                if holds():
                    return
                await asyncio.sleep(_LOOK_S)

    def _on_change(self, change: TagChange) -> None:
        if self._live_from is not None and change.effective_at >= self._live_from:
            self._screen.change(change)
