"""A worker's web server without a worker."""

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager

from prometheus_client import CollectorRegistry

from tagger.stream.kafka.assignment import Partition
from tagger.stream.kafka.health import HealthServer
from tagger.stream.kafka.stall_watch import StallWatch
from tagger.stream.progress import WorkerProgress

from .kafka.lagging import Emptied


@asynccontextmanager
async def health_server(*, is_ready: bool) -> AsyncIterator[int]:
    """The port of a server that says of its worker that it is ready, or not yet."""
    progress = WorkerProgress(is_ready=is_ready, caught_up=is_ready, records_read=0, shards=())
    watch = StallWatch(_no_answer, Emptied())
    server = HealthServer(CollectorRegistry(), lambda: progress, lambda: is_ready, watch)
    await server.start("127.0.0.1", 0)
    try:
        yield server.port
    finally:
        await server.stop()


async def _no_answer(_: Collection[Partition]) -> dict[Partition, int]:
    return {}
