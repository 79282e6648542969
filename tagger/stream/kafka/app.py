"""The running worker: a Faust app with one agent for each input topic.

Agents hand whole batches to the host. `tick` is called on a fixed grid of time, and at once when
`wake` says that something has come that a tick takes over. An exception that nobody expected ends
the worker: its shards are dropped, nothing is acknowledged, and the next owner reads everything
since the last checkpoint again. A stop makes the last checkpoint first, then leaves the group.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import faust
from faust.types import StreamT

from tagger.settings import Settings
from tagger.stream.kafka.assignment import Partition
from tagger.stream.kafka.batches import Delivery
from tagger.stream.kafka.clients import logger
from tagger.stream.kafka.faust_internals import SAFE, BareApp, open_gates, route
from tagger.stream.kafka.garbage import looked_for_seldom, spare_what_is_there
from tagger.stream.kafka.handover import Handover
from tagger.stream.kafka.reader import GroupReader
from tagger.stream.kafka.transport import BatchSchema, BatchTransport
from tagger.stream.log import Host

TICKS_PER_CHECKPOINT = 5


class StreamApp:
    """Runs `host` on what `reader` reads, on the event loop that awaits `run`."""

    def __init__(
        self,
        settings: Settings,
        reader: GroupReader,
        host: Host,
        passes: Callable[[Delivery], Awaitable[None]] | None = None,
    ) -> None:
        """`passes` is awaited before a batch is handed over."""
        self._passes = passes
        self._settings = settings
        self._reader = reader
        self._host = host
        self._tick_s = settings.checkpoint_ms / 1_000 / TICKS_PER_CHECKPOINT
        self._app: faust.App
        self._handover: Handover
        self._failure: asyncio.Future[None]
        self._pause: asyncio.Future[None] | None = None

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set. Raises what made the worker fail."""
        self._failure = asyncio.get_running_loop().create_future()
        self._handover = Handover(self._host, self._fail)
        self._app = self._faust_app()
        starting = asyncio.ensure_future(self._start())
        stopping = asyncio.ensure_future(stop.wait())
        crashing = asyncio.ensure_future(self._crashed())
        waits: set[asyncio.Future[Any]] = {stopping, crashing, self._failure}
        try:
            with looked_for_seldom():
                await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            await self._reader.stop(abandon=self._failure.done())
            await starting
            stopping.cancel()
            crashing.cancel()
            await self._app.stop()
        if self._failure.done():
            self._failure.result()

    def wake(self) -> None:
        """Tick now instead of at the next line of the grid. On the event loop of `run`."""
        if self._pause is not None and not self._pause.done():
            self._pause.set_result(None)

    def _faust_app(self) -> faust.App:
        app = BareApp(self._settings.group, broker="kafka://", **SAFE)
        app.transport = BatchTransport(app, self._subscribe)
        for name, kind in self._settings.topics.inputs().items():
            topic = app.topic(name, schema=BatchSchema(), acks=False)
            app.agent(topic, name=kind, concurrency=1)(self._work)
        app.task()(self._tick)
        return app

    def _subscribe(self, deliver: Callable[[list[Delivery]], None]) -> None:
        self._reader.start(self, deliver, self._handover.fail)

    async def assigned(self, shards: frozenset[int]) -> dict[Partition, int | None]:
        """See `Host.assigned`."""
        await route(self._app, self._reader.assignment.partitions)
        starts = await self._handover.assigned(shards)
        spare_what_is_there()
        return starts

    async def revoked(self, shards: frozenset[int]) -> None:
        """See `Host.revoked`."""
        await self._handover.revoked(shards)

    async def lost(self, shards: frozenset[int]) -> None:
        """See `Host.lost`."""
        await self._handover.lost(shards)

    async def _work(self, stream: StreamT[Delivery]) -> None:
        try:
            async for delivery in stream:
                if self._passes is not None:
                    await self._passes(delivery)
                await self._handover.received(delivery, self._reader.assignment)
                self._reader.done(delivery)
        except Exception as error:  # noqa: BLE001 - Faust would start another agent
            self._handover.fail(error)

    async def _tick(self) -> None:
        loop = asyncio.get_running_loop()
        while not self._app.should_stop:
            self._pause = loop.create_future()
            line = int(loop.time() / self._tick_s) + 1
            timer = loop.call_at(line * self._tick_s, self.wake)
            try:
                await self._pause
            finally:
                timer.cancel()
            await self._handover.tick()

    async def _start(self) -> None:
        try:
            open_gates(self._app)
            await self._app.start()
        except Exception as error:  # noqa: BLE001 - whatever it is, it ends the worker
            self._handover.fail(error)

    async def _crashed(self) -> None:
        await self._app.wait_until_stopped()
        self._handover.fail(self._app.crash_reason or RuntimeError("the Faust app stopped"))

    def _fail(self, error: BaseException) -> None:
        logger.error("the worker ends: %s", error, exc_info=error)
        self._failure.set_exception(error)
