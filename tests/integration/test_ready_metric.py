"""What Prometheus scrapes of a worker's readiness, on the embedded broker."""

import asyncio

from tagger.settings import Settings
from tagger.wiring import RunningWorker

from .working import until, working

PARTITIONS = 4
"""What the embedded broker gives every topic."""


def _says(worker: RunningWorker) -> float | None:
    worker.progress()
    return worker.telemetry.registry.get_sample_value("tagger_ready")


def test_a_worker_that_is_ready_says_so_in_a_metric(embedded: Settings) -> None:
    async def scenario() -> None:
        async with working(embedded, PARTITIONS) as worker:
            await until(lambda: worker.is_settled() and _says(worker) == 1)
        assert _says(worker) == 0

    asyncio.run(scenario())
