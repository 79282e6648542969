"""Shards that are taken away before they are open are not opened to the end."""

import asyncio
import threading

import pytest

from tagger.stream.kafka.assignment import Partition

from .fake_consumer import DEADLINE_S, Member, Scene, reading

SLOW = 0
"""The shard whose state takes for ever to read."""
AT, OTHER = ("a", SLOW), ("a", 1)


class SlowMember(Member):
    """Tells when the slow shard's opening begins, and when what it had opened is closed again."""

    async def assigned(self, shards: frozenset[int]) -> dict[Partition, int | None]:
        if SLOW in shards:
            self.told.append(f"opening {sorted(shards)}")
            try:
                await asyncio.Event().wait()
            finally:
                await asyncio.sleep(0)
                self.told.append(f"closed {sorted(shards)}")
        return await super().assigned(shards)


async def _opening(scene: Scene, *partitions: Partition) -> None:
    scene.consumer.assigned(*partitions)
    await scene.until(lambda: "opening [0]" in scene.member.told)


def test_a_stop_does_not_wait_for_a_shard_that_is_being_opened(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    member = SlowMember("a")

    async def scenario() -> None:
        async with reading(monkeypatch, "a", member) as scene:
            await _opening(scene, AT)

    asyncio.run(scenario())
    assert member.told == ["opening [0]", "closed [0]", "revoked [0]"]


def test_a_worker_that_failed_does_not_wait_for_it_either(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    member = SlowMember("a")

    async def scenario() -> None:
        async with reading(monkeypatch, "a", member) as scene:
            await _opening(scene, AT)
            await scene.reader.stop(abandon=True)

    asyncio.run(scenario())
    assert member.told == ["opening [0]", "closed [0]", "lost [0]"]


def test_open_shards_do_not_wait_for_one_that_cannot_be_broken_off_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class StubbornMember(SlowMember):
        """Its slow shard has a call under way, which ends when the other shard has been closed."""

        async def assigned(self, shards: frozenset[int]) -> dict[Partition, int | None]:
            try:
                return await super().assigned(shards)
            except asyncio.CancelledError:
                await asyncio.wait_for(self.other_closed.wait(), DEADLINE_S)
                raise

        async def revoked(self, shards: frozenset[int]) -> None:
            await super().revoked(shards)
            if OTHER[1] in shards:
                self.other_closed.set()

        other_closed = asyncio.Event()

    member = StubbornMember("a")

    async def scenario() -> None:
        async with reading(monkeypatch, "a", member) as scene:
            await _opening(scene, AT, OTHER)
            await scene.until(lambda: OTHER[1] in scene.reader.assignment.open_shards)

    asyncio.run(scenario())
    assert [each for each in member.told if "revoked" in each] == ["revoked [1]", "revoked [0]"]


@pytest.mark.parametrize("how", ["revoked", "lost"])
def test_one_shard_of_several_is_taken_away_and_the_others_are_opened(
    monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    member = SlowMember("a")

    async def scenario() -> None:
        async with reading(monkeypatch, "a", member) as scene:
            scene.consumer.ends = {OTHER: 3}
            await _opening(scene, AT, OTHER)
            await scene.until(lambda: scene.offsets.get(OTHER) == [0, 1, 2])
            getattr(scene.consumer, how)(AT)
            await scene.until(lambda: f"{how} [0]" in member.told)
            scene.consumer.ends[OTHER] = 5
            await scene.until(lambda: scene.offsets[OTHER] == [0, 1, 2, 3, 4])
            assert member.told == ["opening [0]", "assigned [1]", "closed [0]", f"{how} [0]"]
            await _opening(scene, AT)

    asyncio.run(scenario())


def test_a_shard_that_cannot_be_opened_ends_the_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    class BrokenMember(Member):
        async def assigned(self, shards: frozenset[int]) -> dict[Partition, int | None]:
            raise OSError("the disk is full")

    async def scenario() -> None:
        async with reading(monkeypatch, "a", BrokenMember("a")) as scene:
            scene.consumer.assigned(AT)
            await scene.until(lambda: bool(scene.failures))
            (failure,) = scene.failures
            assert str(failure) == "the disk is full"
            scene.failures.clear()

    asyncio.run(scenario())


def test_what_nobody_waits_for_any_more_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    async def scenario() -> None:
        async with reading(monkeypatch, "a") as scene:
            goes_on = threading.Event()
            busy = scene.reader.request(lambda _: goes_on.wait(DEADLINE_S))
            await scene.until(busy.running)
            first = scene.reader.request(lambda _: asked.append("first"))
            scene.reader.request(lambda _: asked.append("second"))
            assert first.cancel()
            goes_on.set()
            await scene.until(lambda: bool(asked))
            await scene.polls()

    asyncio.run(scenario())
    assert asked == ["second"]
