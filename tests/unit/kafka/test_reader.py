"""The reader tells what keeps it from reading."""

import asyncio

import pytest

from tagger.environment import SettingsError
from tagger.stream.kafka.assignment import Partition
from tagger.stream.kafka.poll_requests import LeftGroupError
from tagger.stream.kafka.reader import GroupReader


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
