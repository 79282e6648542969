"""Profiles on disk with a write-back cache in front.

A full cache lets go of whoever was not asked for the longest. Changed profiles stay until a
checkpoint that holds them is durable and written to disk; they are dirty up to the checkpoint, then
in flight.

The disk holds the records of the changelog as they are. A profile that only had an alarm put off is
no checkpoint's business: when it leaves the cache, the record on disk gets its alarms. Without
that, whoever is put off and leaves again and again would pile up alarms.
"""

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from tagger.engine.profile import Profile
from tagger.engine.profile_codec import ProfileVersionError
from tagger.stream import changelog_record
from tagger.stream.changelog_record import ChangelogRecordError
from tagger.stream.log import Row
from tagger.stream.stores.database import (
    LONGEST_GAP_MS,
    CorruptStateError,
    Database,
    Mark,
)
from tagger.stream.stores.store import ProfileStore, Records
from tagger.telemetry import Telemetry

_PORTION: Final = 64
"""So many leave a full cache at once, so that what is due to their records is written together."""


class CacheRoom:
    """How many profiles the caches of all open stores of a worker may hold together."""

    def __init__(self, profiles: int) -> None:
        self.profiles = profiles
        self.stores = 0

    @property
    def of_store(self) -> int:
        """What each store may hold: at least one."""
        return max(1, self.profiles // max(1, self.stores))


class CachedStore(ProfileStore):
    """The profiles of one shard in `database`, whose present mark is `mark`, opened at `now`. It
    takes its part of `room` until it is closed."""

    def __init__(
        self, database: Database, mark: Mark, now: int, room: CacheRoom, telemetry: Telemetry
    ) -> None:
        self.offset = mark.offset
        self._database = database
        self._mark = mark
        self._ours_at = now
        self._room = room
        self._telemetry = telemetry
        self._cached: OrderedDict[str, Profile] = OrderedDict()
        """Whoever was asked for last is the last."""
        self._dirty: set[str] = set()
        self._in_flight: set[str] = set()
        self._deleted: set[str] = set()
        self._deleting: set[str] = set()
        self._put_off: set[str] = set()
        self._stored = 0
        self._is_open = True
        self._hits = self._reads = self._unknown = 0
        room.stores += 1

    def get(self, customer_id: str) -> Profile | None:
        profile = self._cached.get(customer_id)
        if profile is None:
            return self._read(customer_id)
        self._hits += 1
        self._cached.move_to_end(customer_id)
        return profile

    def put(self, customer_id: str, profile: Profile) -> None:
        if self._cached.get(customer_id) is not profile:
            self._take_in(customer_id, profile)
        self._dirty.add(customer_id)

    def put_off(self, profile: Profile) -> None:
        customer_id = profile.customer_id
        if self._cached.get(customer_id) is not profile:
            self._take_in(customer_id, profile)
        self._put_off.add(customer_id)

    def delete(self, customer_id: str) -> None:
        if self._is_kept(customer_id):
            self._stored -= 1
            self._cached.pop(customer_id, None)
            self._dirty.discard(customer_id)
            self._deleted.add(customer_id)

    def items(self) -> Iterator[tuple[str, Profile]]:
        cached = dict(self._cached)
        yield from cached.items()
        gone = self._deleted | self._deleting
        for key, record in self._database.items():
            customer_id = key.decode()
            if customer_id not in cached and customer_id not in gone:
                yield customer_id, self._loaded(record)

    def __len__(self) -> int:
        return self._stored

    def restore(self, rows: Sequence[Row], reached: int | None) -> None:
        self._write(rows, reached, self._mark.current_at)

    def records(self) -> Records:
        count = 0
        for key, record in self._database.items():
            count += 1
            yield key, record
        self._stored = count

    def begin_checkpoint(self) -> None:
        if self._in_flight or self._deleting:
            raise RuntimeError("a checkpoint is begun while another one is under way")
        self._put_off -= self._dirty
        self._in_flight, self._dirty = self._dirty, set()
        self._deleting, self._deleted = self._deleted, set()

    def committed(self, rows: Sequence[Row], reached: int | None, now: int) -> None:
        if self._is_open:
            self._ours_at = now
            if rows:
                self._write(rows, reached, now)
            self._in_flight, self._deleting = set(), set()
            self._report()

    def touch(self, now: int) -> None:
        if self._is_open and abs(now - self._ours_at) <= LONGEST_GAP_MS:
            self._ours_at = now
            self._write((), None, now)

    def close(self) -> None:
        if self._is_open:
            self._is_open = False
            self._room.stores -= 1
            self._report()
            self._database.close()

    def _read(self, customer_id: str) -> Profile | None:
        """A profile that is not in the cache."""
        if customer_id in self._deleted or customer_id in self._deleting:
            return None
        record = self._database.get(customer_id.encode())
        if record is None:
            self._unknown += 1
            return None
        self._reads += 1
        profile = self._loaded(record)
        self._keep(customer_id, profile)
        return profile

    def _take_in(self, customer_id: str, profile: Profile) -> None:
        """A profile that is another object than the cached one."""
        if not self._is_kept(customer_id):
            self._stored += 1
        self._deleted.discard(customer_id)
        self._keep(customer_id, profile)

    def _is_kept(self, customer_id: str) -> bool:
        if customer_id in self._cached:
            return True
        if customer_id in self._deleted or customer_id in self._deleting:
            return False
        return self._database.get(customer_id.encode()) is not None

    def _keep(self, customer_id: str, profile: Profile) -> None:
        """Take a profile into the cache as the last one."""
        room, changed = self._room.of_store, len(self._dirty) + len(self._in_flight)
        beyond = len(self._cached) - max(room, 2 * changed)
        if beyond >= 0:
            self._make_room(beyond + min(_PORTION, max(1, room // 8)))
        self._cached[customer_id] = profile
        self._cached.move_to_end(customer_id)

    def _make_room(self, portion: int) -> int:
        """Let the first ones go, so many if as many may; gives how many did. Whoever no disk holds
        yet becomes the last."""
        cached, going = self._cached, list[Profile]()
        for _ in range(len(cached)):
            customer_id, profile = cached.popitem(last=False)
            if customer_id in self._dirty or customer_id in self._in_flight:
                cached[customer_id] = profile
                continue
            going.append(profile)
            if len(going) == portion:
                break
        put_off = [each for each in going if each.customer_id in self._put_off]
        if put_off:
            self._put_off.difference_update([each.customer_id for each in put_off])
            self._write_alarms(put_off)
        return len(going)

    def _write_alarms(self, profiles: Sequence[Profile]) -> None:
        """Give the records on disk the alarms of profiles which are the same but for these."""
        rows: list[Row] = []
        for profile in profiles:
            key = profile.customer_id.encode()
            record = self._database.get(key)
            if record is not None:
                rows.append((key, changelog_record.with_alarms(record, profile.alarms)))
        self._database.write(rows, None)

    def _write(self, rows: Sequence[Row], reached: int | None, now: int) -> None:
        offset = self._mark.offset if reached is None else reached
        self._mark = msgspec.structs.replace(self._mark, offset=offset, current_at=now)
        self._database.write(rows, self._mark)

    def _loaded(self, record: bytes) -> Profile:
        try:
            return changelog_record.load(record)
        except (ChangelogRecordError, ProfileVersionError) as error:
            self._database.spoil()
            raise CorruptStateError(f"a record of local state is damaged: {error}") from error

    def _report(self) -> None:
        self._telemetry.profiles_asked(cache=self._hits, disk=self._reads, nowhere=self._unknown)
        self._hits = self._reads = self._unknown = 0
