"""How a shard comes to its state: committed offsets, local state, the rest of the changelog.

In this order: what was committed before the offsets were read is in the changelog that is read
after them. Profiles stay bytes; only what stands in front of each is looked at, a few milliseconds'
worth at a time, so that other shards get their turn.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import closing
from itertools import islice

from tagger.stream.log import Log
from tagger.stream.parts import Parts
from tagger.stream.shard import Shard
from tagger.stream.stores.database import CorruptStateError
from tagger.stream.stores.store import Records, Stores

logger = logging.getLogger("tagger.stream")

SLICE = 4_096
"""Stored records that are looked at before others get their turn."""


async def opened(number: int, log: Log, stores: Stores, parts: Parts) -> Shard:
    """The shard as its last owner's last checkpoint left it. Raises what log and stores raise, and
    ChangelogRecordError or ProfileVersionError for state of another version."""
    try:
        return await _restored(number, log, stores, parts)
    except CorruptStateError as error:
        logger.warning("%s", error)
    return await _restored(number, log, stores, parts)


async def _restored(number: int, log: Log, stores: Stores, parts: Parts) -> Shard:
    """Raises CorruptStateError the first time that local state turns out to be damaged; it is not
    used a second time."""
    committed = await log.committed(number)
    store = await stores.open(number, await log.changelog(number), log.now())
    read = 0
    try:
        shard = Shard(number, parts, committed, store)
        async for chunk in log.restore(number, store.offset):
            store.restore(chunk.rows, chunk.reached)
            read += len(chunk.rows)
        async for records in _in_slices(store.records()):
            shard.take_over(records)
        store.touch(log.now())
    except BaseException:
        store.close()
        raise
    parts.telemetry.shard_restored(len(store), read)
    return shard


async def _in_slices(records: Records) -> AsyncIterator[list[tuple[bytes, bytes]]]:
    """Whoever is cancelled in between leaves nothing that still reads the store."""
    with closing(records):
        while some := list(islice(records, SLICE)):
            yield some
            await asyncio.sleep(0)
