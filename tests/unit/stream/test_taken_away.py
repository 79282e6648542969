"""Shards that are taken away while a worker opens them, or waits for a commit of theirs."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tagger.stream.log import RestoredChunk
from tagger.stream.simulated import SimulatedLog, SimulatedMember
from tagger.stream.stores.local import LocalStores
from tagger.stream.stores.rocks import StateFolder
from tagger.stream.worker import Worker

from .kit import START, batch, event, parts

SHARD = frozenset({0})
PATIENCE_S = 30.0
TURNS = 1_000
"""Of the event loop: far more than an opening takes."""


class SlowMember(SimulatedMember):
    """Never comes to the end of a changelog, until it `hurries`."""

    def __init__(self, log: SimulatedLog) -> None:
        super().__init__(log, "a")
        self.restores = asyncio.Event()
        self.hurries = False

    async def restore(self, shard: int, after: int | None) -> AsyncIterator[RestoredChunk]:
        async for chunk in super().restore(shard, after):
            yield chunk
        self.restores.set()
        if not self.hurries:
            await asyncio.Event().wait()


@pytest.mark.parametrize("is_revoked", [True, False])
def test_an_opening_that_is_broken_off_leaves_the_worker_and_the_disk_as_they_were(
    tmp_path: Path, is_revoked: bool
) -> None:
    async def scene() -> None:
        log, shared = SimulatedLog(partitions=1, now=START), parts()
        log.owners[0] = "a"
        member = SlowMember(log)
        disk = StateFolder(tmp_path, "group", 1 << 20)
        worker = Worker(member, shared, LocalStores(disk, 100, shared.telemetry))
        opening = asyncio.ensure_future(worker.assigned(SHARD))
        await member.restores.wait()
        opening.cancel()
        with pytest.raises(asyncio.CancelledError):
            await opening
        assert worker.failure is None
        await (worker.revoked(SHARD) if is_revoked else worker.lost(SHARD))
        disk.open(0).close()
        member.hurries = True
        assert await worker.assigned(SHARD)
        await worker.tick()
        worker.close()

    asyncio.run(scene())


def test_a_shard_that_was_open_when_its_opening_was_broken_off_is_closed_with_its_loss(
    tmp_path: Path,
) -> None:
    """The last step of an opening and the word that it is in vain cross."""

    async def scene() -> None:
        log, shared = SimulatedLog(partitions=1, now=START), parts()
        log.owners[0] = "a"
        disk = StateFolder(tmp_path, "group", 1 << 20)
        stores = LocalStores(disk, 100, shared.telemetry)
        worker = Worker(SimulatedMember(log, "a"), shared, stores)
        opening = asyncio.ensure_future(worker.assigned(SHARD))
        for _ in range(TURNS):
            if worker.progress().shards:
                break
            await asyncio.sleep(0)
        assert opening.cancel()
        with pytest.raises(asyncio.CancelledError):
            await opening
        await worker.lost(SHARD)
        disk.open(0).close()
        assert worker.failure is None

    asyncio.run(scene())


async def _take_up(worker: Worker) -> None:
    """Open the shard, and let it have its first turns."""
    await worker.assigned(SHARD)
    for _ in range(3):
        await worker.tick()
        await asyncio.sleep(0)


def test_a_loss_ends_the_wait_for_a_commit_that_does_not_come() -> None:
    async def scene() -> None:
        log = SimulatedLog(partitions=1, now=START)
        log.owners[0] = "a"
        member = SimulatedMember(log, "a")
        worker = Worker(member, parts(checkpoint_records=1))
        await _take_up(worker)
        member.hold_commits()
        records = [(n, 0, event("browse", f"b{n}", "c", n)) for n in range(2)]
        await worker.received(batch("browse", records[0]))
        waiting = asyncio.ensure_future(worker.received(batch("browse", records[1])))
        await asyncio.sleep(0)
        assert not waiting.done()
        log.owners[0] = "b"
        await worker.lost(SHARD)
        async with asyncio.timeout(PATIENCE_S):
            await waiting
        member.let_commits()
        await worker.settled()
        await worker.tick()
        assert worker.failure is None
        assert log.published == []

    asyncio.run(scene())


def test_a_loss_ends_a_last_checkpoint_that_does_not_come_and_lets_go_of_the_state(
    tmp_path: Path,
) -> None:
    async def scene() -> None:
        log, shared = SimulatedLog(partitions=1, now=START), parts(checkpoint_records=2)
        log.owners[0] = "a"
        member = SimulatedMember(log, "a")
        disk = StateFolder(tmp_path, "group", 1 << 20)
        worker = Worker(member, shared, LocalStores(disk, 100, shared.telemetry))
        await _take_up(worker)
        member.hold_commits()
        records = [(n, 0, event("browse", f"b{n}", "c", n)) for n in range(3)]
        await worker.received(batch("browse", *records[:2]))
        await worker.received(batch("browse", *records[2:]))
        leaving = asyncio.ensure_future(worker.revoked(SHARD))
        await asyncio.sleep(0)
        assert not leaving.done()
        await worker.lost(SHARD)
        async with asyncio.timeout(PATIENCE_S):
            await leaving
        disk.open(0).close()
        member.let_commits()
        await worker.settled()
        assert worker.failure is None

    asyncio.run(scene())
