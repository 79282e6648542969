"""The merge of a shard's event topics into one order of time.

Order: `occurred_at`, then the topic's rank (profile, browse, chat, purchase), then reading order.
Each topic stays in its own reading order: an event that stands behind a later one of its topic
waits for it and is read right after it. A topic's head is released when, for every other topic,
that one's head comes later, or it has none and is caught up or has been read beyond that point.

Sorting by the running maximum of (`occurred_at`, rank) along each topic gives exactly this order,
so release is a cut at a bound and a merge of sorted runs. A rejected record travels in its place,
so that a topic's first unreleased offset is all that need be remembered of it.
"""

from bisect import bisect_right
from collections import deque
from collections.abc import Iterable, Sequence

from tagger.domain.dead_letters import DeadLetter
from tagger.domain.events import Event
from tagger.engine.step import BEFORE_TIME
from tagger.stream.frontier import NEVER, Reading

Read = tuple[int, int, Event | DeadLetter]
"""A record as checked: its offset, its timestamp, and what it holds."""

Entry = tuple[int, int, int, Event | DeadLetter]
"""A waiting record: its key in the order, its offset, the topic's mark before it, the record."""

RANKS = 4
"""A key is an instant times this, plus the topic's rank."""
_LOWEST = (BEFORE_TIME - 1) * RANKS
_HIGHEST = NEVER * RANKS


class Lane:
    """The waiting records of one topic, in reading order."""

    __slots__ = ("_entries", "_last", "_stragglers", "is_paused", "reading")

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.is_paused = False
        self._entries: list[Entry] = []
        self._last = _LOWEST + reading.rank
        self._stragglers: deque[tuple[int, int]] = deque()

    def __len__(self) -> int:
        return len(self._entries)

    def put(self, records: Iterable[Read]) -> None:
        """Let records wait that follow all those put before."""
        reading, last, append = self.reading, self._last, self._entries.append
        rank, mark = reading.rank, reading.mark
        for offset, timestamp, record in records:
            if type(record) is DeadLetter:
                append((last, offset, mark, record))
                continue
            at = record.occurred_at
            key = at * RANKS + rank
            if key >= last:
                last = key
            else:
                self._straggle(offset, at)
            append((last, offset, mark, record))
            if at > mark and timestamp > mark:
                mark = min(at, timestamp)
        self._last, reading.mark = last, mark

    def _straggle(self, offset: int, at: int) -> None:
        """Remember an event behind a later one; of those read, only the earlier ones matter."""
        while self._stragglers and self._stragglers[-1][1] >= at:
            self._stragglers.pop()
        self._stragglers.append((offset, at))

    def bound(self, fed_until: int | None) -> int:
        """No record still unread here can come before this key."""
        own = max(self._last, self.reading.mark * RANKS + self.reading.rank)
        if not self.reading.caught_up:
            return own
        if fed_until is None:
            return _HIGHEST
        known_until = min(fed_until, self.reading.end_as_of)
        return max(own, (known_until + 1) * RANKS - 1)

    def take(self, bound: int) -> list[Entry]:
        """Release what stands at or before `bound`."""
        entries = self._entries
        if self._last <= bound:
            self._entries = []
            self._last = _LOWEST + self.reading.rank
            self._stragglers.clear()
            return entries
        count = bisect_right(entries, bound, key=_key)
        taken = entries[:count]
        del entries[:count]
        return taken

    def head(self) -> int:
        """The key of the record that waits longest, beyond all others when there is none."""
        return self._entries[0][0] if self._entries else _HIGHEST + 1

    def key_behind(self, most: int) -> int | None:
        """The key of the first record behind the `most` that wait longest; None when there is
        none."""
        return self._entries[most][0] if len(self._entries) > most else None

    def earliest(self) -> int:
        """No waiting event is earlier than this."""
        if not self._entries:
            return NEVER
        key, offset = self._entries[0][:2]
        while self._stragglers and self._stragglers[0][0] < offset:
            self._stragglers.popleft()
        head = key // RANKS
        return min(head, self._stragglers[0][1]) if self._stragglers else head

    def next_offset(self) -> int:
        """The first offset that is not done: read but waiting, or not read yet."""
        return self._entries[0][1] if self._entries else self.reading.position

    def held(self) -> tuple[int, int]:
        """No event that is not done is earlier than the instant, of those read before the offset;
        see `Reading`. The offset is 0 when all are done."""
        reading = self.reading
        if not self._entries and not reading.held_before:
            return NEVER, 0
        before = max(reading.position, reading.held_before)
        return min(self.earliest(), reading.held_at), before

    def done_mark(self) -> int:
        """The topic's mark over the records that are done."""
        return self._entries[0][2] if self._entries else self.reading.mark


def _key(entry: Entry) -> int:
    return entry[0]


class Merge:
    """The lanes of a shard's event topics, and what may leave them."""

    def __init__(self, readings: Sequence[Reading]) -> None:
        self.lanes = {reading.topic: Lane(reading) for reading in readings}

    def __len__(self) -> int:
        """How many records wait."""
        waiting = 0
        for lane in self.lanes.values():
            waiting += len(lane)
        return waiting

    def bound(self, fed_until: int | None, but: Lane | None = None) -> int:
        """No record still unread in the lanes, or in all `but` one, can come before this key. While
        history is fed, a topic that is caught up is known only up to the feed's clock `fed_until`,
        and only as far as its own last answer went."""
        bound = _HIGHEST
        for lane in self.lanes.values():
            if lane is not but:
                bound = min(bound, lane.bound(fed_until))
        return bound

    def cut(self, bound: int, most: int) -> int:
        """A bound at or before the given one. Of each lane about `most` records stand at or before
        it: more only where the next ones have the same key."""
        for lane in self.lanes.values():
            key = lane.key_behind(most)
            if key is not None:
                bound = min(bound, key)
        return bound

    def has(self, bound: int) -> bool:
        """Whether something stands at or before a key."""
        return any(lane.head() <= bound for lane in self.lanes.values())

    def release(self, bound: int) -> list[Entry]:
        """Everything that stands at or before a key, in order."""
        released: list[Entry] = []
        runs = 0
        for lane in self.lanes.values():
            if len(lane):
                taken = lane.take(bound)
                if taken:
                    runs += 1
                    released = released + taken if released else taken
        if runs > 1:
            released.sort(key=_key)
        return released

    def earliest(self) -> int:
        """No waiting event is earlier than this; `NEVER` when none waits."""
        earliest = NEVER
        for lane in self.lanes.values():
            earliest = min(earliest, lane.earliest())
        return earliest
