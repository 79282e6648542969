"""The reader tells what keeps it from reading."""

import asyncio

import pytest

from tagger.environment import SettingsError
from tagger.stream.kafka import reader as reader_module
from tagger.stream.kafka.assignment import Partition
from tagger.stream.kafka.clients import Config
from tagger.stream.kafka.poll_requests import LeftGroupError
from tagger.stream.kafka.reader import GroupReader

from .fake_consumer import CONFIG, DEADLINE_S, Member, Scene, reading

CLASSIC: Config = {"group.id": "g"}


class Nobody:
    """Is told of no shards."""

    async def assigned(self, shards: frozenset[int]) -> dict[Partition, int | None]:
        raise AssertionError(shards)

    async def revoked(self, shards: frozenset[int]) -> None:
        raise AssertionError(shards)

    async def lost(self, shards: frozenset[int]) -> None:
        raise AssertionError(shards)


async def _ends_without_a_consumer() -> None:
    reader = GroupReader({"group.id": "g", "session.timeout.ms": "soon"}, ["a"])
    failure: asyncio.Future[BaseException] = asyncio.get_running_loop().create_future()
    early = reader.request(lambda _: None)
    reader.start(Nobody(), lambda _: None, failure.set_result)
    async with asyncio.timeout(30):
        assert isinstance(await failure, SettingsError)
        await reader.stop()
        for asked in (early, reader.request(lambda _: None)):
            with pytest.raises(LeftGroupError):
                await asyncio.wrap_future(asked)


def test_a_consumer_that_cannot_be_made_ends_the_reader_and_fails_what_is_asked_of_it() -> None:
    asyncio.run(_ends_without_a_consumer())


def test_a_checkpoint_of_a_shard_that_is_given_away_gets_no_younger_generation(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The client may have been expelled and have joined anew; it tells of the loss afterwards."""
    known: list[bytes] = []

    class Leaving(Member):
        scene: Scene

        async def revoked(self, shards: frozenset[int]) -> None:
            self.scene.consumer.metadata = b"younger"
            await asyncio.wrap_future(self.scene.reader.renew_group_metadata())
            known.append(self.scene.reader.group_metadata)

    async def scenario() -> None:
        member = Leaving("a")
        async with reading(monkeypatch, "a", member) as scene:
            member.scene = scene
            scene.consumer.metadata = b"old"
            scene.consumer.assigned(("a", 0))
            await scene.until(lambda: 0 in scene.reader.assignment.open_shards)
            await scene.polls()
            scene.consumer.revoked(("a", 0))
            await scene.until(lambda: scene.reader.group_metadata == b"younger")

    asyncio.run(scenario())
    assert known == [b"old"]


def test_a_worker_that_the_group_does_not_let_go_ends_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reader_module, "LEAVE_S", 0.0)
    member = Member("a")

    async def scenario() -> None:
        async with reading(monkeypatch, "a", member) as scene:
            scene.consumer.assigned(("a", 0))
            await scene.until(lambda: 0 in scene.reader.assignment.open_shards)
            scene.consumer.lets_go.clear()
            async with asyncio.timeout(DEADLINE_S / 2):
                await scene.reader.stop()
            with pytest.raises(LeftGroupError):
                await asyncio.wrap_future(scene.reader.request(lambda _: None))
            scene.consumer.lets_go.set()

    asyncio.run(scenario())
    assert member.told == ["assigned [0]", "revoked [0]"]


@pytest.mark.parametrize("config", [CONFIG, CLASSIC], ids=["consumer", "classic"])
def test_a_shard_whose_first_seek_came_to_nothing_is_read_all_the_same(
    monkeypatch: pytest.MonkeyPatch, config: Config
) -> None:
    async def scenario() -> None:
        async with reading(monkeypatch, "a", config=config) as scene:
            scene.consumer.ends["a", 0] = 3
            scene.consumer.forgets_seeks = 1
            scene.consumer.assigned(("a", 0))
            await scene.until(lambda: scene.offsets.get(("a", 0)) == [0, 1, 2])

    asyncio.run(scenario())
