"""A topic whose batches may not pass yet keeps no other one waiting, however many there are."""

import asyncio

import pytest

from tagger.settings import Settings
from tagger.stream.kafka import reader as reader_module
from tagger.stream.kafka.app import StreamApp
from tagger.stream.kafka.assignment import Partition
from tagger.stream.kafka.batches import Delivery
from tagger.stream.kafka.clients import group_config
from tagger.stream.kafka.reader import GroupReader
from tagger.stream.log import Batch

from .fake_consumer import DEADLINE_S, FakeConsumer
from .test_ticking import Ticked

BATCHES = 6_000
"""More than Faust keeps for an agent, unless it is told otherwise."""


class Reads(Ticked):
    """Begins everywhere at the beginning, and tells of the first batch."""

    def __init__(self, topics: tuple[str, ...]) -> None:
        super().__init__()
        self._topics = topics
        self.read: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def assigned(self, shards: frozenset[int]) -> dict[Partition, int | None]:
        return {(topic, shard): None for topic in self._topics for shard in shards}

    async def received(self, batch: Batch) -> None:
        self.read.set_result(batch.topic)


def test_a_topic_that_waits_keeps_no_other_one_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(brokers="localhost:1", group_protocol="consumer")
    slow, quick = settings.topics.purchase, settings.topics.browse
    topics, consumer = tuple(settings.topics.inputs()), FakeConsumer(at_once=1)
    monkeypatch.setattr(reader_module, "group_member", lambda _: consumer)

    async def passes(delivery: Delivery) -> None:
        if delivery.batch.topic == slow:
            await asyncio.Event().wait()

    async def scenario() -> str:
        reader, host, stop = (
            GroupReader(group_config(settings), topics),
            Reads(topics),
            asyncio.Event(),
        )
        running = asyncio.ensure_future(StreamApp(settings, reader, host, passes).run(stop))
        try:
            async with asyncio.timeout(DEADLINE_S):
                consumer.ends[slow, 0] = BATCHES
                consumer.assigned(*((topic, 0) for topic in topics))
                while True:
                    if reader.outstanding == BATCHES:
                        break
                    await asyncio.sleep(0.001)
                consumer.ends[quick, 0] = 1
                return await host.read
        finally:
            stop.set()
            await running

    assert asyncio.run(scenario()) == quick
