"""Short words for the tests of stores: profiles, their records, and a log to come back from."""

from collections.abc import Callable

from tagger.engine.profile import Profile
from tagger.engine.profile_codec import encode_profile
from tagger.stream import changelog_record
from tagger.stream.log import Changelog, Row
from tagger.stream.stores.cached import CachedStore, CacheRoom
from tagger.stream.stores.database import Database, Mark
from tagger.telemetry import Telemetry

NOW = 1_780_000_000_000
TOPIC_ID = "topic"
REACHED = changelog_record.encode_offsets({"browse": 7})


def profile_of(customer_id: str, updated_at: int, alarms: tuple[int, ...] = ()) -> Profile:
    """A profile that can be told from the others by `updated_at`."""
    return Profile(customer_id, 0, 0, updated_at=updated_at, alarms=alarms)


def record_of(profile: Profile) -> bytes:
    """As it stands in the changelog."""
    return changelog_record.encode(profile, encode_profile(profile), REACHED)


def changelog(end: int, *, begin: int = 0, topic_id: str = TOPIC_ID) -> Changelog:
    """A changelog with these bounds."""
    return Changelog(topic_id, begin, end)


def store_on(database: Database, cached_profiles: int = 2, now: int = NOW) -> CachedStore:
    """A store that has the database and the cache for itself."""
    mark = database.mark() or Mark(TOPIC_ID, None, now)
    return CachedStore(database, mark, now, CacheRoom(cached_profiles), Telemetry())


class Changes:
    """A changelog, and the shard that makes checkpoints for it."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.changed: dict[str, None] = {}
        self.under_way: list[Row] = []

    def begin(self, store: CachedStore) -> None:
        """Make the records of what has changed, and begin the checkpoint."""
        for customer_id in self.changed:
            profile = store.get(customer_id)
            record = None if profile is None else record_of(profile)
            self.under_way.append((customer_id.encode(), record))
        store.begin_checkpoint()
        self.changed.clear()

    def commit(self) -> list[Row]:
        """What is under way is durable."""
        rows, self.under_way = self.under_way, []
        self.rows += rows
        return rows

    def folded(self) -> dict[str, bytes]:
        """What the changelog says of each customer."""
        folded = dict[str, bytes]()
        for key, record in self.rows:
            folded.pop(key.decode(), None)
            if record is not None:
                folded[key.decode()] = record
        return folded

    def restored(self, open_store: Callable[[], CachedStore]) -> CachedStore:
        """A new owner's store."""
        store = open_store()
        begin = store.offset or 0
        store.restore(self.rows[begin:], len(self.rows))
        assert sum(1 for _ in store.records()) == len(store)
        return store


def forget(store: CachedStore) -> None:
    """Let everything leave the cache that may."""
    while store._make_room(100):
        pass
