"""The gate of a shard: what a record must be before it may reach anybody's profile.

A record that fails becomes a dead letter with its bytes and headers untouched; the others of its
batch go on. Records without a timestamp count as written when they were read.
"""

from typing import Protocol

from msgspec.structs import astuple

from tagger.domain.commands import TagCommand
from tagger.domain.dead_letters import DeadLetter, DeadLetterCode, RecordError
from tagger.domain.events import Event
from tagger.domain.times import format_instant
from tagger.stream.log import Batch, Headers, LogRecord
from tagger.stream.murmur2 import partition_of
from tagger.stream.topics import InputKind
from tagger.telemetry import Telemetry

_REMEMBERED_KEYS = 200_000
_MOST_SKEW_MS = 2**63


class RecordDecoder(Protocol):
    """Bytes of an input topic to what they mean."""

    def decode(self, kind: InputKind, value: bytes | None) -> Event | TagCommand:
        """Raises RecordError when the bytes cannot be used, or are too many."""

    @property
    def unknown_fields(self) -> int:
        """How many fields that no schema names were left out so far."""


class Intake:
    """Checks the records of one partition number. A record, its key and its headers included, may
    have up to `max_record_bytes` bytes; a larger one is not looked into. An event may lie
    `max_skew_ms` after its record's timestamp or the worker's clock, whichever is earlier, so that
    no wrong clock moves a shard's. How far events lie from their records' timestamps is told to
    telemetry."""

    def __init__(
        self,
        decoder: RecordDecoder,
        telemetry: Telemetry,
        *,
        max_skew_ms: int,
        max_record_bytes: int,
        partition: int,
        partitions: int,
    ) -> None:
        self._decode = decoder.decode
        self._telemetry = telemetry
        self._max_skew_ms = max_skew_ms
        self._max_record_bytes = max_record_bytes
        self._partition = partition
        self._partitions = partitions
        self._placed: dict[bytes | None, str] = {}
        """Customers by key whose key and partition have been found right."""

    def events(
        self, kind: InputKind, batch: Batch, now: int
    ) -> list[tuple[int, int, Event | DeadLetter]]:
        """Offset, timestamp and event of each record, or the dead letter in its place."""
        checked: list[tuple[int, int, Event | DeadLetter]] = []
        least_ms, greatest_ms = _MOST_SKEW_MS, -_MOST_SKEW_MS
        offset: int
        timestamp: int
        allowed_ms, latest = self._max_skew_ms, now + self._max_skew_ms
        for record in batch.records:
            offset, timestamp, key, value, headers = astuple(record)
            if timestamp < 0:
                timestamp = now
            try:
                event = self._check(kind, key, value, headers)
                if type(event) is TagCommand:
                    raise TypeError(f"the decoder gave a command for a record of {batch.topic}")
                occurred_at = event.occurred_at
                skew_ms = occurred_at - timestamp
                if skew_ms < least_ms:
                    least_ms = skew_ms
                if skew_ms > greatest_ms:
                    greatest_ms = skew_ms
                if skew_ms > allowed_ms or occurred_at > latest:
                    raise self._far_future(occurred_at, timestamp, now)
            except RecordError as error:
                checked.append((offset, timestamp, _dead_letter(batch, record, error)))
            else:
                checked.append((offset, timestamp, event))
        if least_ms <= greatest_ms:
            self._telemetry.event_skew(batch.topic, least_ms / 1_000, greatest_ms / 1_000)
        return checked

    def commands(self, batch: Batch, now: int) -> list[TagCommand | DeadLetter]:
        """The command of each record, or the dead letter in its place."""
        checked: list[TagCommand | DeadLetter] = []
        for record in batch.records:
            timestamp = record.timestamp if record.timestamp >= 0 else now
            try:
                command = self._check("command", record.key, record.value, record.headers)
                if not isinstance(command, TagCommand):
                    raise TypeError(f"the decoder gave an event for a record of {batch.topic}")
                if command.issued_at > min(timestamp, now) + self._max_skew_ms:
                    raise self._far_future(command.issued_at, timestamp, now)
            except RecordError as error:
                checked.append(_dead_letter(batch, record, error))
            else:
                checked.append(command)
        return checked

    def _check(
        self, kind: InputKind, key: bytes | None, value: bytes | None, headers: Headers
    ) -> Event | TagCommand:
        size = _size(key, value, headers)
        if size > self._max_record_bytes:
            raise RecordError(
                DeadLetterCode.TOO_LARGE,
                f"{size} bytes with its key and headers, at most {self._max_record_bytes} are read",
            )
        decoded = self._decode(kind, value)
        customer_id = decoded.customer_id
        if self._placed.get(key) != customer_id:
            self._check_place(key, customer_id)
        return decoded

    def _check_place(self, key: bytes | None, customer_id: str) -> None:
        if key is None or key != customer_id.encode():
            raise RecordError(
                DeadLetterCode.WRONG_KEY, f"the key is {key!r}, the customer id {customer_id!r}"
            )
        right = partition_of(key, self._partitions)
        if right != self._partition:
            raise RecordError(
                DeadLetterCode.WRONG_PARTITION,
                f"murmur2 puts the key on partition {right} of {self._partitions}, "
                f"not on {self._partition}: set the producer's partitioner to murmur2_random, and "
                f"let the topic have {self._partitions} partitions",
            )
        if len(self._placed) >= _REMEMBERED_KEYS:
            self._placed.clear()
        self._placed[key] = customer_id

    def _far_future(self, at: int, timestamp: int, now: int) -> RecordError:
        against = "its record's timestamp" if timestamp <= now else "the worker's clock"
        read_at = min(timestamp, now)
        return RecordError(
            DeadLetterCode.FAR_FUTURE,
            f"its time, {at} ms since the epoch, lies {at - read_at} ms after {against}, "
            f"{format_instant(read_at)}; at most {self._max_skew_ms} ms are taken",
        )


def _size(key: bytes | None, value: bytes | None, headers: Headers) -> int:
    """Bytes of a record, its key and its headers."""
    size = len(value or b"") + len(key or b"")
    for name, text in headers:
        size += len(name.encode()) + len(text or b"")
    return size


def _dead_letter(batch: Batch, record: LogRecord, error: RecordError) -> DeadLetter:
    return DeadLetter(
        topic=batch.topic,
        partition=batch.partition,
        offset=record.offset,
        timestamp=record.timestamp,
        key=record.key,
        value=record.value,
        headers=record.headers,
        code=error.code,
        detail=error.detail,
    )
