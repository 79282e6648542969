"""Calls of the worker do not overlap, stale batches are dropped, a failed worker is left alone."""

import asyncio

import pytest

from tagger.stream.kafka import handover as handover_module
from tagger.stream.kafka.assignment import Assignment, Partition
from tagger.stream.kafka.batches import Delivery
from tagger.stream.kafka.handover import Handover
from tagger.stream.log import Batch, LogRecord

TOPIC = "a"
PATIENCE_S = 30.0


class SlowHost:
    """Gives way in the middle of each call, so that an overlap would show."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.inside = 0
        self.breaks = False

    async def assigned(self, shards: frozenset[int]) -> dict[Partition, int | None]:
        return {(TOPIC, shard): None for shard in shards}

    async def revoked(self, shards: frozenset[int]) -> None:
        await self._call("revoked")

    async def lost(self, shards: frozenset[int]) -> None:
        await self._call("lost")

    async def received(self, batch: Batch) -> None:
        await self._call(f"received {batch.records[0].offset}")
        if self.breaks:
            raise RuntimeError("broken")

    async def tick(self) -> None:
        await self._call("tick")

    async def _call(self, name: str) -> None:
        assert self.inside == 0, "two calls at once"
        self.inside += 1
        await asyncio.sleep(0)
        self.inside -= 1
        self.calls.append(name)


class Stuck(SlowHost):
    """What needs the brokers waits until the loss."""

    def __init__(self) -> None:
        super().__init__()
        self.is_lost = asyncio.Event()

    async def received(self, batch: Batch) -> None:
        await self.is_lost.wait()
        self.calls.append("received")

    async def revoked(self, shards: frozenset[int]) -> None:
        await self.is_lost.wait()
        self.calls.append(f"closed {sorted(shards)}")

    async def lost(self, shards: frozenset[int]) -> None:
        self.calls.append(f"lost {sorted(shards)}")
        self.is_lost.set()


def _delivery(offset: int, epoch: int = 0) -> Delivery:
    return Delivery(Batch(TOPIC, 0, (LogRecord(offset, 0, b"k", b"v"),)), epoch)


def test_calls_never_overlap() -> None:
    host, failures = SlowHost(), list[BaseException]()
    assignment = Assignment([TOPIC])

    async def scenario() -> None:
        handover = Handover(host, failures.append)
        await asyncio.gather(
            *(handover.received(_delivery(n), assignment) for n in range(3)),
            handover.tick(),
            handover.revoked(frozenset({0})),
        )

    asyncio.run(scenario())
    assert host.calls == ["received 0", "received 1", "received 2", "tick", "revoked"]
    assert failures == []


def test_a_loss_waits_for_nobody() -> None:
    """Whoever has the turn may wait for a commit that nothing but the loss can end."""
    assignment = Assignment([TOPIC])

    host = Stuck()

    async def scenario() -> None:
        handover = Handover(host, lambda _: None)
        receiving = asyncio.ensure_future(handover.received(_delivery(0), assignment))
        await asyncio.sleep(0)
        async with asyncio.timeout(PATIENCE_S):
            await handover.lost(frozenset({0}))
            await receiving

    asyncio.run(scenario())
    assert host.calls == ["lost [0]", "received"]


def test_the_group_does_not_wait_long_for_a_last_checkpoint(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(handover_module, "GIVE_AWAY_S", 0.0)
    host = Stuck()

    async def scenario() -> None:
        async with asyncio.timeout(PATIENCE_S):
            await Handover(host, lambda _: None).revoked(frozenset({0}))

    asyncio.run(scenario())
    assert host.calls == ["lost [0]", "closed [0]"]


def test_nor_for_a_worker_that_waits_for_a_commit_of_another_shard(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(handover_module, "GIVE_AWAY_S", 0.0)
    assignment = Assignment([TOPIC])

    class Busy(Stuck):
        """Its commit is of a shard that stays."""

        async def lost(self, shards: frozenset[int]) -> None:
            self.calls.append(f"lost {sorted(shards)}")

    host = Busy()

    async def scenario() -> None:
        handover = Handover(host, lambda _: None)
        receiving = asyncio.ensure_future(handover.received(_delivery(0), assignment))
        await asyncio.sleep(0)
        async with asyncio.timeout(PATIENCE_S):
            await handover.revoked(frozenset({1}))
        host.is_lost.set()
        await receiving
        await handover.tick()

    asyncio.run(scenario())
    assert host.calls == ["lost [1]", "received", "tick"]


def test_a_batch_from_before_the_shard_was_closed_is_dropped() -> None:
    host, failures = SlowHost(), list[BaseException]()
    assignment = Assignment([TOPIC])
    assignment.open({(TOPIC, 0): 0})
    before = assignment.epoch(0)
    assignment.give([(TOPIC, 0)])
    assignment.open({(TOPIC, 0): 0})

    async def scenario() -> None:
        handover = Handover(host, failures.append)
        await handover.received(_delivery(5, epoch=before), assignment)
        await handover.received(_delivery(0, epoch=assignment.epoch(0)), assignment)

    asyncio.run(scenario())
    assert (host.calls, failures) == (["received 0"], [])


def test_a_worker_that_failed_is_only_told_to_drop_its_shards() -> None:
    host, failures = SlowHost(), list[BaseException]()
    host.breaks = True
    assignment = Assignment([TOPIC])

    async def scenario() -> None:
        handover = Handover(host, failures.append)
        await handover.received(_delivery(0), assignment)
        await handover.received(_delivery(1), assignment)
        await handover.tick()
        await handover.revoked(frozenset({0}))

    asyncio.run(scenario())
    assert host.calls == ["received 0", "lost"]
    assert [str(failure) for failure in failures] == ["broken"]
