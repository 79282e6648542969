"""Brokers for tests: the embedded one for each test, and one real Kafka for the whole run.

Tests that use `kafka` carry the marks `service` and `xdist_group("kafka")`, so that one process
runs them all and one broker serves them.
"""

import socket
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Protocol

import msgspec
import pytest

from tagger.settings import GroupProtocol, Settings
from tagger.stream.kafka.embedded import EmbeddedBroker
from tagger.stream.topics import Topics

from .guarded import Guarded
from .kafka_server import KafkaServer, KafkaServerError
from .secure_kafka import SecureKafka


class MakeSettings(Protocol):
    """Settings whose topics and group no other test uses; the topics exist."""

    def __call__(self, partitions: int = 4, group_protocol: GroupProtocol = "classic") -> Settings:
        """A fresh set of topics of so many partitions."""


@pytest.fixture
def embedded() -> Iterator[Settings]:
    """Settings for an embedded broker of the test's own."""
    with EmbeddedBroker(msgspec.structs.astuple(Topics())) as broker:
        yield Settings(brokers=broker.brokers, guarantee="at_least_once")


@pytest.fixture(scope="session")
def kafka_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KafkaServer]:
    """Apache Kafka itself, for all tests of this process."""
    server = KafkaServer(tmp_path_factory.mktemp("kafka"))
    try:
        try:
            server.start()
        except KafkaServerError as error:
            pytest.fail(str(error), pytrace=False)
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    """A Kafka that trusts nobody, with the program's users and topics. Its tests carry the marks
    `service` and `xdist_group("secure-kafka")`."""
    folder = tmp_path_factory.mktemp("secure-kafka")
    try:
        server = SecureKafka(folder)
    except KafkaServerError as error:
        pytest.fail(str(error), pytrace=False)
    try:
        try:
            server.start()
        except KafkaServerError as error:
            pytest.fail(str(error), pytrace=False)
        yield Guarded(server, folder)
    finally:
        server.stop()


_numbers = count(1)


@pytest.fixture
def kafka(kafka_server: KafkaServer, tmp_path: Path) -> MakeSettings:
    """Makes settings for the real Kafka, with topics of the test's own."""

    def make(partitions: int = 4, group_protocol: GroupProtocol = "classic") -> Settings:
        prefix = f"t{next(_numbers)}"
        names = {
            field: f"{prefix}.{name}" for field, name in msgspec.structs.asdict(Topics()).items()
        }
        kafka_server.create_topics(tuple(names.values()), partitions)
        return Settings(
            brokers=kafka_server.brokers,
            group=prefix,
            group_protocol=group_protocol,
            topics=Topics(**names),
            state_dir=tmp_path / "state",
        )

    return make


@pytest.fixture
def unused_tcp_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
