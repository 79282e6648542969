"""Profiles on disk, on Apache Kafka: what is read again after a stop, a kill and a lost disk."""

import asyncio
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from shutil import rmtree

import pytest
from confluent_kafka import Message

from tagger.codecs.decode_outputs import decode_change
from tagger.settings import Settings
from tagger.stream.kafka import clients
from tagger.stream.kafka.changelog import ChangelogReader
from tagger.stream.log import Row
from tagger.stream.stores.cached import CachedStore
from tagger.wiring import RunningWorker

from .conftest import MakeSettings
from .working import produce, published, purchase, working

pytestmark = [pytest.mark.service, pytest.mark.xdist_group("kafka")]

CUSTOMERS = [f"c{number}" for number in range(30)]


def _counted(worker: RunningWorker, name: str, **labels: str) -> float | None:
    return worker.telemetry.registry.get_sample_value(f"tagger_{name}_total", labels)


async def _spend(settings: Settings, count: int) -> dict[str, list[object]]:
    """By customer, every sum that was published, when there are so many."""

    def is_enough(found: list[Message]) -> bool:
        return len(found) >= count

    records = await published(settings, settings.topics.tag_change, 1, is_enough)
    sums: dict[str, list[object]] = {}
    for record in records:
        change = decode_change(record.value())
        sums.setdefault(change.customer_id, []).append(change.value)
    return sums


def test_a_worker_that_comes_back_reads_only_what_others_have_written_since(
    kafka: MakeSettings, tmp_path: Path
) -> None:
    first = replace(kafka(partitions=1), cached_profiles=10)
    other = replace(first, state_dir=tmp_path / "other")
    few = CUSTOMERS[:7]

    async def scenario() -> None:
        async with working(first, 1) as worker:
            assert _counted(worker, "local_state_opened", outcome="absent") == 1
            produce(first, *(purchase(name, 1, 100) for name in CUSTOMERS))
            await _spend(first, 30)
        async with working(other, 1) as worker:
            assert _counted(worker, "restored_records") == 30
            produce(first, *(purchase(name, 2, 100) for name in few))
            await _spend(first, 37)
        async with working(first, 1) as worker:
            assert _counted(worker, "local_state_opened", outcome="reused") == 1
            assert _counted(worker, "restored_records") == 7
            assert _counted(worker, "restored_profiles") == 30
            produce(first, *(purchase(name, 3, 100) for name in CUSTOMERS))
            sums = await _spend(first, 67)
        assert sums == {name: [1, 2, 3] if name in few else [1, 2] for name in CUSTOMERS}

    asyncio.run(scenario())


def test_nothing_is_lost_between_a_commit_and_the_write_to_disk(
    kafka: MakeSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = kafka(partitions=1)

    def killed(self: CachedStore, rows: Sequence[Row], reached: int | None, now: int) -> None:
        raise ConnectionAbortedError("killed before the write")

    async def dies() -> None:
        async with working(settings, 1):
            produce(settings, purchase("c0", 2, 100))
            await _spend(settings, 31)

    async def scenario() -> None:
        async with working(settings, 1):
            produce(settings, *(purchase(name, 1, 100) for name in CUSTOMERS))
            await _spend(settings, 30)
        with monkeypatch.context() as dying:
            dying.setattr(CachedStore, "committed", killed)
            with pytest.raises(ConnectionAbortedError):
                await dies()
        async with working(settings, 1) as worker:
            assert _counted(worker, "local_state_opened", outcome="reused") == 1
            assert _counted(worker, "restored_records") == 1
            produce(settings, *(purchase(name, 3, 100) for name in CUSTOMERS))
            sums = await _spend(settings, 61)
        assert sums == {name: [1, 2, 3] if name == "c0" else [1, 2] for name in CUSTOMERS}

    asyncio.run(scenario())


def test_a_worker_whose_disk_is_gone_or_damaged_builds_its_state_anew(
    kafka: MakeSettings,
) -> None:
    settings = kafka(partitions=1)
    shard = settings.state_dir / settings.group / "0"

    async def scenario() -> None:
        async with working(settings, 1):
            produce(settings, *(purchase(name, 1, 100) for name in CUSTOMERS))
            await _spend(settings, 30)
        rmtree(settings.state_dir)
        async with working(settings, 1) as worker:
            assert _counted(worker, "restored_records") == 30
        (shard / "CURRENT").write_text("MANIFEST-999999\n")
        async with working(settings, 1) as worker:
            assert _counted(worker, "local_state_opened", outcome="corrupt") == 1
            produce(settings, *(purchase(name, 2, 100) for name in CUSTOMERS))
            sums = await _spend(settings, 60)
        assert sums == {name: [1, 2] for name in CUSTOMERS}

    asyncio.run(scenario())


def test_a_transaction_whose_end_is_not_written_yet_is_waited_for(kafka: MakeSettings) -> None:
    settings = kafka(partitions=1)
    topic = settings.topics.profile_changelog
    producer = clients.transactional_producer(settings, f"{settings.group}-waited-for")
    producer.init_transactions(30)
    producer.begin_transaction()
    producer.produce(topic, b"record", b"c", 0)
    producer.flush(30)
    reader = ChangelogReader(settings, clients.admin(settings))
    reader.open(topic, 0, None)
    assert reader.read() == []
    found: list[Row] = []

    def read() -> None:
        while (rows := reader.read()) is not None:
            found.extend(rows)

    reading = threading.Thread(target=read)
    reading.start()
    producer.commit_transaction(30)
    reading.join(30)
    assert not reading.is_alive()
    assert found == [(b"c", b"record")]
    reader.close_partition()
    reader.close()
