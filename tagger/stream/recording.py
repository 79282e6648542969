"""A shard's reading order, written down: every record as it was read, and every clock answer.

With the same recording the same rules make the same changes with the same ids, however the
records are split into batches and wherever the worker is stopped and started again; only
`processed_at` tells the runs apart. `recorder` makes recordings of runs, `player` runs them again.

As a file, one JSON object a line. The first says what was recorded; then, in order:

    {"read": TOPIC, "now": MS, "records": [[OFFSET, TIMESTAMP, KEY, VALUE], ...]}
    {"as_of": MS, "asked_at": MS, "now": MS, "fed": false, "ends": {TOPIC: OFFSET, ...}}
    {"now": MS, "monotonic": MS}

a run of records of one topic, an answer about the ends of the topics, and a look at the clocks.
`now` is the wall clock of the worker, `monotonic` and `asked_at` its monotonic one. VALUE is the
record's JSON as it stands, a text for other bytes in Base64, or null; KEY is a text or null.
"""

import base64
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

import msgspec

from tagger.stream.log import EndOffsets, LogRecord

VERSION = 1


class RecordingError(ValueError):
    """The bytes are no recording of this version; the message names the line."""


class Read(msgspec.Struct, frozen=True):
    """One record was read."""

    topic: str
    record: LogRecord
    now: int


class Answer(msgspec.Struct, frozen=True):
    """An answer about the ends of the topics was taken over; it was asked at `asked_at` of the
    monotonic clock."""

    ends: EndOffsets
    asked_at: int
    now: int


class Look(msgspec.Struct, frozen=True):
    """The worker looked at its clocks: `now` is the wall clock."""

    now: int
    monotonic: int


Happening = Read | Answer | Look


class Recording(msgspec.Struct, frozen=True):
    """What one shard was given. `partitions` is the number that all input topics have."""

    shard: int
    partitions: int
    happenings: tuple[Happening, ...]


def dump(recording: Recording) -> bytes:
    """The recording as JSON Lines. Raises ValueError for records with headers, which a recording
    does not keep, and for keys that are no UTF-8."""
    head = {
        "recording": VERSION,
        "shard": recording.shard,
        "partitions": recording.partitions,
    }
    lines = [head, *_lines(recording.happenings)]
    return b"".join(msgspec.json.encode(line) + b"\n" for line in lines)


def load(data: bytes) -> Recording:
    """The recording that `dump` wrote. Raises RecordingError."""
    head, *lines = data.removesuffix(b"\n").split(b"\n")
    try:
        fields = msgspec.json.decode(head)
        if fields["recording"] != VERSION:
            raise ValueError(f"version {fields['recording']}")
        shard, partitions = int(fields["shard"]), int(fields["partitions"])
    except (msgspec.DecodeError, LookupError, TypeError, ValueError) as error:
        raise RecordingError(f"line 1: not a recording of version {VERSION}: {error}") from error
    happenings: list[Happening] = []
    for number, line in enumerate(lines, 2):
        try:
            happenings += _happenings(msgspec.json.decode(line, type=_Line), shard)
        except (msgspec.MsgspecError, ValueError) as error:
            raise RecordingError(f"line {number}: {error}") from error
    return Recording(shard, partitions, tuple(happenings))


class _Line(msgspec.Struct, omit_defaults=True, forbid_unknown_fields=True):
    """What a line may say, of whatever kind it is."""

    now: int
    monotonic: int = 0
    read: str | None = None
    records: list[tuple[int, int, str | None, msgspec.Raw]] = []
    as_of: int | None = None
    asked_at: int = 0
    fed: bool = False
    ends: dict[str, int] = {}


def _lines(happenings: Iterable[Happening]) -> Iterator[Any]:
    for run, together in groupby(happenings, key=_run_of):
        if run is None:
            yield from (_line(each) for each in together if not isinstance(each, Read))
            continue
        topic, now = run
        records = [_row(each.record) for each in together if isinstance(each, Read)]
        yield {"read": topic, "now": now, "records": records}


def _run_of(happening: Happening) -> tuple[str, int] | None:
    """What records of one line have in common; None for what is no record."""
    return (happening.topic, happening.now) if isinstance(happening, Read) else None


def _line(happening: Answer | Look) -> dict[str, Any]:
    if isinstance(happening, Look):
        return {"now": happening.now, "monotonic": happening.monotonic}
    ends = happening.ends
    return {
        "as_of": ends.as_of,
        "asked_at": happening.asked_at,
        "now": happening.now,
        "fed": ends.fed,
        "ends": {topic: offset for (topic, _), offset in ends.offsets.items()},
    }


def _row(record: LogRecord) -> list[Any]:
    if record.headers:
        raise ValueError(f"the record at offset {record.offset} has headers")
    key = None if record.key is None else record.key.decode()
    return [record.offset, record.timestamp, key, _written_value(record.value)]


def _written_value(value: bytes | None) -> Any:
    """JSON objects as they stand, so that a recording can be read and its bytes come back."""
    if value is None:
        return None
    if value.startswith(b"{") and value.endswith(b"}") and b"\n" not in value:
        try:
            msgspec.json.decode(value)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return base64.b64encode(value).decode()
        return msgspec.Raw(value)
    return base64.b64encode(value).decode()


def _happenings(line: _Line, shard: int) -> list[Happening]:
    if line.read is not None:
        return [
            Read(line.read, _record(offset, timestamp, key, value), line.now)
            for offset, timestamp, key, value in line.records
        ]
    if line.as_of is None:
        return [Look(line.now, line.monotonic)]
    offsets = {(topic, shard): offset for topic, offset in line.ends.items()}
    return [Answer(EndOffsets(line.as_of, offsets, line.fed), line.asked_at, line.now)]


def _record(offset: int, timestamp: int, key: str | None, value: msgspec.Raw) -> LogRecord:
    written = bytes(value)
    if written.startswith(b"{"):
        read: bytes | None = written
    else:
        text = msgspec.json.decode(written, type=str | None)
        read = None if text is None else base64.b64decode(text, validate=True)
    return LogRecord(offset, timestamp, None if key is None else key.encode(), read)
