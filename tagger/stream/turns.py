"""Whose turn it is: which records are decided, in which order, and under which clock.

A record that is read may let others leave the merge, and it may move the clock for those that are
read after it. The turns are always those of records that are read one by one. Two ways lead there
sooner:

* where nothing waits, and the other topics do not hold a record up, its turn is at once, and all
  that it leaves behind is how far its topic has been read. What the other topics let pass, and how
  far they let the clock come, stays the same meanwhile. So a whole run of records is one loop;
* elsewhere the records are read in portions, between whose ends nothing happens; see `portions`.

Where very many leave the merge at once, they do so in slices. All of them have the turn that they
would have had together: the clock stands until the last one has left, and nothing is read before.
"""

from collections.abc import Sequence

from tagger.domain.dead_letters import DeadLetter
from tagger.domain.events import Event
from tagger.stream.frontier import NEVER, Frontier
from tagger.stream.merge import RANKS, Lane, Merge, Read
from tagger.stream.portions import end_of_portion

Turn = tuple[int, int, Event | DeadLetter]
"""The frontier that stands before a record, the record's offset, and what it holds."""


class Turns:
    """Moves the clock and the merge of one shard. A slice is about `most` records of each topic."""

    def __init__(self, frontier: Frontier, merge: Merge, most: int) -> None:
        self._frontier = frontier
        self._merge = merge
        self._most = most
        self._bound: int | None = None
        """Up to where records still have to leave the merge, under the clock as it stands."""

    @property
    def is_behind(self) -> bool:
        """Whether it is the turn of more records, and nothing may be read before."""
        return self._bound is not None

    def read(self, lane: Lane, records: Sequence[Read]) -> tuple[list[Turn], int]:
        """Read the next records of a topic; gives whose turn has come with them, in order, and how
        many have been read. The others are to be read when it is not behind any more. Not to be
        called while it is behind."""
        turns: list[Turn] = []
        reading, place = lane.reading, 0
        while place < len(records) and self._bound is None and len(turns) < self._most:
            begin, place = place, self._pass(lane, records, place, turns)
            if place == begin:
                place = end_of_portion(self._frontier, reading, records, begin)
                lane.put(records[begin:place])
                reading.position = records[place - 1][0] + 1
                self._release(turns)
        return turns, place

    def waited(self) -> list[Turn]:
        """Whose turn has come without anything read, in order: a slice of them."""
        turns: list[Turn] = []
        self._release(turns)
        return turns

    def _release(self, turns: list[Turn]) -> None:
        frontier, merge, bound = self._frontier, self._merge, self._bound
        if bound is None:
            frontier.look()
        if len(merge):
            if bound is None:
                bound = merge.bound(frontier.fed_until)
            cut = merge.cut(bound, self._most)
            for _, offset, _, record in merge.release(cut):
                turns.append((frontier.at, offset, record))
            self._bound = bound if cut < bound and merge.has(bound) else None
        if self._bound is None:
            frontier.advance(merge.earliest())

    def _pass(self, lane: Lane, records: Sequence[Read], begin: int, turns: list[Turn]) -> int:
        """Read the records from `begin` on whose turn is at once; gives the place behind them. The
        last one before the topic's known end is none of them, for more than it may have waited for
        it."""
        frontier, merge, reading = self._frontier, self._merge, lane.reading
        frontier.look()
        if len(merge) or frontier.held_at() != NEVER:
            return begin
        latest = (merge.bound(frontier.fed_until, lane) - reading.rank) // RANKS
        at, grace_ms = frontier.at, frontier.grace_ms
        reach = at if frontier.is_held else frontier.read_until(reading) - grace_ms
        mark, proven, proven_before = reading.mark, reading.proven, reading.proven_before
        last, place = reading.last_known(), begin
        while place < len(records):
            offset, timestamp, record = records[place]
            if offset >= last:
                break
            if type(record) is not DeadLetter:
                occurred_at = record.occurred_at
                if occurred_at > latest:
                    break
                if occurred_at > mark and timestamp > mark:
                    mark = min(occurred_at, timestamp)
            turns.append((at, offset, record))
            until = mark if mark > proven or offset + 1 < proven_before else proven
            at = max(at, min(until - grace_ms, reach))
            place += 1
        if place > begin:
            reading.position = records[place - 1][0] + 1
        reading.mark, frontier.at = mark, at
        return place
