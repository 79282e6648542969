"""Runs a stream app beside a test, and waits for conditions with a deadline."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from tagger.settings import Settings
from tagger.stream.kafka import clients
from tagger.stream.kafka.app import StreamApp
from tagger.stream.kafka.log import KafkaLog
from tagger.stream.kafka.reader import GroupReader

from .recording_host import RecordingHost

DEADLINE_S = 45.0


@dataclass
class Running:
    """A worker under way. `task` ends when the worker does."""

    reader: GroupReader
    log: KafkaLog
    host: RecordingHost
    task: "asyncio.Task[None]"
    stop: asyncio.Event = field(default_factory=asyncio.Event)

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait; the worker must go on meanwhile."""
        async with asyncio.timeout(DEADLINE_S):
            while not holds():
                assert not self.task.done(), self.task.exception() or "the worker has stopped"
                await asyncio.sleep(0.005)

    async def until_end(self, partition: tuple[str, int], offset: int) -> None:
        """Wait for an answer that the partition ends at `offset`."""
        async with asyncio.timeout(DEADLINE_S):
            while True:
                if (await self.log.ends()).offsets[partition] == offset:
                    return
                await asyncio.sleep(0.005)

    async def end(self) -> None:
        """Stop as a signal would, and wait for the end."""
        self.stop.set()
        await self.task


@asynccontextmanager
async def running(
    settings: Settings,
    feed_clock: Callable[[], int | None] = lambda: None,
    *,
    commits: bool = True,
) -> AsyncIterator[Running]:
    """A recording host on the brokers of `settings`; `commits` what it reads."""
    reader = GroupReader(clients.group_config(settings), settings.topics.inputs())
    log = KafkaLog(settings, reader, feed_clock)
    host = RecordingHost(settings, log, commits=commits)
    app, stop = StreamApp(settings, reader, host), asyncio.Event()
    task = asyncio.create_task(app.run(stop))
    try:
        yield Running(reader, log, host, task, stop)
    finally:
        stop.set()
        await asyncio.wait({task})
        log.close()
