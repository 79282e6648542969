"""A shard's clock: the instant before which no event is expected any more.

Per event topic, what is known to have been read:

* while the topic lags: the running maximum of min(`occurred_at`, record timestamp), its *mark*;
* once it is caught up: the `as_of` of the answer about its end. Every record written by then
  lies before the end offset, so it has been read.

Less the grace, for producers that write a little after the fact, the minimum over the topics is
the frontier. It never passes an event that still waits in the merge, and it never goes back.
A topic is *caught up* when it has been read up to the end that a fresh answer names; an old
answer proves nothing new. An empty partition ends where it starts, which is caught up.
"""

from collections.abc import Sequence

from tagger.engine.step import BEFORE_TIME
from tagger.stream.log import EndOffsets

NEVER = 2**62
"""An instant that nothing lies behind."""


def is_within(limit_ms: int, then: int, now: int) -> bool:
    """Whether at most `limit_ms` have passed since `then`. Not when `then` lies ahead: the wall
    clock was set back, and nobody knows how long ago it was."""
    return 0 <= now - then <= limit_ms


class Reading:
    """One event topic of a shard, as far as it has been read.

    `position` is the next offset to read, `mark` the running maximum of min(`occurred_at`,
    record timestamp) over everything read, `proven` the newest instant by which everything
    written is known to have been read, `rank` the topic's place among events of one instant.
    """

    __slots__ = ("caught_up", "end", "mark", "position", "proven", "rank", "topic")

    def __init__(self, topic: str, rank: int, position: int, mark: int = BEFORE_TIME) -> None:
        self.topic = topic
        self.rank = rank
        self.position = position
        self.mark = mark
        self.proven = BEFORE_TIME
        self.end: int | None = None
        self.caught_up = False


class Frontier:
    """The clock of one shard. `at` is where it stands, in milliseconds."""

    def __init__(
        self, readings: Sequence[Reading], *, grace_ms: int, fresh_ms: int, at: int = BEFORE_TIME
    ) -> None:
        self.at = at
        self.fed_until: int | None = None
        """The feed's clock while history is fed, None when the wall clock rules."""
        self._readings = readings
        self._grace_ms = grace_ms
        self._fresh_ms = fresh_ms
        self._as_of = BEFORE_TIME
        self._asked_at = BEFORE_TIME

    def answered(self, ends: EndOffsets, partition: int, asked_at: int) -> None:
        """Take over an answer about the ends of the topics; `asked_at` is the wall clock from
        before the question. A topic that the answer does not name has no known end."""
        for reading in self._readings:
            reading.end = ends.offsets.get((reading.topic, partition))
        self._as_of = ends.as_of
        self._asked_at = asked_at
        self.fed_until = ends.as_of if ends.fed else None

    def is_fresh(self, now: int) -> bool:
        """Whether the newest answer is young enough to prove anything."""
        return is_within(self._fresh_ms, self._asked_at, now)

    def look(self, now: int) -> None:
        """See which topics are caught up by now."""
        fresh = self.is_fresh(now)
        for reading in self._readings:
            end = reading.end
            reading.caught_up = fresh and end is not None and reading.position >= end
            if reading.caught_up and self._as_of > reading.proven:
                reading.proven = self._as_of

    def advance(self, earliest_waiting: int) -> int:
        """Move up to where the topics allow, and not beyond `earliest_waiting`, the smallest
        `occurred_at` in the merge. Gives the instant where the clock stands."""
        read = min(max(reading.mark, reading.proven) for reading in self._readings)
        reached = min(read - self._grace_ms, earliest_waiting)
        self.at = max(self.at, reached)
        return self.at
