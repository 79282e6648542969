"""Brokers for tests: the embedded one for each test, and one real Kafka for the whole run.

Tests that use `kafka` carry the marks `service` and `xdist_group("kafka")`, so that one process
runs them all and one broker serves them.
"""

import socket
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Protocol

import msgspec
import pytest

from tagger.settings import GroupProtocol, Settings
from tagger.stream.kafka.embedded import EmbeddedBroker
from tagger.stream.repartition import topics_after
from tagger.stream.topics import Topics

from .guarded import Guarded
from .kafka_server import KafkaServer, KafkaServerError
from .moving import AFTER, BEFORE, PACK
from .secure_kafka import SecureKafka
from .started import started


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
    with started(KafkaServer(tmp_path_factory.mktemp("kafka"))) as server:
        yield server


@pytest.fixture(scope="session")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    """A Kafka that trusts nobody, with the program's users and topics. Its tests carry the marks
    `service` and `xdist_group("secure-kafka")`."""
    folder = tmp_path_factory.mktemp("secure-kafka")
    try:
        server = SecureKafka(folder)
    except KafkaServerError as error:
        pytest.fail(str(error), pytrace=False)
    with started(server):
        yield Guarded(server, folder)


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
def rules_of_moves(tmp_path: Path) -> Path:
    """The folder with the pack of `moving`."""
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "moves.yaml").write_text(PACK, "utf-8")
    return folder


@pytest.fixture
def old(kafka: MakeSettings) -> Settings:
    """Before a move; the topics exist."""
    return replace(kafka(partitions=BEFORE), grace_ms=5_000)


@pytest.fixture
def new(old: Settings) -> Settings:
    """After a move from `old`; the move makes the topics."""
    return replace(old, topics=topics_after(old.topics, f"-p{AFTER}"))


@pytest.fixture
def unused_tcp_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
