import asyncio
import json
import socket
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TypeVar

import pytest

from tagger.codecs import schemas
from tagger.codecs.registry_client import (
    FULL_TRANSITIVE,
    MAX_ANSWER_BYTES,
    RegistryAwayError,
    RegistryClient,
    RegistryRefusalError,
)
from tagger.environment import Secret
from tagger.registry_access import RegistryAccess
from tests.fake_registry import FakeRegistry, fake_registry

Answer = TypeVar("Answer")

PURCHASE = schemas.current("Purchase")


@pytest.fixture
def registry() -> Iterator[FakeRegistry]:
    with fake_registry() as running:
        yield running


def ask(access: RegistryAccess, question: Callable[[RegistryClient], Awaitable[Answer]]) -> Answer:
    async def asking() -> Answer:
        async with RegistryClient(access) as client:
            return await question(client)

    return asyncio.run(asking())


def away(access: RegistryAccess) -> str:
    with pytest.raises(RegistryAwayError) as caught:
        ask(access, lambda client: client.schema(1))
    return str(caught.value)


def test_what_is_registered_is_found_again(registry: FakeRegistry) -> None:
    subject = "crm/purchase v1-value"
    access = registry.access
    assert ask(access, lambda client: client.find(subject, PURCHASE)) is None
    assert ask(access, lambda client: client.versions(subject)) == []
    ask(access, lambda client: client.register(subject, PURCHASE))
    found = ask(access, lambda client: client.find(subject, PURCHASE))
    assert found is not None
    assert (found.id, found.version) == (1, 1)
    assert ask(access, lambda client: client.schema(1)) == PURCHASE
    assert ask(access, lambda client: client.versions(subject)) == [found]
    assert list(registry.subjects) == [subject]


def test_a_level_is_set_for_the_subject_alone(registry: FakeRegistry) -> None:
    access = registry.access
    assert ask(access, lambda client: client.level("a")) is None
    ask(access, lambda client: client.set_level("a", FULL_TRANSITIVE))
    assert ask(access, lambda client: client.level("a")) == FULL_TRANSITIVE
    assert ask(access, lambda client: client.level("b")) is None


def test_an_unknown_id_is_none_and_a_foreign_schema_is_not_avro(registry: FakeRegistry) -> None:
    assert ask(registry.access, lambda client: client.schema(1)) is None
    registry.add("a", 'syntax = "proto3";', "PROTOBUF")
    registry.add("b", '"string"')
    for number in (1, 2):
        schema = ask(registry.access, partial(RegistryClient.schema, schema_id=number))
        with pytest.raises(ValueError, match="not an Avro record schema"):
            schemas.checked(schema, "here")


def test_a_refused_schema_brings_the_registrys_reason(registry: FakeRegistry) -> None:
    registry.add("a", PURCHASE)
    registry.levels["a"] = FULL_TRANSITIVE
    other = {"type": "record", "name": "Purchase", "fields": [{"name": "zz", "type": "int"}]}
    with pytest.raises(RegistryRefusalError, match="incompatible"):
        ask(registry.access, lambda client: client.register("a", other))


@pytest.mark.parametrize(
    "answer",
    [
        (404, b""),
        (404, b'{"error_code":404,"message":"HTTP 404 Not Found"}'),
        (404, b'{"error_code":40401,"message":"Subject not found"}'),
        (500, b'{"error_code":50001,"message":"Error in the backend"}'),
        (302, b""),
        (200, b"<html>Sign in</html>"),
        (200, b"[]"),
        (200, b"x" * (MAX_ANSWER_BYTES + 1)),
    ],
)
def test_only_the_registrys_own_word_makes_an_id_unknown(
    registry: FakeRegistry, answer: tuple[int, bytes]
) -> None:
    registry.answer = answer
    told = away(registry.access)
    assert registry.url in told
    assert "check that it is up, and TAGGER_REGISTRY_URL" in told


def test_an_address_where_nobody_listens_is_away() -> None:
    with fake_registry() as registry:
        access = registry.access
    assert "does not answer" in away(access)


def test_a_registry_that_says_nothing_is_away() -> None:
    async def asking(port: int) -> None:
        access = RegistryAccess(url=f"http://127.0.0.1:{port}")
        async with RegistryClient(access, answer_s=0.05) as client:
            with pytest.raises(RegistryAwayError, match="does not answer"):
                await client.schema(1)

    with socket.create_server(("127.0.0.1", 0)) as silent:
        asyncio.run(asking(silent.getsockname()[1]))


def test_credentials_are_sent_and_never_told(registry: FakeRegistry) -> None:
    registry.credentials = ("ann", "pass wörd")
    registry.add("a", PURCHASE)
    right = RegistryAccess(url=registry.url, username="ann", password=Secret("pass wörd"))
    assert ask(right, lambda client: client.schema(1)) == PURCHASE
    wrong = RegistryAccess(url=registry.url, username="ann", password=Secret("hidden"))
    for access in (wrong, registry.access):
        told = away(access)
        assert "401" in told
        assert "TAGGER_REGISTRY_USERNAME" in told
        assert "hidden" not in told


def test_a_file_that_is_no_certificate_is_refused_at_once(tmp_path: Path) -> None:
    junk = tmp_path / "ca.pem"
    junk.write_text(json.dumps("junk"))
    with pytest.raises(OSError, match="certificate"):
        RegistryClient(RegistryAccess(url="https://registry", ca_path=junk))
