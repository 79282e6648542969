"""Records in a schema registry's framing, on Apache Kafka and a real registry (Apicurio).

The contract tests hold the fake registry of the unit tests to the same answers as the real one.
"""

import asyncio
import copy
import json
import ssl
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import Any, Protocol

import fastavro
import msgspec
import pytest
from click.testing import CliRunner

from tagger.cli.main import cli
from tagger.codecs import schemas
from tagger.codecs.dead_letters import letter_of
from tagger.codecs.decode_outputs import OutputDecoder
from tagger.codecs.registry_client import (
    FULL_TRANSITIVE,
    RegistryAwayError,
    RegistryClient,
    RegistryRefusalError,
)
from tagger.codecs.resolve import without_logical_types
from tagger.codecs.schemas import Schema
from tagger.domain.dead_letters import DeadLetterCode
from tagger.domain.tags import TagChange
from tagger.registry_access import RegistryAccess
from tagger.settings import Settings
from tagger.stream.kafka import clients
from tagger.stream.kafka.batches import headers_of
from tagger.stream.schema_ids import ids_of
from tests.fake_registry import fake_registry

from .certificates import Authority
from .conftest import MakeSettings
from .registry_server import RegistryServer, RegistryServerError
from .working import produce, published, purchase, until, working

pytestmark = [pytest.mark.service, pytest.mark.xdist_group("kafka")]

PARTITIONS = 2
PURCHASE = schemas.current("Purchase")
_numbers = count(1)


class Registry(Protocol):
    """Where a registry is."""

    @property
    def url(self) -> str:
        """Of its API."""


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RegistryServer]:
    """A real registry for all tests of this file."""
    server = RegistryServer(tmp_path_factory.mktemp("registry"))
    try:
        try:
            server.start()
        except RegistryServerError as error:
            pytest.fail(str(error), pytrace=False)
        yield server
    finally:
        server.stop()


@pytest.fixture(params=["real", "fake"])
def registry(request: pytest.FixtureRequest) -> Iterator[Registry]:
    """The real one, and the fake of the unit tests."""
    if request.param == "real":
        yield request.getfixturevalue("real")
    else:
        with fake_registry() as fake:
            yield fake


def added(schema: Schema, **field: Any) -> Schema:
    """The schema with one more field in front."""
    wider = copy.deepcopy(schema)
    wider["fields"].insert(0, field)
    return wider


def test_the_api_answers_as_the_client_and_the_fake_take_it(registry: Registry) -> None:
    subject = f"s{next(_numbers)}-value"

    async def scenario() -> None:
        async with RegistryClient(RegistryAccess(url=registry.url)) as client:
            assert await client.schema(999_999) is None
            assert await client.find(subject, PURCHASE) is None
            assert await client.versions(subject) == []
            assert await client.level(subject) is None
            await client.register(subject, PURCHASE)
            first = await client.find(subject, PURCHASE)
            assert first is not None
            await client.set_level(subject, FULL_TRANSITIVE)
            assert await client.level(subject) == FULL_TRANSITIVE
            await client.register(subject, PURCHASE)
            assert await client.schema(first.id) == PURCHASE
            with pytest.raises(RegistryRefusalError):
                await client.register(subject, added(PURCHASE, name="size", type="int"))
            with pytest.raises(RegistryRefusalError):
                await client.register(subject, {"type": "record", "name": "No"})
            wider = added(PURCHASE, name="size", type="int", default=0)
            assert await client.find(subject, wider) is None
            await client.register(subject, wider)
            second = await client.find(subject, wider)
            assert second is not None
            assert second.id != first.id
            assert [each.version for each in await client.versions(subject)] == [1, 2]
            assert [each.schema for each in await client.versions(subject)] == [PURCHASE, wider]

    asyncio.run(scenario())


@contextmanager
def in_registry(settings: Settings, url: str) -> Iterator[Settings]:
    """The settings with a registry that has all schemas; what is written names their ids."""
    variables = {
        f"TAGGER_TOPIC_{role.upper()}": name
        for role, name in msgspec.structs.asdict(settings.topics).items()
    }
    variables["TAGGER_REGISTRY_URL"] = url
    result = CliRunner().invoke(cli, ["schemas", "register"], env=variables)
    assert result.exit_code == 0, result.output
    again = CliRunner().invoke(cli, ["schemas", "register"], env=variables)
    assert again.stdout.count("there already") == len(schemas.NAMES)
    yield replace(settings, encoding="registry", registry=RegistryAccess(url=url))


def framed(schema_id: int, schema: Schema, fields: dict[str, Any]) -> bytes:
    """As any serializer with a registry writes it."""
    stream = BytesIO()
    stream.write(struct.pack(">bI", 0, schema_id))
    fastavro.schemaless_writer(stream, without_logical_types(schema), fields)
    return stream.getvalue()


async def registered(settings: Settings, subject: str, schema: Schema) -> int:
    """The id under which a producer's own schema has been registered."""
    assert settings.registry is not None
    async with RegistryClient(settings.registry) as client:
        await client.register(subject, schema)
        found = await client.find(subject, schema)
        assert found is not None
        return found.id


