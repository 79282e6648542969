"""Ticks come on a grid, and at once when the worker is woken."""

import asyncio
from types import SimpleNamespace

from tagger.settings import Settings
from tagger.stream.kafka.app import StreamApp
from tagger.stream.kafka.clients import group_config
from tagger.stream.kafka.handover import Handover
from tagger.stream.kafka.reader import GroupReader
from tagger.stream.log import Batch


class Ticked:
    """A host that counts its ticks, and tells whoever waits for one."""

    def __init__(self) -> None:
        self.ticks = 0
        self.ticked = asyncio.Event()

    async def assigned(self, shards: frozenset[int]) -> dict[tuple[str, int], int | None]:
        return {}

    async def revoked(self, shards: frozenset[int]) -> None:
        """Nothing to let go of."""

    async def lost(self, shards: frozenset[int]) -> None:
        """Nothing to drop."""

    async def received(self, batch: Batch) -> None:
        """Nothing is delivered."""

    async def tick(self) -> None:
        self.ticks += 1
        self.ticked.set()


def test_a_worker_that_is_woken_ticks_long_before_its_grid_says_so() -> None:
    async def scenario() -> int:
        settings = Settings(brokers="localhost:1", checkpoint_ms=10**9)
        host = Ticked()
        app = StreamApp(settings, GroupReader(group_config(settings), ()), host)
        app.wake()
        app._app = SimpleNamespace(should_stop=False)  # type: ignore[assignment]
        app._handover = Handover(host, lambda error: None)
        ticking = asyncio.ensure_future(app._tick())
        for _ in range(3):
            await asyncio.sleep(0)
            app.wake()
            app.wake()
            await asyncio.wait_for(host.ticked.wait(), 30)
            host.ticked.clear()
        ticking.cancel()
        return host.ticks

    assert asyncio.run(scenario()) == 3


def test_a_worker_that_nobody_wakes_ticks_on_its_grid() -> None:
    async def scenario() -> None:
        settings = Settings(brokers="localhost:1", checkpoint_ms=10)
        host = Ticked()
        app = StreamApp(settings, GroupReader(group_config(settings), ()), host)
        app._app = SimpleNamespace(should_stop=False)  # type: ignore[assignment]
        app._handover = Handover(host, lambda error: None)
        ticking = asyncio.ensure_future(app._tick())
        for _ in range(3):
            await asyncio.wait_for(host.ticked.wait(), 30)
            host.ticked.clear()
        ticking.cancel()

    asyncio.run(scenario())
