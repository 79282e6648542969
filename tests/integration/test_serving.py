"""What the worker says about itself over HTTP, on the embedded broker."""

import asyncio

import aiohttp
import pytest

from tagger.rules.build import build_plan
from tagger.settings import Settings
from tagger.wiring import RunningWorker

from .working import DEADLINE_S, RULES, produce, published, purchase


async def _get(session: aiohttp.ClientSession, url: str) -> tuple[int, str]:
    async with session.get(url) as response:
        return response.status, await response.text()


async def _serves(settings: Settings, port: int) -> None:
    plan, _ = build_plan(RULES)
    worker, stop = RunningWorker(settings, plan, partitions=4), asyncio.Event()
    task = asyncio.create_task(worker.serve(stop, "127.0.0.1", port))
    url = f"http://127.0.0.1:{port}"
    async with aiohttp.ClientSession() as session, asyncio.timeout(DEADLINE_S):
        statuses: list[int] = []
        while 200 not in statuses:
            assert not task.done(), task.exception()
            try:
                statuses.append((await _get(session, f"{url}/ready"))[0])
            except aiohttp.ClientConnectionError:
                await asyncio.sleep(0.01)
        assert statuses[0] == 503
        assert (await _get(session, f"{url}/live"))[0] == 200
        produce(settings, purchase("ann", 1, 10_000))
        await published(settings, settings.topics.tag_change, 4, lambda found: len(found) >= 1)
        status, metrics = await _get(session, f"{url}/metrics")
        assert status == 200
        assert f'tagger_records_total{{topic="{settings.topics.purchase}"}} 1.0' in metrics
    stop.set()
    await task


def test_a_worker_is_ready_once_its_shards_are_open(
    embedded: Settings, unused_tcp_port: int
) -> None:
    asyncio.run(_serves(embedded, unused_tcp_port))


async def _refuses_a_taken_port(settings: Settings) -> None:
    plan, _ = build_plan(RULES)
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    with pytest.raises(OSError, match=str(port)):
        await RunningWorker(settings, plan, partitions=4).serve(asyncio.Event(), "127.0.0.1", port)
    server.close()
    await server.wait_closed()


def test_a_taken_port_is_an_error_at_once(embedded: Settings) -> None:
    asyncio.run(_refuses_a_taken_port(embedded))
