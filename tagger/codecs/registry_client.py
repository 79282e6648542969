"""A schema registry over HTTP: the part of the Confluent Schema Registry API that is needed.

Other registries speak it too (Apicurio as `ccompat`, Karapace). Only what the API itself says is
believed: an address that answers something else, such as a proxy, is a registry that is away, for
records must not become dead letters because of it.
"""

import asyncio
import ssl
import threading
from base64 import b64encode
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from http import HTTPStatus
from typing import Any, Self, TypeVar
from urllib.parse import quote

import aiohttp
import msgspec
from yarl import URL

from tagger.codecs.schemas import Schema
from tagger.registry_access import RegistryAccess

Answer = TypeVar("Answer")

ANSWER_S = 5.0
"""How long a question may take, from the connection to the last byte."""
MAX_ANSWER_BYTES = 8 * 1_048_576
FULL_TRANSITIVE = "FULL_TRANSITIVE"

_SUBJECT_UNKNOWN = 40401
_SCHEMA_UNKNOWN = 40403
_NO_OWN_LEVEL = 40408
_CHECK = "check that it is up, and TAGGER_REGISTRY_URL"
_TYPE = "application/vnd.schemaregistry.v1+json"


class RegistryAwayError(Exception):
    """The registry does not answer, or not as one; the message says how, and what to check."""


class RegistryRefusalError(Exception):
    """The registry refuses a schema; the message is its own."""


class Registered(msgspec.Struct, frozen=True):
    """A schema under a subject."""

    id: int
    version: int
    schema: Schema


class _Body(msgspec.Struct):
    """What the API answers, the fields of all its answers together."""

    id: int = 0
    version: int = 0
    schema: str = ""
    schema_type: str = msgspec.field(default="AVRO", name="schemaType")
    level: str = msgspec.field(default="", name="compatibilityLevel")
    error_code: int = 0
    message: str = ""


