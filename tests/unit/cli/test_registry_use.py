"""Commands that read and write records in a schema registry's framing."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from confluent_kafka import Consumer, TopicPartition

from tagger.codecs import schemas
from tagger.codecs.encode import Encoder
from tagger.codecs.schema_ids import KnownSchemaIds
from tagger.domain.tags import TagChange
from tagger.settings import Settings
from tagger.stream.kafka.embedded import PARTITIONS, EmbeddedBroker
from tagger.stream.kafka.sender import Sender
from tagger.stream.log import Output
from tagger.stream.topics import Topics
from tests.fake_registry import FakeRegistry, fake_registry
from tests.unit.codecs.sample_records import A_CHANGE

from .kit import events_in, purchase, run


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeRegistry]:
    with fake_registry() as running:
        monkeypatch.setenv("TAGGER_REGISTRY_URL", running.url)
        monkeypatch.setenv("TAGGER_ENCODING", "registry")
        yield running


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch, registry: FakeRegistry) -> Iterator[Settings]:
    with EmbeddedBroker(msgspec.structs.astuple(Topics())) as broker:
        monkeypatch.setenv("TAGGER_BROKERS", broker.brokers)
        yield Settings(brokers=broker.brokers)


def values_of(settings: Settings, topic: str) -> list[bytes | None]:
    """The first record of the topic, and what comes with it."""
    consumer = Consumer({"bootstrap.servers": settings.brokers, "group.id": "test"})
    consumer.assign([TopicPartition(topic, number, 0) for number in range(PARTITIONS)])
    found: list[bytes | None] = []
    for _ in range(150):
        found += [each.value() for each in consumer.consume(100, 0.2) if each.error() is None]
        if found:
            break
    consumer.close()
    return found


def test_produced_records_name_the_registered_schema(
    settings: Settings, registry: FakeRegistry, tmp_path: Path
) -> None:
    events = events_in(tmp_path, purchase("c-1", "2026-03-01T09:00:00Z"))
    refused = run("produce", events)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "register it" in refused.stderr
    assert run("schemas", "register").exit_code == 0
    registry.subjects = {name: each for name, each in registry.subjects.items() if "crm." in name}
    result = run("produce", events)
    assert (result.exit_code, result.stderr) == (0, "")
    (value,) = values_of(settings, settings.topics.purchase)
    assert value is not None
    assert value.startswith(b"\x00\x00\x00\x00\x01")


def test_changes_in_a_registrys_framing_are_shown(
    settings: Settings, registry: FakeRegistry
) -> None:
    schema_id = registry.add("x", schemas.current("TagChange"))
    ids = KnownSchemaIds({schema_id: schemas.current("TagChange")})
    value = Encoder("registry", ids, records=[TagChange]).encode(A_CHANGE)
    Sender(settings).send([Output(settings.topics.tag_change, b"c-7", value)])
    result = run("watch", "--from-beginning", "--limit", "1", "--json")
    assert result.exit_code == 0
    assert '"customer_id":"c-7"' in result.stdout
    registry.answer = (503, b"")
    away = run("watch", "--from-beginning", "--limit", "1")
    assert (away.exit_code, away.stdout) == (2, "")
    assert away.stderr.startswith(f"error: the schema registry at {registry.url} answers 503")
