"""Profiles in memory alone; they come back from the changelog after a restart.

Restored records stay as bytes until somebody asks for the customer, so that a start does not decode
every profile.
"""
# ruff: noqa: ARG002 - a store is told more than one without a disk has a use for

from collections.abc import Iterator, Sequence

from tagger.engine.profile import Profile
from tagger.stream import changelog_record
from tagger.stream.log import Changelog, Row
from tagger.stream.stores.store import ProfileStore, Records


class MemoryStore(ProfileStore):
    """All profiles of a shard in dicts."""

    def __init__(self) -> None:
        self.offset: int | None = None
        self._profiles: dict[str, Profile] = {}
        self._restored: dict[str, bytes] = {}

    def get(self, customer_id: str) -> Profile | None:
        profile = self._profiles.get(customer_id)
        if profile is None and (record := self._restored.pop(customer_id, None)) is not None:
            profile = self._profiles[customer_id] = changelog_record.load(record)
        return profile

    def put(self, customer_id: str, profile: Profile) -> None:
        self._profiles[customer_id] = profile
        if self._restored:
            self._restored.pop(customer_id, None)

    def put_off(self, profile: Profile) -> None:
        self.put(profile.customer_id, profile)

    def delete(self, customer_id: str) -> None:
        self._profiles.pop(customer_id, None)
        self._restored.pop(customer_id, None)

    def items(self) -> Iterator[tuple[str, Profile]]:
        for customer_id in list(self._restored):
            self.get(customer_id)
        return iter(self._profiles.items())

    def __len__(self) -> int:
        return len(self._profiles) + len(self._restored)

    def restore(self, rows: Sequence[Row], reached: int | None) -> None:
        for key, record in rows:
            if record is None:
                self._restored.pop(key.decode(), None)
            else:
                self._restored[key.decode()] = record

    def records(self) -> Records:
        return ((customer_id.encode(), record) for customer_id, record in self._restored.items())

    def begin_checkpoint(self) -> None:
        """Nothing: there is no disk."""

    def committed(self, rows: Sequence[Row], reached: int | None, now: int) -> None:
        """Nothing: there is no disk."""

    def touch(self, now: int) -> None:
        """Nothing: there is no disk."""

    def close(self) -> None:
        """Nothing: there is no disk."""


class MemoryStores:
    """Each shard begins with nothing."""

    async def open(self, shard: int, changelog: Changelog, now: int) -> ProfileStore:
        """See `Stores.open`."""
        return MemoryStore()
