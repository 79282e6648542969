"""Alarms in order of time, packed so that a waiting one costs little more than its bytes.

An alarm is an instant and a customer id; several may be equal. New ones wait in a small heap; a
full heap becomes a run, sorted and packed, and runs are read from their beginnings. This is a
log-structured merge tree in memory (O'Neil, Cheng, Gawlick and O'Neil, 1996), with runs of one
size at most, so that no call takes long: when runs are less than half full on average, some of the
smallest become one.
"""

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from heapq import heapify, heappop, heappush, heapreplace
from itertools import chain

Alarm = tuple[int, str]
"""Milliseconds since the epoch, and the customer. Order is by both."""

RUN_ALARMS = 1_024
"""Packing or merging as many takes a millisecond or two."""
_SPARE_RUNS = 8


class PackedRun:
    """Alarms in ascending order, at least one; those taken are let go of by and by."""

    __slots__ = ("_begin", "_first", "_ids", "_instants", "_sizes")

    def __init__(self, alarms: Sequence[Alarm]) -> None:
        encoded = [customer_id.encode() for _, customer_id in alarms]
        self._instants = array("q", [at for at, _ in alarms])
        self._sizes = array("H", map(len, encoded))
        self._ids = b"".join(encoded)
        self._first = self._begin = 0

    def __len__(self) -> int:
        return len(self._instants) - self._first

    def __iter__(self) -> Iterator[Alarm]:
        begin = self._begin
        for place in range(self._first, len(self._instants)):
            end = begin + self._sizes[place]
            yield self._instants[place], self._ids[begin:end].decode()
            begin = end

    def head(self) -> Alarm:
        """The first alarm that is left."""
        begin, place = self._begin, self._first
        customer_id = self._ids[begin : begin + self._sizes[place]].decode()
        return self._instants[place], customer_id

    def drop_head(self) -> None:
        """Take the first alarm away."""
        self._begin += self._sizes[self._first]
        self._first += 1
        if 2 * self._first > len(self._instants):
            self._instants = self._instants[self._first :]
            self._sizes = self._sizes[self._first :]
            self._ids = self._ids[self._begin :]
            self._first = self._begin = 0

    def count(self, until: int) -> int:
        """How many alarms ring at `until` or before."""
        return bisect_right(self._instants, until, self._first) - self._first


class AlarmQueue:
    """Alarms of any number of customers; `len` counts them. `run_alarms`: of a full heap and of a
    full run."""

    def __init__(self, run_alarms: int = RUN_ALARMS) -> None:
        self._run_alarms = run_alarms
        self._recent: list[Alarm] = []
        self._heads: list[tuple[int, str, int, PackedRun]] = []
        self._packed = 0
        self._runs_made = 0

    def __len__(self) -> int:
        return len(self._recent) + self._packed

    def push(self, at: int, customer_id: str) -> None:
        """Add an alarm."""
        heappush(self._recent, (at, customer_id))
        if len(self._recent) >= self._run_alarms:
            self._add(sorted(self._recent))
            self._recent = []
            self._merge_small()

    def extend(self, alarms: Iterable[Alarm]) -> None:
        """Add many alarms, in any order."""
        waiting: list[Alarm] = []
        for alarm in alarms:
            waiting.append(alarm)
            if len(waiting) == self._run_alarms:
                waiting.sort()
                self._add(waiting)
                waiting = []
        for at, customer_id in waiting:
            self.push(at, customer_id)

    def pop(self, until: int) -> Alarm | None:
        """Take the first alarm of all if it rings at `until` or before."""
        recent, heads = self._recent, self._heads
        if heads and (not recent or heads[0][:2] < recent[0]):
            at, customer_id, number, run = heads[0]
            if at > until:
                return None
            self._packed -= 1
            run.drop_head()
            if len(run):
                heapreplace(heads, (*run.head(), number, run))
            else:
                heappop(heads)
            return at, customer_id
        if not recent or recent[0][0] > until:
            return None
        return heappop(recent)

    def earliest(self) -> int | None:
        """The instant of the first alarm, None when there is none."""
        firsts = [source[0][0] for source in (self._recent, self._heads) if source]
        return min(firsts, default=None)

    def count(self, until: int) -> int:
        """How many alarms ring at `until` or before; costs a look at each run, no more."""
        packed = sum(run.count(until) for at, _, _, run in self._heads if at <= until)
        return packed + sum(at <= until for at, _ in self._recent)

    def _add(self, alarms: Sequence[Alarm]) -> None:
        """Pack ascending alarms."""
        self._runs_made += 1
        heappush(self._heads, (*alarms[0], self._runs_made, PackedRun(alarms)))
        self._packed += len(alarms)

    def _merge_small(self) -> None:
        """Make one of as many of the smallest runs as fit, when there are too many runs."""
        if len(self._heads) <= _SPARE_RUNS + 2 * self._packed // self._run_alarms:
            return
        chosen: dict[int, PackedRun] = {}
        size = 0
        for *_, number, run in sorted(self._heads, key=lambda head: len(head[3])):
            size += len(run)
            if size > self._run_alarms:
                break
            chosen[number] = run
        merged = sorted(chain.from_iterable(chosen.values()))
        self._heads = [head for head in self._heads if head[2] not in chosen]
        heapify(self._heads)
        self._packed -= len(merged)
        self._add(merged)
