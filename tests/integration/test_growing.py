"""Topics that are given more partitions while a worker runs, on Apache Kafka."""

import asyncio

import pytest
from confluent_kafka import Message

from tagger.codecs.decode_outputs import decode_change
from tagger.settings import Settings
from tagger.stream.kafka import clients
from tagger.stream.kafka.preflight import TopicsError, group_state
from tagger.stream.murmur2 import partition_of

from .conftest import MakeSettings
from .partitions import add_partitions
from .working import produce, published, purchase, until, working

pytestmark = [pytest.mark.service, pytest.mark.xdist_group("kafka")]

PARTITIONS = 2
ANN = next(
    name
    for name in (f"ann-{n}" for n in range(100))
    if partition_of(name.encode(), PARTITIONS) == partition_of(name.encode(), PARTITIONS + 1)
)
"""A customer whose records stay where they were."""


async def _grow(settings: Settings, *topics: str) -> None:
    await asyncio.to_thread(add_partitions, clients.admin(settings), PARTITIONS + 1, *topics)


async def _spends(settings: Settings, amount: int) -> None:
    """Return when the customer's spending is known to be `amount`."""

    def has_come(records: list[Message]) -> bool:
        return amount in [decode_change(each.value()).value for each in records]

    await published(settings, settings.topics.tag_change, PARTITIONS, has_come)


def test_one_topic_that_grows_holds_the_clocks_and_a_restart_is_refused(
    kafka: MakeSettings,
) -> None:
    settings = kafka(partitions=PARTITIONS)

    async def scenario() -> None:
        async with working(settings, PARTITIONS) as worker:
            produce(settings, purchase(ANN, 1, 10_000))
            await _spends(settings, 100)
            await _grow(settings, settings.topics.chat)
            await until(lambda: f"{settings.topics.chat} has 3" in worker.progress().reason)
            assert not worker.progress().is_ready
            held = [shard.frontier for shard in worker.progress().shards]
            produce(settings, purchase(ANN, 2, 5_000))
            await _spends(settings, 150)
            assert [shard.frontier for shard in worker.progress().shards] == held
        with pytest.raises(TopicsError, match="make that topic anew"):
            group_state(settings)

    asyncio.run(scenario())


def test_all_topics_that_grow_together_open_no_shard_and_a_restart_is_refused(
    kafka: MakeSettings,
) -> None:
    settings = kafka(partitions=PARTITIONS, group_protocol="consumer")

    async def scenario() -> None:
        async with working(settings, PARTITIONS) as worker:
            produce(settings, purchase(ANN, 1, 10_000))
            await _spends(settings, 100)
            await _grow(settings, *settings.topics.inputs(), settings.topics.profile_changelog)
            await until(lambda: not worker.progress().is_ready and not worker.is_settled())
            produce(settings, purchase(ANN, 2, 5_000))
            await _spends(settings, 150)
            assert {shard.shard for shard in worker.progress().shards} == {0, 1}
        with pytest.raises(TopicsError, match=r"have 3 partitions, and had 2 when group"):
            group_state(settings)

    asyncio.run(scenario())
