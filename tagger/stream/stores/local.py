"""Opens the local state of a worker's shards, and decides whether it can be used again.

State that cannot be used is set aside, and the shard begins with nothing: the changelog has
everything. Whatever the reason is, it is told.
"""

import logging

from tagger.stream.log import Changelog
from tagger.stream.stores.cached import CachedStore, CacheRoom
from tagger.stream.stores.database import CorruptStateError, Database, Disk, Doubt, Mark, doubt
from tagger.stream.stores.store import ProfileStore, Stores
from tagger.telemetry import Telemetry

logger = logging.getLogger("tagger.stream")

_TOLD: dict[Doubt, str] = {
    "corrupt": "it is damaged",
    "version": "it is of another version of the program",
    "topic": "it belongs to another changelog topic than the one that is there now",
    "before the beginning": "the changelog no longer has the records that follow it",
    "behind the end": "it is ahead of the changelog, which has lost records",
    "old": "it was not brought up to date for so long that deletions may have gone by unseen",
}


class LocalStores(Stores):
    """State on `disk`. The caches of all shards together hold `cached_profiles` profiles."""

    def __init__(self, disk: Disk, cached_profiles: int, telemetry: Telemetry) -> None:
        self._disk = disk
        self._room = CacheRoom(cached_profiles)
        self._telemetry = telemetry

    async def open(self, shard: int, changelog: Changelog, now: int) -> ProfileStore:
        """See `Stores.open`. Raises LocalStateError, for the operator."""
        outcome = "absent"
        if self._disk.has(shard):
            found = self._found(shard, changelog, now)
            if isinstance(found, CachedStore):
                self._telemetry.local_state_opened("reused")
                return found
            outcome = found
            where = self._disk.set_aside(shard)
            logger.warning(
                "shard %d: the local state cannot be used, because %s. It is set aside as %s and "
                "built anew from the changelog",
                shard,
                _TOLD[found],
                where,
            )
        database, mark = self._disk.open(shard), Mark(changelog.topic_id, None, now)
        database.write((), mark)
        self._telemetry.local_state_opened(outcome)
        return self._store(database, mark, now)

    def _found(self, shard: int, changelog: Changelog, now: int) -> CachedStore | Doubt:
        """The store of state that is there, or why it cannot be used."""
        try:
            database = self._disk.open(shard)
        except CorruptStateError:
            return "corrupt"
        try:
            mark = database.mark()
            why = doubt(mark, changelog, now)
        except CorruptStateError:
            mark, why = None, "corrupt"
        if mark is None or why is not None:
            database.close()
            return why or "version"
        return self._store(database, mark, now)

    def _store(self, database: Database, mark: Mark, now: int) -> CachedStore:
        return CachedStore(database, mark, now, self._room, self._telemetry)
