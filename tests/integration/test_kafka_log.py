"""The Kafka adapter keeps the contract of the log port, with both group protocols."""

import asyncio
from collections.abc import Callable, Coroutine
from itertools import count
from typing import Any

import msgspec
import pytest
from confluent_kafka import KafkaError, Message

from tagger.settings import GroupProtocol, Settings
from tagger.stream.kafka import clients
from tagger.stream.kafka.app import StreamApp
from tagger.stream.kafka.batches import headers_of
from tagger.stream.kafka.log import KafkaLog
from tagger.stream.kafka.reader import GroupReader
from tagger.stream.log import Headers, Host, Log, Output
from tagger.stream.topics import Topics
from tests.contract.changelog_contract import ChangelogContract
from tests.contract.ends_contract import EndsContract
from tests.contract.log_contract import LogContract

from .kafka_server import KafkaServer
from .partitions import add_partitions
from .reading import committed_in
from .working import until

pytestmark = [pytest.mark.service, pytest.mark.xdist_group("kafka")]

PARTITIONS = 2
_groups = count(1)


class _Member:
    """A worker under way."""

    def __init__(self, settings: Settings, host_for: Callable[[Log], Host]) -> None:
        reader = GroupReader(clients.group_config(settings), settings.topics.inputs())
        self._log = KafkaLog(settings, reader)
        self._stop = asyncio.Event()
        self._app = StreamApp(settings, reader, host_for(self._log))
        self.task = asyncio.create_task(self._app.run(self._stop))

    async def stop(self) -> None:
        self._stop.set()
        await self.task
        self._log.close()

    async def kill(self) -> None:
        self._app._handover.fail(RuntimeError("killed"))
        with pytest.raises(RuntimeError, match="killed"):
            await self.task
        self._log.close()


class KafkaHarness:
    """Members are apps of this process; a killed one leaves without a checkpoint."""

    def __init__(self, server: KafkaServer, protocol: GroupProtocol) -> None:
        self._settings = Settings(
            brokers=server.brokers, group=f"contract-{next(_groups)}", group_protocol=protocol
        )
        server.renew_topics(msgspec.structs.astuple(Topics()), PARTITIONS)
        self._producer = clients.producer(self._settings)
        self._members: dict[str, _Member] = {}
        self.inputs = tuple(self._settings.topics.inputs())

    def run(self, scene: Coroutine[Any, Any, None]) -> None:
        asyncio.run(self._run(scene))

    async def write(
        self, topic: str, partition: int, key: bytes, value: bytes, headers: Headers = ()
    ) -> int:
        offsets: list[int] = []

        def delivered(error: KafkaError | None, message: Message) -> None:
            assert error is None
            offsets.append(message.offset() or 0)

        self._producer.produce(
            topic, value, key, partition, headers=list(headers), on_delivery=delivered
        )
        await asyncio.to_thread(self._producer.flush, 30)
        return offsets[0]

    async def start(self, name: str, host_for: Callable[[Log], Host]) -> None:
        self._members[name] = _Member(self._settings, host_for)

    async def stop(self, name: str) -> None:
        await self._members.pop(name).stop()

    async def kill(self, name: str) -> None:
        await self._members.pop(name).kill()

    async def add_partitions(self, topic: str, total: int) -> None:
        await asyncio.to_thread(add_partitions, clients.admin(self._settings), total, topic)

    async def until(self, condition: Callable[[], bool]) -> None:
        def holds() -> bool:
            for member in self._members.values():
                assert not member.task.done(), member.task.exception()
            return condition()

        await until(holds)

    async def published(self, topic: str) -> list[Output]:
        return await asyncio.to_thread(self._published, topic)

    def _published(self, topic: str) -> list[Output]:
        return [
            Output(topic, each.key(), each.value(), headers_of(each))
            for each in committed_in(self._settings.brokers, topic, PARTITIONS)
        ]

    async def _run(self, scene: Coroutine[Any, Any, None]) -> None:
        try:
            await scene
        finally:
            for member in self._members.values():
                await member.stop()


class TestClassic(LogContract, ChangelogContract, EndsContract):
    @pytest.fixture
    def harness(self, kafka_server: KafkaServer) -> KafkaHarness:
        return KafkaHarness(kafka_server, "classic")


class TestConsumer(LogContract, ChangelogContract, EndsContract):
    @pytest.fixture
    def harness(self, kafka_server: KafkaServer) -> KafkaHarness:
        return KafkaHarness(kafka_server, "consumer")
