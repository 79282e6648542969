"""What a shard asks of the place where its profiles are, and what a worker asks for such places.

The rules that every store keeps:

* a profile that was put, or handed out, is the shard's to change until it is put again or the shard
  asks for another customer; no other copy of it is ever handed out meanwhile;
* nothing reaches a disk before the log has it: `committed` writes what a checkpoint has made
  durable, and nothing else does but `restore` and alarms, which decide nothing;
* what is on disk is what the changelog holds up to one offset, after a crash too.
"""

from collections.abc import Generator, Iterator, Sequence
from typing import Protocol

from tagger.engine.profile import Profile
from tagger.stream.log import Changelog, Row

Records = Generator[tuple[bytes, bytes], None, None]
"""Keys and stored records, to be closed by whoever does not read them to the end."""


class ProfileStore(Protocol):
    """Profiles of one shard, by customer id. `offset` is that of the changelog up to which the
    store holds everything; None when it begins with nothing."""

    offset: int | None

    def get(self, customer_id: str) -> Profile | None:
        """None for a customer never put, or deleted since."""

    def put(self, customer_id: str, profile: Profile) -> None:
        """Keep `profile`, in place of an earlier one; it belongs to the next checkpoint."""

    def put_off(self, profile: Profile) -> None:
        """Keep a profile that was handed out and has nothing new but other alarms. No checkpoint
        holds it for that."""

    def delete(self, customer_id: str) -> None:
        """Forget the customer; unknown ones are no error. It belongs to the next checkpoint."""

    def items(self) -> Iterator[tuple[str, Profile]]:
        """All customers with their profiles, in no particular order. Nothing may be put
        meanwhile."""

    def __len__(self) -> int:
        """How many profiles are kept."""

    def restore(self, rows: Sequence[Row], reached: int | None) -> None:
        """Take over records of the changelog up to the offset `reached`; before anything is got or
        put."""

    def records(self) -> Records:
        """Every customer's key and stored record, once all are restored and before anything is got
        or put. The store knows how many profiles there are when this has come to its end."""

    def begin_checkpoint(self) -> None:
        """What was put and deleted up to now is in a checkpoint that is about to be committed.
        Raises RuntimeError while another one is."""

    def committed(self, rows: Sequence[Row], reached: int | None, now: int) -> None:
        """The checkpoint that was begun is durable, with these changelog records up to the offset
        `reached`, None when that is not known. Nothing happens in a store that is closed."""

    def touch(self, now: int) -> None:
        """The store held at `now` what the log holds: its shard is still this worker's."""

    def close(self) -> None:
        """Let go of everything; what no checkpoint holds is gone. Twice is no error."""


class Stores(Protocol):
    """Opens the stores of one worker."""

    async def open(self, shard: int, changelog: Changelog, now: int) -> ProfileStore:
        """The store of a shard, whose changelog is this; one at a time for each shard. `now` is
        the wall clock."""
