"""Ids that are looked up in a registry, each once.

A worker looks up what a batch names before the batch is decoded, without keeping its event loop
waiting; decoding then asks nobody. Commands, which have time, look up when they decode.

A producer may write with an id that the registry has just given out and that the copy which
answers us does not have yet: an unknown id is asked for a second time, and again after a while.
Bytes that only look framed bring many ids that nobody knows; then it is asked once. Ids above
`MAX_ID` are unknown without a question: some registries answer one as if they were no registry.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Coroutine, Iterable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager
from itertools import islice
from typing import Any, Protocol, TypeVar

from tagger.codecs import schemas
from tagger.codecs.registry_client import (
    Registered,
    RegistryAwayError,
    RegistryClient,
    blocking,
)
from tagger.codecs.schema_ids import MAX_ID, NO_SCHEMA_IDS, SchemaIds, SchemaIdsError
from tagger.codecs.schemas import Schema
from tagger.environment import SettingsError
from tagger.registry_access import RegistryAccess

Answer = TypeVar("Answer")

AGAIN_S = 0.5
"""After so long an unknown id is asked for again, while what named it waits."""
FORGET_S = 60.0
"""How long an unknown id counts as unknown."""
FEW = 16
"""Unknown ids in memory at which patience with new ones ends."""
MAX_UNKNOWN = 10_000
AT_ONCE = 8


class Registry(Protocol):
    """What is asked of a registry. Raises RegistryAwayError."""

    async def schema(self, schema_id: int) -> Schema | None:
        """The schema with this id, None when there is none."""

    async def find(self, subject: str, schema: Schema) -> Registered | None:
        """Where exactly this schema stands under the subject."""

    async def versions(self, subject: str) -> list[Registered]:
        """Everything under the subject, the oldest first."""


Connect = Callable[[], AbstractAsyncContextManager[Registry]]


class LookedUpIds:
    """Schemas by id: those of `known` first, then what has been looked up. Event loop only."""

    def __init__(
        self,
        connect: Connect,
        known: SchemaIds = NO_SCHEMA_IDS,
        *,
        clock_s: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        told: Callable[[bool], None] = lambda _: None,
    ) -> None:
        """`told` hears of every id that was asked for, and whether it is known."""
        self._connect = connect
        self._known = known
        self._clock_s = clock_s
        self._sleep = sleep
        self._told = told
        self._found: dict[int, Schema] = {}
        self._unknown: dict[int, float] = {}
        """When each was asked for, the oldest first."""
        self._asking = asyncio.Lock()

    def missing(self, ids: Iterable[int]) -> set[int]:
        """Those that have to be looked up."""
        since_s = self._clock_s() - FORGET_S
        return {
            id_
            for id_ in ids
            if id_ <= MAX_ID
            and id_ not in self._found
            and self._unknown.get(id_, since_s) <= since_s
            and self._known.schema_of(id_) is None
        }

    async def look_up(self, ids: Collection[int]) -> None:
        """Ask for those that are missing. Raises RegistryAwayError; what was answered before
        stays."""
        async with self._asking:
            wanted = self.missing(ids)
            if not wanted:
                return
            async with self._connect() as registry:
                unknown = await self._ask(registry, wanted)
                if unknown and len(self._unknown) < FEW:
                    await self._sleep(AGAIN_S)
                    unknown = await self._ask(registry, unknown)
            self._note_unknown(unknown)

    def schema_of(self, schema_id: int) -> Schema | None:
        """See `WritersSchemas`. Raises LookupError for an id that was never looked up: its records
        must not be taken for bad ones."""
        schema = self._found.get(schema_id) or self._known.schema_of(schema_id)
        if schema is None and schema_id <= MAX_ID and schema_id not in self._unknown:
            raise LookupError(f"schema id {schema_id} is decoded before it was looked up")
        return schema

    async def _ask(self, registry: Registry, wanted: Collection[int]) -> list[int]:
        unknown: list[int] = []
        for some in _batches(sorted(wanted)):
            asked = [registry.schema(id_) for id_ in some]
            answers = await asyncio.gather(*asked, return_exceptions=True)
            for id_, answer in zip(some, answers, strict=True):
                if isinstance(answer, BaseException):
                    raise answer
                self._told(answer is not None)
                if answer is None:
                    unknown.append(id_)
                else:
                    self._found[id_] = answer
                    self._unknown.pop(id_, None)
        return unknown

    def _note_unknown(self, ids: Iterable[int]) -> None:
        now_s = self._clock_s()
        for id_ in ids:
            self._unknown.pop(id_, None)
            self._unknown[id_] = now_s
        for oldest in list(islice(self._unknown, max(0, len(self._unknown) - MAX_UNKNOWN))):
            del self._unknown[oldest]


class AskingIds:
    """Looks up when it is asked, which may take seconds. `subjects` tells under which subject the
    schema of a record stands, by the record's name. Whatever goes wrong is a SchemaIdsError."""

    def __init__(
        self, connect: Connect, subjects: Mapping[str, str], known: SchemaIds = NO_SCHEMA_IDS
    ) -> None:
        self._connect = connect
        self._subjects = subjects
        self._known = known
        self._looked_up = LookedUpIds(connect, known)

    def schema_of(self, schema_id: int) -> Schema | None:
        """See `WritersSchemas`. Raises SchemaIdsError."""
        if self._looked_up.missing([schema_id]):
            _answered(lambda: self._looked_up.look_up([schema_id]))
        return self._looked_up.schema_of(schema_id)

    def id_of(self, schema: Schema) -> int | None:
        """See `SchemaIds`: an id whose schema has the same fingerprint. Raises SchemaIdsError."""
        known = self._known.id_of(schema)
        if known is not None:
            return known
        subject = self._subjects[schemas.unqualified(schema)]
        return _answered(lambda: self._id_under(subject, schema))

    async def _id_under(self, subject: str, schema: Schema) -> int | None:
        async with self._connect() as registry:
            return await id_under(registry, subject, schema)


async def id_under(registry: Registry, subject: str, schema: Schema) -> int | None:
    """The id of this very schema, else of the newest version that writes the same bytes, such as
    one with other docs. None when there is none. Raises RegistryAwayError."""
    found = await registry.find(subject, schema)
    if found is not None:
        return found.id
    wanted = schemas.fingerprint(schema)
    for each in reversed(await registry.versions(subject)):
        try:
            version = schemas.checked(each.schema, subject)
        except ValueError:
            continue
        if schemas.fingerprint(version) == wanted:
            return each.id
    return None


def _answered(work: Callable[[], Coroutine[Any, Any, Answer]]) -> Answer:
    try:
        return blocking(work)
    except RegistryAwayError as error:
        raise SchemaIdsError(str(error)) from error


def _batches(ids: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), AT_ONCE):
        yield ids[start : start + AT_ONCE]


def connection(access: RegistryAccess) -> Connect:
    """Connects for every round of questions anew: they are rare, and a connection kept between
    them would only go stale. Raises SettingsError when the settings do not do."""
    try:
        client = RegistryClient(access)
    except OSError as error:
        raise SettingsError([f"TAGGER_REGISTRY_CA: {access.ca_path}: {error}"]) from error
    return lambda: client
