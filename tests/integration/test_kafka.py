"""The Kafka adapter on Apache Kafka: both group protocols, rebalances, transactional sources."""

import asyncio

import pytest
from confluent_kafka import Producer

from tagger.settings import GroupProtocol

from .conftest import MakeSettings
from .running import Running, running
from .writing import numbered, write

pytestmark = [pytest.mark.service, pytest.mark.xdist_group("kafka")]

both_protocols = pytest.mark.parametrize("protocol", ["classic", "consumer"])


def _values(*workers: Running) -> list[bytes]:
    return sorted(
        record.value or b""
        for worker in workers
        for records in worker.host.records.values()
        for record in records
    )


@both_protocols
def test_every_record_is_read_once_over_a_restart(
    kafka: MakeSettings, protocol: GroupProtocol
) -> None:
    settings = kafka(group_protocol=protocol)

    async def scenario() -> None:
        write(settings, numbered(2_000), headers=(("a", b"1"), ("none", None)))
        async with running(settings) as first:
            await first.until(lambda: first.host.count == 2_000)
            await first.end()
        write(settings, numbered(500, "later"))
        async with running(settings) as second:
            await second.until(lambda: second.host.count >= 500)
            assert _values(first) == sorted(numbered(2_000))
            assert _values(second) == sorted(numbered(500, "later"))

    asyncio.run(scenario())


@both_protocols
def test_a_second_worker_takes_over_whole_shards(
    kafka: MakeSettings, protocol: GroupProtocol
) -> None:
    settings = kafka(group_protocol=protocol)

    async def scenario() -> None:
        async with running(settings) as first:
            await first.until(lambda: first.host.open == {0, 1, 2, 3})
            write(settings, numbered(1_000))
            async with running(settings) as second:
                await second.until(lambda: len(first.host.open) == 2 and len(second.host.open) == 2)
                assert first.host.open | second.host.open == {0, 1, 2, 3}
                write(settings, numbered(1_000, "later"))
                await second.until(lambda: first.host.count + second.host.count >= 2_000)
                await second.end()
            await first.until(lambda: first.host.open == {0, 1, 2, 3})
            write(settings, numbered(1_000, "last"))
            await first.until(lambda: first.host.count + second.host.count >= 3_000)
            expected = numbered(1_000) + numbered(1_000, "later") + numbered(1_000, "last")
            assert _values(first, second) == sorted(expected)

    asyncio.run(scenario())


def test_a_reader_reaches_the_end_of_a_transactional_source(kafka: MakeSettings) -> None:
    settings = kafka(partitions=1)
    topic = settings.topics.chat

    async def scenario() -> None:
        producer = Producer({"bootstrap.servers": settings.brokers, "transactional.id": topic})
        producer.init_transactions(30)
        for value in (b"one", b"two"):
            producer.begin_transaction()
            producer.produce(topic, value, b"c", partition=0)
            producer.commit_transaction(30)
        async with running(settings) as worker:
            await worker.until(lambda: worker.host.count == 2)
            reached = worker.host.offsets[topic, 0][-1] + 1
            await worker.until_end((topic, 0), reached)

    asyncio.run(scenario())
