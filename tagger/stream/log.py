"""The log port: all that a worker asks of a broker, and all that a broker tells a worker.

Two adapters, one contract suite: Faust on Kafka, and a simulated log with a simulated clock.
A *shard* is one partition number of all input topics. Reading order within a partition is kept.
"""

from collections.abc import AsyncIterator
from typing import Protocol

import msgspec

Headers = tuple[tuple[str, bytes | None], ...]
"""Names with values, in order; names may repeat and a value may be null."""


class LogRecord(msgspec.Struct, frozen=True, gc=False):
    """A record as read. `timestamp` is the record's own, milliseconds; -1 when it has none."""

    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: Headers = ()


class Batch(msgspec.Struct, frozen=True):
    """At least one record of one partition, in ascending order of offset. Offsets may have
    gaps: compacted and transactional topics have them."""

    topic: str
    partition: int
    records: tuple[LogRecord, ...]


class Committed(msgspec.Struct, frozen=True):
    """A committed position: the offset of the next record to read, and what was said with it."""

    offset: int
    metadata: str


class EndOffsets(msgspec.Struct, frozen=True):
    """Where partitions end; one whose broker did not tell is not in it. `as_of` is a clock's
    reading from before the question was asked: every record that was written by then lies before
    the offsets. While history is fed, the clock is the feed's own and `fed` is true; otherwise it
    is the wall clock. Ends are as a reader reaches them: whoever has had every record before an
    offset has reached it, also when the partition goes on with offsets that hold no records.
    `partitions` is how many partitions input topics have, by topic; that is asked at a lower rate,
    so topics may be left out."""

    as_of: int
    offsets: dict[tuple[str, int], int]
    fed: bool = False
    partitions: dict[str, int] = {}


class Output(msgspec.Struct, frozen=True, gc=False):
    """A record to publish. `partition` None leaves the choice to the key's murmur2 hash."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: Headers = ()
    partition: int | None = None


Row = tuple[bytes, bytes | None]
"""A customer's key with the stored record; a null value means the key was deleted."""


class Checkpoint(msgspec.Struct, frozen=True):
    """What becomes durable together: everything published, the changed profiles, and per input
    topic the next offset. `metadata` goes with every offset of `offsets`."""

    shard: int
    outputs: tuple[Output, ...]
    changelog: tuple[Row, ...]
    offsets: dict[str, int]
    metadata: str


class Changelog(msgspec.Struct, frozen=True):
    """A shard's changelog: an id that a topic made anew under the same name does not have, and the
    offsets where the partition begins and ends. Everything that was ever committed for the shard,
    and was not deleted since, lies between them."""

    topic_id: str
    begin: int
    end: int


class RestoredChunk(msgspec.Struct, frozen=True):
    """Records of a changelog in order, which may be none, and the offset up to which it has been
    read with them."""

    rows: list[Row]
    reached: int


class Log(Protocol):
    """What a worker asks for."""

    def now(self) -> int:
        """The wall clock, milliseconds: for instants. It may be wrong, and it may be set."""

    def monotonic(self) -> int:
        """A clock that never goes back and that nobody sets, milliseconds from an instant of its
        own: for how long something took."""

    async def committed(self, shard: int) -> dict[str, Committed]:
        """By input topic; topics without a committed position are not in it."""

    async def changelog(self, shard: int) -> Changelog:
        """The shard's changelog as it stands."""

    def restore(self, shard: int, after: int | None) -> AsyncIterator[RestoredChunk]:
        """The shard's changelog from the offset `after`, None for its beginning, to its present
        end, in order, in chunks. What was committed before the call is all there: a transaction
        whose end is still being written is waited for."""

    async def commit(self, checkpoint: Checkpoint) -> int | None:
        """Make `checkpoint` durable. Returns only when it is; raises when that is not sure, and
        then the worker must drop the shard's memory. Raises NotOurShardError when the shard has
        been lost: `Host.lost` follows.

        Gives the offset in the shard's changelog behind the checkpoint's last record; None when
        it has no record there, or when that is not known."""

    async def ends(self) -> EndOffsets:
        """A fresh answer for the input partitions of the assigned shards, as far as their brokers
        answer in time: a partition that none answers for does not keep the others waiting. A
        member for which the group has no shards gets an answer without offsets.

        Raises LogUnavailableError when nothing is answered, or when the group has yet to say which
        shards are this member's.
        """

    def pause(self, topic: str, partition: int) -> None:
        """Stop delivering a partition. What is already under way still arrives."""

    def resume(self, topic: str, partition: int) -> None:
        """Go on delivering a paused partition, from where it stopped."""


class NotOurShardError(Exception):
    """A commit came too late: others own the shard by now, and the host is about to hear of it."""


class LogUnavailableError(Exception):
    """The broker did not answer; try again."""


class Host(Protocol):
    """What a log tells a worker. Calls for one shard never overlap, but that `lost` may come while
    a call waits for a commit, which then ends without one."""

    async def assigned(self, shards: frozenset[int]) -> dict[tuple[str, int], int | None]:
        """Open these shards; answer where to read each (topic, partition) from, None for the
        beginning. Batches of a shard arrive only after this has returned, and never of a shard
        that the answer leaves out. Cancelled when all of them are taken away meanwhile; `revoked`
        or `lost` follows."""

    async def revoked(self, shards: frozenset[int]) -> None:
        """Make the last checkpoint of these shards and let go of them."""

    async def lost(self, shards: frozenset[int]) -> None:
        """Others own these shards already: drop their memory, write nothing."""

    async def received(self, batch: Batch) -> None:
        """Take over a batch."""

    async def tick(self) -> None:
        """Called often and regularly: ask for ends, move frontiers, sweep deadlines, and at the
        checkpoint grid, commit."""
