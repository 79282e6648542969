"""Where a shard keeps its profiles, by customer id."""

from collections.abc import Iterator
from typing import Protocol

from tagger.engine.profile import Profile


class ProfileStore(Protocol):
    """Profiles of one shard. A profile handed out stays the store's own until it is put back."""

    def get(self, customer_id: str) -> Profile | None:
        """None for a customer never put, or deleted since."""

    def put(self, customer_id: str, profile: Profile) -> None:
        """Keep `profile`, in place of an earlier one."""

    def delete(self, customer_id: str) -> None:
        """Forget the customer; unknown ones are no error."""

    def items(self) -> Iterator[tuple[str, Profile]]:
        """All customers with their profiles, in no particular order."""

    def __len__(self) -> int:
        """How many profiles are kept."""


class MemoryStore:
    """All profiles in a dict; they come back from the changelog after a restart."""

    def __init__(self) -> None:
        self._profiles: dict[str, Profile] = {}
        self.get = self._profiles.get
        self.put = self._profiles.__setitem__

    def delete(self, customer_id: str) -> None:
        self._profiles.pop(customer_id, None)

    def items(self) -> Iterator[tuple[str, Profile]]:
        return iter(self._profiles.items())

    def __len__(self) -> int:
        return len(self._profiles)
