"""What a cached store asks of a disk, and what local state says about itself.

Local state may be used again when it holds what the changelog holds up to an offset that is still
there, and is so young that no deletion can have left the changelog unseen.
"""

from collections.abc import Iterator, Sequence
from typing import Literal, Protocol

import msgspec

from tagger.stream.log import Changelog, Row

VERSION = 1
"""Of the layout of local state. What stands in a record has a version of its own."""
LONGEST_ABSENCE_MS = 43_200_000
"""Half of the time for which Kafka keeps a deletion for readers (`delete.retention.ms`)."""
TOUCH_MS = 60_000
"""How often a worker notes that a shard is still its own."""
LONGEST_GAP_MS = 10 * TOUCH_MS
"""A worker that was silent for longer may have lost the shard and not know it."""

Doubt = Literal["corrupt", "version", "topic", "before the beginning", "behind the end", "old"]
"""Why local state cannot be used."""


class Mark(msgspec.Struct, frozen=True):
    """Written together with the records that it speaks of. `topic_id`: of the changelog. `offset`:
    everything before it is there; None before anything is. `current_at`: when the state was last
    known to hold what the log held, milliseconds."""

    topic_id: str
    offset: int | None
    current_at: int
    version: int = VERSION


class LocalStateError(Exception):
    """Local state cannot be used or written; the operator has to do something."""


class CorruptStateError(LocalStateError):
    """What was read from local state is damaged. The next start builds it anew."""


class Database(Protocol):
    """Records by key, written all together or not at all, and read back in the order of keys."""

    def get(self, key: bytes) -> bytes | None:
        """Raises CorruptStateError."""

    def items(self) -> Iterator[tuple[bytes, bytes]]:
        """Raises CorruptStateError rather than to leave anything out."""

    def mark(self) -> Mark | None:
        """What was written with the newest batch that had a mark. Raises CorruptStateError."""

    def write(self, rows: Sequence[Row], mark: Mark | None) -> None:
        """Raises LocalStateError."""

    def spoil(self) -> None:
        """Something in it is damaged: it must not be used again."""

    def close(self) -> None:
        """Twice is no error."""


class Disk(Protocol):
    """Where the databases of one worker's shards are."""

    def has(self, shard: int) -> bool:
        """Whether there is state of the shard."""

    def open(self, shard: int) -> Database:
        """The state of the shard, made when there is none. Raises CorruptStateError, or
        LocalStateError when it cannot be opened for another reason."""

    def set_aside(self, shard: int) -> str:
        """Give the state of the shard another name, which is told, in place of what had that name
        before. Raises LocalStateError."""


def doubt(mark: Mark | None, changelog: Changelog, now: int) -> Doubt | None:
    """Why state with this mark cannot be brought up to the end of `changelog`, None when it can.
    `now` is the wall clock; a mark that lies ahead of it proves nothing either."""
    if mark is None or mark.version != VERSION:
        return "version"
    if mark.topic_id != changelog.topic_id:
        return "topic"
    offset = 0 if mark.offset is None else mark.offset
    if offset < changelog.begin:
        return "before the beginning"
    if offset > changelog.end:
        return "behind the end"
    return "old" if abs(now - mark.current_at) > LONGEST_ABSENCE_MS else None