class RegistryClient:
    """Asks one registry. To be entered as an asynchronous context, which is one connection pool.

    Every method raises RegistryAwayError; a question takes `answer_s` seconds at most.
    """

    def __init__(self, access: RegistryAccess, answer_s: float = ANSWER_S) -> None:
        """Raises OSError when the file of the certificate authorities cannot be used."""
        self._access = access
        self._timeout = aiohttp.ClientTimeout(total=answer_s)
        self._tls: ssl.SSLContext | bool = True
        if access.url.startswith("https:"):
            self._tls = ssl.create_default_context(cafile=access.ca_path)
        self._session: aiohttp.ClientSession

    async def __aenter__(self) -> Self:
        headers = {"Accept": f"{_TYPE}, application/json", "Content-Type": _TYPE}
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(ssl=self._tls),
            timeout=self._timeout,
            headers=headers | _credentials(self._access),
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()

    async def schema(self, schema_id: int) -> Schema | None:
        """The schema with this id, None when the registry has none. One that is not Avro, or no
        record, is given as it is: `schemas.checked` refuses it."""
        body = await self._ask("GET", f"/schemas/ids/{schema_id}", absent={_SCHEMA_UNKNOWN})
        return None if body is None else _schema(body)

    async def find(self, subject: str, schema: Schema) -> Registered | None:
        """Where exactly this schema stands under the subject."""
        absent = {_SUBJECT_UNKNOWN, _SCHEMA_UNKNOWN}
        path = f"/subjects/{_quoted(subject)}"
        body = await self._ask("POST", path, _written(schema), absent)
        return None if body is None else Registered(body.id, body.version, schema)

    async def versions(self, subject: str) -> list[Registered]:
        """Everything under the subject, the oldest first."""
        path = f"/subjects/{_quoted(subject)}/versions"
        numbers = await self._call("GET", path, None, {_SUBJECT_UNKNOWN}, list[int])
        found = []
        for number in numbers or ():
            body = await self._ask("GET", f"{path}/{number}")
            if body is not None:
                found.append(Registered(body.id, number, _schema(body)))
        return found

    async def level(self, subject: str) -> str | None:
        """The subject's own compatibility level, None when it has none of its own."""
        absent = {_SUBJECT_UNKNOWN, _NO_OWN_LEVEL}
        body = await self._ask("GET", f"/config/{_quoted(subject)}", absent=absent)
        return None if body is None else body.level

    async def set_level(self, subject: str, level: str) -> None:
        """Set the subject's own compatibility level."""
        await self._ask("PUT", f"/config/{_quoted(subject)}", {"compatibility": level})

    async def register(self, subject: str, schema: Schema) -> None:
        """Make the schema the subject's newest version, unless it is one already. Raises
        RegistryRefusalError."""
        await self._ask("POST", f"/subjects/{_quoted(subject)}/versions", _written(schema))

    def away(self, told: str) -> RegistryAwayError:
        """To be raised about an answer that no registry gives; `told` goes on after its address."""
        return RegistryAwayError(f"the schema registry at {self._access.url} {told}")

    async def _ask(
        self,
        method: str,
        path: str,
        body: dict[str, str] | None = None,
        absent: set[int] | None = None,
    ) -> _Body | None:
        return await self._call(method, path, body, absent or set(), _Body)

    async def _call(
        self,
        method: str,
        path: str,
        body: dict[str, str] | None,
        absent: set[int],
        kind: type[Answer],
    ) -> Answer | None:
        """The answer; None for the error codes `absent`."""
        try:
            status, data = await self._exchange(method, path, body)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            told = str(error) or type(error).__name__
            raise self.away(f"does not answer ({told}); {_CHECK}") from error
        if status == HTTPStatus.OK:
            try:
                return msgspec.json.decode(data, type=kind)
            except ValueError as error:
                raise self.away(f"answers {path} with something else; {_CHECK}") from error
        fault = _fault(data)
        if status == HTTPStatus.NOT_FOUND and fault.error_code in absent:
            return None
        if status in {HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY}:
            raise RegistryRefusalError(fault.message or f"{status} without a reason")
        if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
            raise self.away(
                f"answers {status}; check TAGGER_REGISTRY_USERNAME and its password, and what this "
                "user may do"
            )
        told = fault.message or "without a reason"
        raise self.away(f"answers {status} to {path}, {told}; {_CHECK}")

    async def _exchange(
        self, method: str, path: str, body: dict[str, str] | None
    ) -> tuple[int, bytes]:
        data = None if body is None else msgspec.json.encode(body)
        url = URL(self._access.url + path, encoded=True)
        async with self._session.request(method, url, data=data, allow_redirects=False) as response:
            received = bytearray()
            async for chunk in response.content.iter_any():
                received += chunk
                if len(received) > MAX_ANSWER_BYTES:
                    raise ValueError(f"more than {MAX_ANSWER_BYTES} bytes")
            return response.status, bytes(received)


def blocking(work: Callable[[], Coroutine[Any, Any, Answer]]) -> Answer:
    """Do `work` on an event loop of its own, whatever this thread is doing: for commands, and
    while a worker is put together."""
    answer: Future[Answer] = Future()

    def run() -> None:
        try:
            answer.set_result(asyncio.run(work()))
        except BaseException as error:  # noqa: BLE001 - raised where the answer is awaited
            answer.set_exception(error)

    threading.Thread(target=run, name="schema-registry", daemon=True).start()
    return answer.result()


def _credentials(access: RegistryAccess) -> dict[str, str]:
    if access.username is None or access.password is None:
        return {}
    pair = f"{access.username}:{access.password.reveal()}"
    return {"Authorization": f"Basic {b64encode(pair.encode()).decode()}"}


def _written(schema: Schema) -> dict[str, str]:
    """As the API wants a schema: as text."""
    return {"schema": msgspec.json.encode(schema).decode()}


def _schema(body: _Body) -> Schema:
    if body.schema_type != "AVRO":
        return {"type": body.schema_type}
    try:
        schema = msgspec.json.decode(body.schema)
    except ValueError:
        schema = None
    return schema if isinstance(schema, dict) else {"type": body.schema}


def _fault(data: bytes) -> _Body:
    try:
        return msgspec.json.decode(data, type=_Body)
    except ValueError:
        return _Body()


def _quoted(subject: str) -> str:
    return quote(subject, safe="")
