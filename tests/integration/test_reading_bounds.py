"""What the reader holds back: shards that are not whole yet, and records that nobody takes over."""

import asyncio

import pytest
from confluent_kafka import Consumer, TopicPartition

from tagger.settings import Settings
from tagger.stream.kafka import reader
from tagger.stream.kafka.rebalance import Rebalancer
from tagger.stream.log import Batch

from .conftest import MakeSettings
from .running import Running, running
from .writing import numbered, write

POLLS = 5


def _values(worker: Running) -> list[bytes]:
    records = [each for found in worker.host.records.values() for each in found]
    return sorted(record.value or b"" for record in records)


def _seen(worker: Running) -> tuple[set[int], int, bool]:
    """The open shards, how many records were read, and whether all that is held is open."""
    return set(worker.host.open), worker.host.count, worker.reader.assignment.settled


async def _polls(worker: Running) -> None:
    """Let the poll thread come round a few times."""
    for _ in range(POLLS):
        await asyncio.wrap_future(worker.reader.request(lambda _: None))


@pytest.mark.service
@pytest.mark.xdist_group("kafka")
def test_a_shard_whose_topics_come_and_go_in_two_callbacks_is_open_only_while_it_is_whole(
    kafka: MakeSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = kafka(group_protocol="consumer")
    assign, late = Rebalancer.on_assign, list[TopicPartition]()

    def assign_all_but_one_topic(
        self: Rebalancer, consumer: Consumer, partitions: list[TopicPartition]
    ) -> None:
        late.extend(each for each in partitions if each.topic == settings.topics.chat)
        assign(self, consumer, [each for each in partitions if each.topic != settings.topics.chat])

    monkeypatch.setattr(Rebalancer, "on_assign", assign_all_but_one_topic)

    async def scene() -> None:
        write(settings, numbered(500))
        async with running(settings) as worker:
            await worker.until(lambda: bool(late))
            await _polls(worker)
            assert _seen(worker) == (set(), 0, False)
            monkeypatch.setattr(Rebalancer, "on_assign", assign)
            rebalancer = worker.reader._rebalancer
            come, go = rebalancer.on_assign, rebalancer.on_revoke
            await asyncio.wrap_future(worker.reader.request(lambda it: come(it, late)))
            await worker.until(lambda: worker.host.count == 500)
            assert _seen(worker) == ({0, 1, 2, 3}, 500, True)
            await asyncio.wrap_future(worker.reader.request(lambda it: go(it, late)))
            write(settings, numbered(500, "later"))
            await _polls(worker)
            assert _seen(worker) == (set(), 500, False)
            await asyncio.wrap_future(worker.reader.request(lambda it: come(it, late)))
            await worker.until(lambda: worker.host.count >= 1_000)
            assert _values(worker) == sorted(numbered(500) + numbered(500, "later"))

    asyncio.run(scene())


def test_polling_stops_while_too_many_records_are_outstanding(
    embedded: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "MAX_RECORDS", 50)
    monkeypatch.setattr(reader, "MAX_OUTSTANDING", 100)

    async def scene() -> None:
        async with running(embedded, commits=False) as worker:
            await worker.until(lambda: len(worker.host.open) == 4)
            released, take_over = asyncio.Event(), worker.host.received

            async def received(batch: Batch) -> None:
                await released.wait()
                await take_over(batch)

            monkeypatch.setattr(worker.host, "received", received)
            write(embedded, numbered(2_000))
            await worker.until(lambda: worker.reader.outstanding > 100)
            await _polls(worker)
            assert worker.reader.outstanding <= 150
            released.set()
            await worker.until(lambda: worker.host.count == 2_000)
            assert worker.reader.outstanding == 0

    asyncio.run(scene())
