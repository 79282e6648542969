"""A shard's clock: the instant before which no event is expected any more.

Per event topic, what is known to have been read:

* while the topic lags: the running maximum of min(`occurred_at`, record timestamp), its *mark*;
* once it is caught up: the `as_of` of the answer about its end. Every record written by then
  lies before the end offset, so it has been read.

Less the grace, for producers that write a little after the fact, the minimum over the topics is
the frontier. It never passes an event that still waits in the merge, also when a shard that is
opened again has yet to read that event again, and it never goes back.
A topic is *caught up* when it has been read up to the end that a fresh answer names; an old
answer proves nothing new. An empty partition ends where it starts, which is caught up. A topic
that an answer leaves out keeps the answer it had, until that is too old.

How old an answer is, is measured by the monotonic clock, so that nobody who sets a wall clock makes
an answer younger or older than it is.
"""

from collections.abc import Sequence

from tagger.engine.step import BEFORE_TIME
from tagger.stream.log import EndOffsets

NEVER = 2**62
"""An instant that nothing lies behind."""


def is_within(limit_ms: int, then: int, now: int) -> bool:
    """Whether at most `limit_ms` have passed since `then`, both by the monotonic clock."""
    return now - then <= limit_ms


class Reading:
    """One event topic of a shard, as far as it has been read.

    `position` is the next offset to read, `mark` the running maximum of min(`occurred_at`,
    record timestamp) over everything read, `rank` the topic's place among events of one instant.
    `proven` is the newest instant by which everything written was found to have been read, and
    `proven_before` the offset before which all of that lies: a shard that is opened again may
    have to read some of it again. `held_at` and `held_before` are the same for what waited in the
    merge when the shard was last closed: no event of it is earlier, and all of it lies before the
    offset.
    `end` is what the newest answer about the topic named, for all that was written before
    `end_as_of`; it was asked at `asked_at` of the monotonic clock.
    """

    __slots__ = (
        "asked_at",
        "caught_up",
        "end",
        "end_as_of",
        "held_at",
        "held_before",
        "is_fresh",
        "mark",
        "position",
        "proven",
        "proven_before",
        "rank",
        "topic",
    )

    def __init__(
        self,
        topic: str,
        rank: int,
        position: int,
        mark: int = BEFORE_TIME,
        proven: tuple[int, int] = (BEFORE_TIME, 0),
        held: tuple[int, int] = (NEVER, 0),
    ) -> None:
        self.topic = topic
        self.rank = rank
        self.position = position
        self.mark = mark
        self.proven, self.proven_before = proven
        self.held_at, self.held_before = held
        self.end: int | None = None
        self.end_as_of = BEFORE_TIME
        self.asked_at = 0
        self.is_fresh = False
        self.caught_up = False

    def answered(self, end: int, as_of: int, asked_at: int) -> None:
        """Take over a fresh answer about the topic's end."""
        self.end, self.end_as_of, self.asked_at = end, as_of, asked_at
        self.is_fresh = True

    def look(self) -> None:
        """See whether the topic is caught up by now."""
        end = self.end
        self.caught_up = self.is_fresh and end is not None and self.position >= end
        if self.caught_up and end is not None and self.end_as_of > self.proven:
            self.proven, self.proven_before = self.end_as_of, end
        if self.caught_up or self.position >= self.held_before:
            self.held_at, self.held_before = NEVER, 0

    def read_until(self) -> int:
        """What happened before this instant has been read, but for what is late."""
        if self.position < self.proven_before:
            return self.mark
        return max(self.mark, self.proven)

    def last_known(self) -> int:
        """The last offset before the known end; NEVER when that is read, or no end is known."""
        end = self.end
        return NEVER if end is None or self.position >= end else end - 1


class Frontier:
    """The clock of one shard. `at` is where it stands, in milliseconds; it stands still while it
    `is_held`."""

    def __init__(
        self, readings: Sequence[Reading], *, grace_ms: int, fresh_ms: int, at: int = BEFORE_TIME
    ) -> None:
        self.at = at
        self.grace_ms = grace_ms
        self.is_held = False
        self.fed_until: int | None = None
        """The feed's clock while history is fed, None when the wall clock rules."""
        self._readings = readings
        self._fresh_ms = fresh_ms

    def answered(self, ends: EndOffsets, partition: int, asked_at: int) -> None:
        """Take over an answer about the ends of the topics; `asked_at` is the monotonic clock from
        before the question."""
        for reading in self._readings:
            end = ends.offsets.get((reading.topic, partition))
            if end is not None:
                reading.answered(end, ends.as_of, asked_at)
        self.fed_until = ends.as_of if ends.fed else None

    def age(self, monotonic: int) -> None:
        """Let answers grow old; `monotonic` is the monotonic clock."""
        for reading in self._readings:
            reading.is_fresh &= is_within(self._fresh_ms, reading.asked_at, monotonic)

    @property
    def unanswered(self) -> list[str]:
        """The topics without an answer that is young enough to prove anything."""
        return [reading.topic for reading in self._readings if not reading.is_fresh]

    def look(self) -> None:
        """See which topics are caught up by now."""
        for reading in self._readings:
            reading.look()

    def read_until(self, but: Reading | None = None) -> int:
        """What happened before this instant has been read of all topics, or of all `but` one."""
        until = NEVER
        for reading in self._readings:
            if reading is not but:
                until = min(until, reading.read_until())
        return until

    def held_at(self) -> int:
        """The earliest that some event may be which waited and has yet to be read again; `NEVER`
        when there is none."""
        held_at = NEVER
        for reading in self._readings:
            held_at = min(held_at, reading.held_at)
        return held_at

    def moves_at(self, reading: Reading) -> int:
        """Before the topic has been read until this instant, reading it moves no clock."""
        if self.is_held or self.read_until(reading) - self.grace_ms <= self.at:
            return NEVER
        return self.at + self.grace_ms + 1

    def advance(self, earliest_waiting: int) -> int:
        """Move up to where the topics allow, and not beyond `earliest_waiting`, the smallest
        `occurred_at` in the merge. Gives the instant where the clock stands."""
        if not self.is_held:
            reached = min(self.read_until() - self.grace_ms, earliest_waiting, self.held_at())
            self.at = max(self.at, reached)
        return self.at
