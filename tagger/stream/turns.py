"""Whose turn it is: which records are decided, in which order, and under which clock.

A record that is read may let others leave the merge, and it may move the clock for those that are
read after it. The turns are always those of records that are read one by one. Two ways lead there
sooner:

* where nothing waits, and the other topics do not hold a record up, its turn is at once, and all
  that it leaves behind is how far its topic has been read. What the other topics let pass, and how
  far they let the clock come, stays the same meanwhile. So a whole run of records is one loop;
* elsewhere the records are read in portions, between whose ends nothing happens; see `portions`.
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
    """Moves the clock and the merge of one shard."""

    def __init__(self, frontier: Frontier, merge: Merge) -> None:
        self._frontier = frontier
        self._merge = merge

    def read(self, lane: Lane, records: Sequence[Read]) -> list[Turn]:
        """Read the next records of a topic; gives whose turn has come with them, in order."""
        turns: list[Turn] = []
        reading, place = lane.reading, 0
        while place < len(records):
            begin, place = place, self._pass(lane, records, place, turns)
            if place == begin:
                place = end_of_portion(self._frontier, reading, records, begin)
                lane.put(records[begin:place])
                reading.position = records[place - 1][0] + 1
                self._release(turns)
        return turns

    def waited(self) -> list[Turn]:
        """Whose turn has come since the last call without anything read, in order."""
        turns: list[Turn] = []
        self._release(turns)
        return turns

    def _release(self, turns: list[Turn]) -> None:
        frontier, merge = self._frontier, self._merge
        frontier.look()
        for _, offset, _, record in merge.release(frontier.fed_until):
            turns.append((frontier.at, offset, record))
        frontier.advance(merge.earliest())

    def _pass(self, lane: Lane, records: Sequence[Read], begin: int, turns: list[Turn]) -> int:
        """Read the records from `begin` on whose turn is at once; gives the place behind them. The
        last one before the topic's known end is none of them, for more than it may have waited for
        it."""
        frontier, merge, reading = self._frontier, self._merge, lane.reading
        if len(merge):
            return begin
        frontier.look()
        latest = (merge.bound(frontier.fed_until, lane) - reading.rank) // RANKS
        at, grace_ms = frontier.at, frontier.grace_ms
        reach = at if frontier.is_held else frontier.read_until(reading) - grace_ms
        mark, proven, proven_before = reading.mark, reading.proven, reading.proven_before
        end, place = reading.end, begin
        last = NEVER if end is None or reading.position >= end else end - 1
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
