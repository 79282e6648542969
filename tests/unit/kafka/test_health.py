"""What the web server says about a worker."""

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager

import pytest
from aiohttp import ClientSession
from prometheus_client import CollectorRegistry

from tagger.stream.kafka.assignment import Partition
from tagger.stream.kafka.health import HealthServer
from tagger.stream.kafka.stall_watch import STALLED_S, StallWatch
from tagger.stream.progress import WorkerProgress

from .lagging import Emptied, progress_of, shard_of, topic_at

CHAT = ("crm.chat", 3)


class Scene:
    """A worker that reads on no further, a clock, and how far it could read on."""

    def __init__(self, progress: WorkerProgress, *, is_settled: bool = True) -> None:
        self.now_s = 0.0
        self.readable_end = 1_000
        watch = StallWatch(self._ends, Emptied(), lambda: self.now_s)
        registry = CollectorRegistry()
        self._progress = progress
        self.server = HealthServer(registry, lambda: progress, lambda: is_settled, watch)

    async def _ends(self, partitions: Collection[Partition]) -> dict[Partition, int]:
        return dict.fromkeys(partitions, self.readable_end)

    async def look(self, after_s: float) -> None:
        self.now_s += after_s
        await self.server.look(self._progress)

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        await self.server.start("127.0.0.1", 0)
        try:
            yield
        finally:
            await self.server.stop()

    async def ask(self, path: str) -> tuple[int, str]:
        async with (
            ClientSession() as session,
            session.get(f"http://127.0.0.1:{self.server.port}{path}") as answer,
        ):
            return answer.status, await answer.text()


@pytest.mark.parametrize(
    ("is_ready", "is_settled", "reason", "status", "text"),
    [
        (True, True, "", 200, "ready"),
        (True, True, "spare", 200, "ready; spare"),
        (False, True, "partitions were added", 503, "partitions were added"),
        (True, False, "", 503, "shards are being opened"),
    ],
)
def test_readiness_comes_with_its_reason(
    is_ready: bool, is_settled: bool, reason: str, status: int, text: str
) -> None:
    progress = WorkerProgress(is_ready, False, 0, (), reason)

    async def scene() -> None:
        it = Scene(progress, is_settled=is_settled)
        async with it.serving():
            assert await it.ask("/ready") == (status, f"{text}\n")

    asyncio.run(scene())


def test_liveness_names_the_partition_that_stands_still() -> None:
    async def scene() -> None:
        it = Scene(progress_of(shard_of(topic_at(5, name=CHAT[0]), shard=CHAT[1])))
        async with it.serving():
            await it.look(0.0)
            assert await it.ask("/live") == (200, "alive\n")
            await it.look(STALLED_S + 1)
            stalled = "records wait in crm.chat/3 and nothing has moved there for 60 s\n"
            assert await it.ask("/live") == (503, stalled)

    asyncio.run(scene())


def test_a_worker_behind_an_open_transaction_is_alive_and_ready_and_names_the_partition() -> None:
    async def scene() -> None:
        it = Scene(progress_of(shard_of(topic_at(5, name=CHAT[0]), shard=CHAT[1])))
        it.readable_end = 5
        async with it.serving():
            await it.look(0.0)
            await it.look(STALLED_S + 1)
            reason = "a producer has left a transaction open in crm.chat/3: records behind it are "
            for path, word in (("/live", "alive"), ("/ready", "ready")):
                status, text = await it.ask(path)
                assert (status, text.startswith(f"{word}; {reason}")) == (200, True)

    asyncio.run(scene())
