"""A cluster of three brokers: a worker goes on when one of them is killed.

Three brokers on a small machine take their time, so this is one short story. Workers, brokers and
faults by the dozen are met in `tests/soak`.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from confluent_kafka import Message
from confluent_kafka.admin import AdminClient

from tagger.codecs.decode_outputs import decode_change
from tagger.settings import Settings
from tagger.stream.topics import Topics

from .kafka_server import KafkaServer
from .reading import committed_in
from .started import started
from .working import produce, published, purchase, working

pytestmark = [pytest.mark.service, pytest.mark.xdist_group("kafka")]

PARTITIONS = 2
CUSTOMERS = [f"c{number}" for number in range(10)]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KafkaServer]:
    """Three brokers; two of them have to take a record before it counts."""
    with started(KafkaServer(tmp_path_factory.mktemp("cluster"), 3)) as server:
        server.create_topics(msgspec.structs.astuple(Topics()), PARTITIONS)
        yield server


def leader_of(server: KafkaServer, topic: str) -> int:
    """The broker that serves the first partition."""
    known = AdminClient({"bootstrap.servers": server.brokers}).list_topics(timeout=30)
    return int(known.topics[topic].partitions[0].leader)


def spends(records: list[Message]) -> dict[str, list[object]]:
    """What each customer has spent, as it was told, in order."""
    told: defaultdict[str, list[object]] = defaultdict(list)
    for record in records:
        change = decode_change(record.value())
        if change.tag == "spend_90d":
            told[change.customer_id].append(change.value)
    return told


def test_a_worker_goes_on_when_a_broker_is_killed(cluster: KafkaServer, tmp_path: Path) -> None:
    settings = replace(Settings(brokers=cluster.brokers), state_dir=tmp_path / "state")
    topics = settings.topics

    async def buy(number: int) -> None:
        """Every customer buys for 1, and each sum is told."""
        await asyncio.to_thread(
            produce, settings, *(purchase(customer, number, 100) for customer in CUSTOMERS)
        )
        await published(
            settings,
            topics.tag_change,
            PARTITIONS,
            lambda found: sum(map(len, spends(found).values())) >= number * len(CUSTOMERS),
        )

    async def scene() -> None:
        async with working(settings, PARTITIONS):
            await buy(1)
            killed = leader_of(cluster, topics.purchase)
            await asyncio.to_thread(cluster.kill, killed)
            await buy(2)
            await asyncio.to_thread(cluster.launch, killed)
            await asyncio.to_thread(cluster.until_in_sync)
            await buy(3)

    asyncio.run(scene())
    told = spends(committed_in(settings.brokers, topics.tag_change, PARTITIONS))
    assert told == {customer: [1, 2, 3] for customer in CUSTOMERS}
