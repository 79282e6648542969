"""A member that its group has gone on without hears of it, whatever its worker waits for."""

import asyncio
from collections.abc import Sequence
from typing import Any

import msgspec
import pytest

from tagger import wiring
from tagger.codecs.decode_outputs import decode_change
from tagger.settings import Settings
from tagger.stream.kafka import reader
from tagger.stream.kafka.transaction_producer import Outcome, TransactionProducer
from tagger.stream.log import Batch, Checkpoint
from tagger.stream.parts import StreamSettings

from .conftest import MakeSettings
from .expelling import expel
from .reading import everything_in
from .running import Running, running
from .working import produce, purchase, until, working
from .writing import numbered, write

pytestmark = [pytest.mark.service, pytest.mark.xdist_group("kafka")]

PARTITIONS = 2
PURCHASES = 60
CUSTOMERS = [f"c{number}" for number in range(10)]


@pytest.fixture(autouse=True)
def _little_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MAX_RECORDS", 50)
    monkeypatch.setattr(reader, "MAX_OUTSTANDING", 100)


async def _expel(settings: Settings, member: reader.GroupReader) -> None:
    name = await asyncio.wrap_future(member.request(lambda consumer: consumer.memberid()))
    assert name
    await asyncio.to_thread(expel, settings.brokers, settings.group, name)


def _values(worker: Running) -> set[bytes]:
    records = [each for found in worker.host.records.values() for each in found]
    return {record.value or b"" for record in records}


def test_a_loss_is_heard_while_too_much_waits_for_the_worker(
    kafka: MakeSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker waits for what nothing but the loss can end."""
    settings = kafka(PARTITIONS)

    async def scene() -> None:
        async with running(settings, commits=False) as worker:
            await worker.until(lambda: len(worker.host.open) == PARTITIONS)
            is_lost, take_over, lose = asyncio.Event(), worker.host.received, worker.host.lost

            async def received(batch: Batch) -> None:
                await is_lost.wait()
                if batch.partition in worker.host.open:
                    await take_over(batch)

            async def lost(shards: frozenset[int]) -> None:
                await lose(shards)
                is_lost.set()

            monkeypatch.setattr(worker.host, "received", received)
            monkeypatch.setattr(worker.host, "lost", lost)
            write(settings, numbered(2_000))
            await worker.until(lambda: worker.reader.outstanding > 100)
            await _expel(settings, worker.reader)
            await worker.until(lambda: _values(worker) == set(numbered(2_000)))
            assert "lost [0, 1]" in worker.host.calls

    asyncio.run(scene())


def test_a_worker_that_is_expelled_during_a_commit_goes_on_and_doubles_nothing(
    kafka: MakeSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its commit is refused for good, and its batches wait for that commit."""
    settings, make = kafka(PARTITIONS), TransactionProducer.make
    bought = PURCHASES * len(CUSTOMERS)
    stuck, goes_on = asyncio.Event(), asyncio.Event()

    async def doomed(
        self: TransactionProducer, checkpoints: Sequence[Checkpoint], metadata: bytes
    ) -> Outcome:
        stuck.set()
        await goes_on.wait()
        return await make(self, checkpoints, metadata)

    def spent() -> dict[str, list[object]]:
        read = everything_in(settings.brokers, settings.topics.tag_change, PARTITIONS)
        changes = [decode_change(record.value()) for record in read]
        return {
            name: [
                change.value
                for change in sorted(changes, key=lambda each: each.sequence)
                if (change.customer_id, change.tag) == (name, "spend_90d")
            ]
            for name in CUSTOMERS
        }

    def buy(numbers: range) -> None:
        produce(settings, *(purchase(name, n, 10_000) for n in numbers for name in CUSTOMERS))

    async def scene() -> None:
        async with working(settings, PARTITIONS) as worker:
            monkeypatch.setattr(TransactionProducer, "make", doomed)
            buy(range(1))
            await stuck.wait()
            buy(range(1, PURCHASES))
            await until(lambda: worker._reader.outstanding > 100)
            await _expel(settings, worker._reader)
            goes_on.set()
            await until(lambda: sum(worker.committed_offsets().values()) == bought)

    def small_checkpoints(*given: Any) -> StreamSettings:
        return msgspec.structs.replace(stream_settings(*given), checkpoint_records=50)

    stream_settings = wiring._stream_settings
    monkeypatch.setattr(wiring, "_stream_settings", small_checkpoints)
    asyncio.run(scene())
    for name, values in spent().items():
        assert values == [100 * n for n in range(1, PURCHASES + 1)], name
