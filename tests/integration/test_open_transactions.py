"""A worker on a real Kafka that cannot read on: behind a transaction, or for no good reason."""

import asyncio

import pytest
from confluent_kafka import Producer

from tagger.codecs.json_fields import to_json
from tagger.settings import Settings
from tagger.stream.kafka import clients
from tagger.stream.kafka.assignment import Partition
from tagger.stream.kafka.stall_watch import STALLED_S, SUSPECT_S, StallWatch
from tagger.wiring import RunningWorker

from .conftest import MakeSettings
from .working import purchase, until, working

pytestmark = [pytest.mark.service, pytest.mark.xdist_group("kafka")]

PARTITIONS = 1
TIMEOUT_MS = 60_000
WAIT_S = 30


def in_transactions(settings: Settings) -> Producer:
    """A producer of events that writes in transactions."""
    name = f"{settings.group}-shop"
    producer = clients.transactional_producer(settings, name, TIMEOUT_MS)
    producer.init_transactions(WAIT_S)
    return producer


def write(settings: Settings, producer: Producer, number: int) -> None:
    """A sale, which the brokers have when this returns."""
    value = to_json(purchase("ann", number, 500))
    producer.produce(settings.topics.purchase, value, b"ann", 0)
    assert producer.flush(WAIT_S) == 0


class Watched:
    """A worker and a watch of it whose clock is moved by hand."""

    def __init__(self, worker: RunningWorker, at: Partition) -> None:
        self._worker = worker
        self._at = at
        self._now_s = 0.0
        self.watch = StallWatch(worker._log.readable_ends, worker._reader, lambda: self._now_s)

    async def has(self, *, read: int, lags: bool) -> None:
        """Wait until so many records were read, and the partition lags, or does not."""
        topic, number = self._at

        def holds() -> bool:
            progress = self._worker.progress()
            lag = {
                each.topic: each.lag_records
                for shard in progress.shards
                if shard.shard == number
                for each in shard.topics
            }[topic]
            return progress.records_read == read and lag is not None and bool(lag) == lags

        await until(holds)

    async def look(self, after_s: float = 0.0) -> Partition | None:
        """Between two looks the reader polls, as it does in a second."""
        reader, self._now_s = self._worker._reader, self._now_s + after_s
        emptied = reader.emptied
        await until(lambda: reader.emptied > emptied)
        return await self.watch.stalled(self._worker.progress())


def test_a_worker_waits_for_the_end_of_a_transaction_and_reads_on(kafka: MakeSettings) -> None:
    settings = kafka(PARTITIONS)
    at = (settings.topics.purchase, 0)
    producer = in_transactions(settings)
    producer.begin_transaction()
    write(settings, producer, 1)
    producer.commit_transaction(WAIT_S)
    producer.begin_transaction()
    write(settings, producer, 2)
    write(settings, clients.producer(settings), 3)

    async def scene() -> None:
        async with working(settings, PARTITIONS) as worker:
            watched = Watched(worker, at)
            await watched.has(read=1, lags=True)
            await watched.look()
            await watched.look(SUSPECT_S + 1)
            async with asyncio.timeout(WAIT_S):
                while watched.watch.behind_transactions != (at,):
                    assert await watched.look() is None
            for _ in range(3):
                assert await watched.look(STALLED_S) is None
            assert f"{at[0]}/0" in watched.watch.reason
            await asyncio.to_thread(producer.commit_transaction, WAIT_S)
            await watched.has(read=3, lags=False)
            assert await watched.look(STALLED_S + 1) is None
            assert watched.watch.reason == ""

    asyncio.run(scene())


def test_a_worker_that_stopped_reading_after_it_saw_the_end_stands_still(
    kafka: MakeSettings,
) -> None:
    settings = kafka(PARTITIONS)
    at = (settings.topics.purchase, 0)
    producer = clients.producer(settings)
    write(settings, producer, 1)

    async def scene() -> None:
        async with working(settings, PARTITIONS) as worker:
            watched = Watched(worker, at)
            await watched.has(read=1, lags=False)
            worker._reader.hold(at)
            await asyncio.wrap_future(worker._reader.request(lambda _: None))
            await asyncio.to_thread(write, settings, producer, 2)
            await watched.has(read=1, lags=True)
            assert await watched.look() is None
            async with asyncio.timeout(WAIT_S):
                while await watched.look(STALLED_S + 1) is None:
                    assert watched.watch.reason == ""

    asyncio.run(scene())
