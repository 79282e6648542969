"""Writes events into the input topics: a first load, a demonstration, a test.

Records go out in laps; a lap ends when everything in it is acknowledged. The feed's clock is the
instant up to which everything has been written, so that a worker that keeps up does not take
"nothing more to read" for "nothing more happened". Given `taken`, the positions that readers have
committed, the feed never runs further ahead of them than the embedded broker keeps.
"""

import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Protocol

import msgspec
from confluent_kafka import KafkaError, Message

from tagger.domain.commands import TagCommand
from tagger.domain.event_types import type_name
from tagger.domain.events import Event
from tagger.engine.step import BEFORE_TIME
from tagger.settings import Settings
from tagger.stream.kafka import clients
from tagger.stream.kafka.assignment import Partition
from tagger.stream.log import Headers
from tagger.stream.topics import InputKind, Topics

AHEAD_BYTES = 2 * 1024 * 1024
"""How far a partition may be ahead of its reader."""
LAP_BYTES = 256 * 1024
RECORD_BYTES = 100
"""What a record takes beside its key and value, at most, without headers."""
STALLED_S = 60.0

_FLUSH_S = 0.5
_LOOK_S = 0.005


class FeedRecord(msgspec.Struct, frozen=True, gc=False):
    """A record to write. `at` becomes its timestamp, in milliseconds."""

    topic: str
    key: bytes | None
    value: bytes | None
    at: int
    headers: Headers = ()


class InputEncoder(Protocol):
    """Events and commands to bytes."""

    def encode(self, record: Event | TagCommand) -> bytes:
        """The value of the record."""


class FeedError(Exception):
    """The brokers did not take a record, or its readers stand still."""


def feed_records(
    inputs: Iterable[Event | TagCommand], topics: Topics, encoder: InputEncoder
) -> Iterator[FeedRecord]:
    """Inputs as records for their topics, keyed by customer, in the same order."""
    topic_of: dict[InputKind, str] = {kind: topic for topic, kind in topics.inputs().items()}
    for each in inputs:
        if isinstance(each, TagCommand):
            topic, at = topic_of["command"], each.issued_at
        else:
            topic, at = topic_of[type_name(each)], each.occurred_at
        yield FeedRecord(topic, each.customer_id.encode(), encoder.encode(each), at)


class _Waiting:
    """Records of one partition that its reader has not committed yet."""

    __slots__ = ("_records", "size")

    def __init__(self) -> None:
        self._records: deque[tuple[int, int]] = deque()
        self.size = 0

    def add(self, offset: int, size: int) -> None:
        self._records.append((offset, size))
        self.size += size

    def drop_before(self, position: int) -> None:
        while self._records and self._records[0][0] < position:
            self.size -= self._records.popleft()[1]


class Feed:
    """One producer of input records. `write` blocks and belongs on a thread of its own.

    `rate` is records a second, None for as fast as it goes. `on_lap` is called after each lap
    with the number of records written so far.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        taken: Callable[[], Mapping[Partition, int]] | None = None,
        rate: float | None = None,
        on_lap: Callable[[int], None] | None = None,
    ) -> None:
        self._producer = clients.producer(settings, linger_ms=5)
        self._taken = taken
        self._rate = rate
        self._on_lap = on_lap
        self._ahead: defaultdict[Partition, _Waiting] = defaultdict(_Waiting)
        self._failure: str | None = None
        self._halt = threading.Event()
        self._clock: int | None = BEFORE_TIME
        self._lap_bytes = 0
        self.written = 0
        """Records handed to the brokers so far."""

    def clock(self) -> int | None:
        """Milliseconds: everything up to here is written. None once the history is at its end,
        and the wall clock rules."""
        return self._clock

    def end_history(self) -> None:
        """What is written from now on happens now."""
        self._clock = None

    def halt(self) -> None:
        """Have `write` return after the lap it is in; for other threads."""
        self._halt.set()

    def write(self, records: Iterable[FeedRecord]) -> None:
        """Write `records`, and return when all of them are acknowledged.

        Raises FeedError, and ValueError for history that is not in ascending order of `at`.
        """
        began_s, before = time.monotonic(), self.written
        last_at = BEFORE_TIME
        for record in records:
            if self._halt.is_set():
                break
            if self._clock is not None and self._taken is not None and record.at < last_at:
                raise ValueError(f"history is out of order: {record.at} after {last_at}")
            if self._lap_bytes >= LAP_BYTES:
                self._end_lap(record.at - 1)
            if self._rate is not None:
                self._keep_rate(began_s + (self.written - before) / self._rate)
            self._produce(record)
            last_at = record.at
        self._end_lap(last_at)

    def _produce(self, record: FeedRecord) -> None:
        while True:
            try:
                self._producer.produce(
                    record.topic,
                    value=record.value,
                    key=record.key,
                    timestamp=record.at,
                    headers=list(record.headers),
                    on_delivery=self._acknowledged,
                )
            except BufferError:
                self._producer.poll(_FLUSH_S)
            else:
                break
        self._lap_bytes += RECORD_BYTES + len(record.value or b"") + len(record.key or b"")
        self.written += 1

    def _keep_rate(self, due_s: float) -> None:
        while (early_s := due_s - time.monotonic()) > 0 and not self._halt.is_set():
            self._producer.poll(min(early_s, _FLUSH_S))

    def _acknowledged(self, error: KafkaError | None, message: Message) -> None:
        topic, partition, offset = message.topic(), message.partition(), message.offset()
        if error is not None:
            self._failure = self._failure or f"{topic}/{partition}: {error.str()}"
        elif (
            self._taken is not None
            and topic is not None
            and partition is not None
            and offset is not None
        ):
            size = RECORD_BYTES + len(message) + len(message.key() or b"")
            self._ahead[topic, partition].add(offset, size)

    def _end_lap(self, written_until: int) -> None:
        while self._producer.flush(_FLUSH_S):
            pass
        if self._failure is not None:
            raise FeedError(f"not written: {self._failure}")
        self._lap_bytes = 0
        if self._clock is not None:
            self._clock = max(self._clock, written_until)
        if self._on_lap is not None:
            self._on_lap(self.written)
        if self._taken is not None:
            self._wait_for_readers(self._taken)

    def _wait_for_readers(self, taken: Callable[[], Mapping[Partition, int]]) -> None:
        least, since_s = self._most_ahead(taken()), time.monotonic()
        while least > AHEAD_BYTES and not self._halt.wait(_LOOK_S):
            now_ahead = self._most_ahead(taken())
            if now_ahead != least:
                least, since_s = now_ahead, time.monotonic()
            elif time.monotonic() - since_s > STALLED_S:
                raise FeedError(f"no reader has committed anything for {STALLED_S:.0f} seconds")

    def _most_ahead(self, taken: Mapping[Partition, int]) -> int:
        """Bytes of the partition that its reader is furthest behind in."""
        for partition, waiting in self._ahead.items():
            waiting.drop_before(taken.get(partition, 0))
        return max((waiting.size for waiting in self._ahead.values()), default=0)
