"""Live events at a fixed rate, whether or not anybody is ready, and what became of each."""

import math
import random
import time
from array import array
from collections import deque
from collections.abc import Callable

from tagger.codecs.encode import Encoder
from tagger.domain.events import Browse
from tagger.stream.log import Batch, LogRecord
from tagger.stream.murmur2 import partition_of


class StartedClock:
    """Wall clock and stopwatch of a measurement; both stand still until it is started."""

    def __init__(self, wall_ms: int) -> None:
        self._wall_ms = wall_ms
        self._started: float | None = None

    def start(self) -> None:
        """Let time pass."""
        self._started = time.perf_counter()

    def seconds(self) -> float:
        """Since the start."""
        return 0.0 if self._started is None else time.perf_counter() - self._started

    def wall_ms(self, seconds: float | None = None) -> int:
        """Milliseconds since the epoch, now or so many seconds after the start."""
        since = self.seconds() if seconds is None else seconds
        return self._wall_ms + int(1_000 * since)


class Visits:
    """Visits of customers. Each arrives when the rate says so: what the worker does in the
    meantime makes it wait. `arrived`, `decided` and `committed` are seconds of the clock by number
    of the event; what has not happened is infinitely late."""

    def __init__(
        self,
        clock: StartedClock,
        topic: str,
        draw_customer: Callable[[random.Random], str],
        *,
        rate: float,
        partitions: int,
    ) -> None:
        self.arrived, self.decided, self.committed = array("d"), array("d"), array("d")
        self._clock = clock
        self._topic = topic
        self._draw_customer = draw_customer
        self._rate = rate
        self._partitions = partitions
        self._encode = Encoder(records=[Browse]).encode
        self._draw = random.Random(7)  # noqa: S311 - the same events again, and no secrets
        self._ends = [0] * partitions
        self._unread: dict[int, list[LogRecord]] = {}
        self._uncommitted: list[deque[int]] = [deque() for _ in range(partitions)]

    def next_at(self) -> float:
        """When the next one arrives, in seconds."""
        return len(self.arrived) / self._rate

    def produce(self) -> None:
        """Write everything that has arrived by now."""
        now = self._clock.seconds()
        while (at := self.next_at()) <= now:
            self._write(at)

    def take(self) -> list[Batch]:
        """What was written and not read yet, by partition."""
        taken, self._unread = self._unread, {}
        return [Batch(self._topic, each, tuple(records)) for each, records in taken.items()]

    def end(self, partition: int) -> int:
        """The offset behind the last written event."""
        return self._ends[partition]

    def was_decided(self, event_id: str) -> None:
        """The worker has decided about an event."""
        self.decided[int(event_id)] = self._clock.seconds()

    def was_committed(self, partition: int, offset: int) -> None:
        """All events of a partition before `offset` are done for good."""
        waiting, now = self._uncommitted[partition], self._clock.seconds()
        first = self._ends[partition] - len(waiting)
        for _ in range(offset - first):
            self.committed[waiting.popleft()] = now

    def _write(self, at: float) -> None:
        number, wall_ms = len(self.arrived), self._clock.wall_ms(at)
        customer = self._draw_customer(self._draw)
        key = customer.encode()
        partition = partition_of(key, self._partitions)
        value = self._encode(Browse(str(number), customer, wall_ms, "page_view"))
        record = LogRecord(self._ends[partition], wall_ms, key, value)
        self._ends[partition] += 1
        self._unread.setdefault(partition, []).append(record)
        self._uncommitted[partition].append(number)
        self.arrived.append(at)
        self.decided.append(math.inf)
        self.committed.append(math.inf)
