"""Shards that are taken away, or given up at a stop, while their state is still being read.

A transaction that stays open holds the changelog up: its reader waits for the end.
"""

import asyncio
import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest
from confluent_kafka import TopicPartition

from tagger.settings import GroupProtocol, Settings
from tagger.stream.kafka import clients

from .conftest import MakeSettings
from .running import running
from .test_process import PROGRAM, _process, _sequences
from .working import produce, purchase, working

pytestmark = [pytest.mark.service, pytest.mark.xdist_group("kafka")]

PARTITIONS = 2
OPEN_MS = 300_000
TELLS = "asks where the group stands"
TELLING = f"""
from tagger.stream.kafka import changelog
ask = changelog.committed_positions

def telling(*asked):
    logging.getLogger("tests").info("{TELLS}")
    return ask(*asked)

changelog.committed_positions = telling
"""
"""Has a worker tell when it asks."""


@contextmanager
def held_up(settings: Settings) -> Iterator[None]:
    """No shard's changelog can be read to its end meanwhile."""
    name = f"{settings.group}-holds-up"
    producer = clients.transactional_producer(settings, name, OPEN_MS)
    producer.init_transactions(30)
    producer.begin_transaction()
    for shard in range(PARTITIONS):
        producer.produce(settings.topics.profile_changelog, None, b"nobody", shard)
    producer.flush(30)
    try:
        yield
    finally:
        producer.abort_transaction(30)


@contextmanager
def pending(settings: Settings) -> Iterator[None]:
    """Nobody is told meanwhile where the group stands, as after a worker that was killed."""
    producer = clients.transactional_producer(settings, f"{settings.group}-dead", OPEN_MS)
    producer.init_transactions(30)
    producer.begin_transaction()
    member = clients.changelog_reader(settings).consumer_group_metadata()
    topics = settings.topics.inputs()
    offsets = [TopicPartition(name, shard, 0) for name in topics for shard in range(PARTITIONS)]
    producer.send_offsets_to_transaction(offsets, member, 30)
    try:
        yield
    finally:
        producer.abort_transaction(30)


def test_a_signal_ends_a_worker_that_waits_to_hear_where_the_group_stands(
    kafka: MakeSettings, unused_tcp_port: int
) -> None:
    settings = kafka(PARTITIONS)
    program = PROGRAM.replace("run_worker(S", f"exec({TELLING!r}); run_worker(S")
    with pending(settings), _process(settings, unused_tcp_port, subprocess.PIPE, program) as worker:
        assert worker.stderr is not None
        lines = iter(worker.stderr.readline, b"")
        assert any(TELLS.encode() in line for line in lines), "it has ended"
        worker.send_signal(signal.SIGTERM)
        told = [line for line in lines if b"tagger.kafka" in line]
        assert worker.wait(30) == 0, told
        assert b"revoked 10 partitions; closed shards [0, 1]" in told[-1]


def test_a_signal_ends_a_worker_that_is_opening_its_shards(
    kafka: MakeSettings, unused_tcp_port: int
) -> None:
    settings = kafka(PARTITIONS)
    with held_up(settings), _process(settings, unused_tcp_port, subprocess.PIPE) as process:
        assert process.stderr is not None
        lines = iter(process.stderr.readline, b"")
        assert any(b"opening shards [0, 1]" in line for line in lines), "it has ended"
        process.send_signal(signal.SIGTERM)
        told = [line for line in lines if b"tagger.kafka" in line]
        assert process.wait(30) == 0, told
        assert b"revoked 10 partitions; closed shards [0, 1]" in told[-1]

    async def others_go_on() -> None:
        async with working(settings, PARTITIONS):
            produce(settings, purchase("ann", 1, 10_000))
            assert await _sequences(settings, 100) == [1]

    asyncio.run(others_go_on())


@pytest.mark.parametrize("protocol", ["classic", "consumer"])
def test_a_worker_that_joins_need_not_wait_until_the_others_have_opened_their_shards(
    kafka: MakeSettings, protocol: GroupProtocol
) -> None:
    settings = kafka(PARTITIONS, protocol)

    async def scene() -> None:
        with ExitStack() as slowness:
            slowness.enter_context(held_up(settings))
            async with running(settings) as first:
                await first.until(lambda: len(first.reader.assignment.partitions) == 10)
                async with running(settings) as second:
                    members = (first, second)
                    await first.until(
                        lambda: all(len(each.reader.assignment.partitions) == 5 for each in members)
                    )
                    await asyncio.to_thread(slowness.close)
                    await first.until(
                        lambda: sorted(sorted(each.host.open) for each in members) == [[0], [1]]
                    )

    asyncio.run(scene())