async def spend(settings: Settings, values: int) -> list[object]:
    """The values of the tag `spend_90d` in the order of its changes, as soon as there are so
    many."""
    decoder, topic = OutputDecoder(ids_of(settings)), settings.topics.tag_change

    def found(records: list[Any]) -> list[TagChange]:
        changes = [decoder.decode(TagChange, record.value()) for record in records]
        return [change for change in changes if change.tag == "spend_90d"]

    records = await published(
        settings, topic, PARTITIONS, lambda records: len(found(records)) >= values
    )
    assert {(record.value() or b"")[:1] for record in records} == {b"\x00"}
    return [change.value for change in sorted(found(records), key=lambda each: each.sequence)]


def test_a_producers_own_schema_is_looked_up_and_an_unknown_id_is_a_dead_letter(
    kafka: MakeSettings, real: RegistryServer
) -> None:
    wider = added(PURCHASE, name="size", type="int", default=0)

    async def scenario(settings: Settings) -> None:
        topic = settings.topics.purchase
        schema_id = await registered(settings, f"{topic}-value", wider)
        fields = msgspec.to_builtins(purchase("ann", 1, 10_000)) | {"size": 3}
        unknown = framed(999_999, wider, fields)
        producer = clients.producer(settings)
        async with working(settings, PARTITIONS) as worker:
            producer.produce(topic, framed(schema_id, wider, fields), b"ann")
            producer.produce(topic, unknown, b"ann")
            producer.flush(30)
            assert await spend(settings, 1) == [100]
            (letter,) = await published(
                settings, settings.topics.dead_letter, PARTITIONS, lambda found: len(found) >= 1
            )
            assert worker.progress().is_ready
        told = letter_of(letter.key(), letter.value(), headers_of(letter))
        assert (told.code, told.value) == (DeadLetterCode.UNKNOWN_SCHEMA, unknown)
        assert "999999" in told.detail

    with in_registry(kafka(partitions=PARTITIONS), real.url) as settings:
        asyncio.run(scenario(settings))


def test_while_the_registry_is_away_records_wait_and_nothing_is_lost(kafka: MakeSettings) -> None:
    async def scenario(settings: Settings, fake: Any) -> None:
        topic = settings.topics.purchase
        wider = added(PURCHASE, name="size", type="int", default=0)
        schema_id = await registered(settings, f"{topic}-value", wider)
        producer = clients.producer(settings)
        async with working(settings, PARTITIONS) as worker:
            fake.answer = (503, b"")
            for number in (1, 2):
                fields = msgspec.to_builtins(purchase("ann", number, 10_000)) | {"size": 3}
                producer.produce(topic, framed(schema_id, wider, fields), b"ann")
            producer.flush(30)
            await until(lambda: topic in worker.progress().reason)
            progress = worker.progress()
            assert not progress.is_ready
            assert "answers 503" in progress.reason
            assert _metric(worker, "tagger_topics_without_schema") == 1
            fake.answer = None
            assert await spend(settings, 2) == [100, 200]
            await until(lambda: worker.progress().is_ready)
            assert _metric(worker, "tagger_topics_without_schema") == 0

    with fake_registry() as fake, in_registry(kafka(partitions=PARTITIONS), fake.url) as settings:
        asyncio.run(scenario(settings, fake))


def test_a_worker_that_is_stopped_while_the_registry_is_away_leaves_its_records_to_the_next(
    kafka: MakeSettings,
) -> None:
    async def scenario(settings: Settings, fake: Any) -> None:
        topic = settings.topics.purchase
        wider = added(PURCHASE, name="size", type="int", default=0)
        schema_id = await registered(settings, f"{topic}-value", wider)
        fields = msgspec.to_builtins(purchase("ann", 1, 10_000)) | {"size": 3}
        async with working(settings, PARTITIONS) as worker:
            produce(settings, purchase("ann", 7, 5_000))
            assert await spend(settings, 1) == [50]
            fake.answer = (503, b"")
            producer = clients.producer(settings)
            producer.produce(topic, framed(schema_id, wider, fields), b"ann")
            producer.flush(30)
            await until(lambda: topic in worker.progress().reason)
        fake.answer = None
        async with working(settings, PARTITIONS):
            assert await spend(settings, 2) == [50, 150]

    with fake_registry() as fake, in_registry(kafka(partitions=PARTITIONS), fake.url) as settings:
        asyncio.run(scenario(settings, fake))


def _metric(worker: Any, name: str) -> float | None:
    value: float | None = worker.telemetry.registry.get_sample_value(name)
    return value


def test_a_registry_behind_tls_is_believed_by_its_authority_alone(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    own = authority.certificate("registry", host="localhost")
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(own.certificate, own.key)

    async def scenario(url: str) -> None:
        trusted = RegistryAccess(url=url, ca_path=authority.path)
        async with RegistryClient(trusted) as client:
            assert await client.schema(1) == PURCHASE
        async with RegistryClient(RegistryAccess(url=url)) as client:
            with pytest.raises(RegistryAwayError, match="certificate verify failed"):
                await client.schema(1)

    with fake_registry(server) as fake:
        fake.add("s", PURCHASE)
        asyncio.run(scenario(fake.url))


def test_the_real_registry_keeps_what_was_registered_as_it_was(real: RegistryServer) -> None:
    subject = f"s{next(_numbers)}-value"

    async def scenario() -> None:
        async with RegistryClient(RegistryAccess(url=real.url)) as client:
            for name in schemas.NAMES:
                await client.register(f"{name}-{subject}", schemas.current(name))
                found = await client.find(f"{name}-{subject}", schemas.current(name))
                assert found is not None
                kept = await client.schema(found.id)
                assert json.dumps(kept) == json.dumps(schemas.current(name))

    asyncio.run(scenario())
