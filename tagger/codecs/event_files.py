"""Event files: JSON Lines, plain or compressed with gzip or zstd, read in bounded memory.

A bad line is an item of its own and harms no other line; only a file that cannot be read to its
end is an error. The compression is told by the first bytes, not by the file's name.
"""

import gzip
import io
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

import msgspec
import zstandard

from tagger.codecs.json_events import JsonEvents
from tagger.codecs.json_fields import to_json
from tagger.codecs.wire import Input
from tagger.codecs.zstd_stream import ZstdStream
from tagger.domain.dead_letters import DeadLetterCode, RecordError

MAX_LINE_BYTES = 1_048_576
STDIN = "-"
_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class EventFileError(Exception):
    """A file cannot be read, or not to its end; the message says which one, where and why."""


class EventLine(msgspec.Struct, frozen=True, gc=False):
    """A line that is not blank: what it says, or what is wrong with it. Lines count from 1."""

    file: str
    line: int
    content: Input | RecordError


def read_events(
    path: str | Path, *, decoder: JsonEvents | None = None, max_line_bytes: int = MAX_LINE_BYTES
) -> Iterator[EventLine]:
    """The lines of a file in its order; `-` is standard input.

    `decoder` says how strict to be, and counts ignored fields. Raises EventFileError when the
    file cannot be opened, or once the lines before the trouble are out.
    """
    decode = (decoder or JsonEvents()).decode
    file, number = str(path), 0
    try:
        with _opened(file) as raw:
            for number, line in _lines(_decompressed(raw), max_line_bytes):
                if line is None:
                    yield EventLine(file, number, _too_long(max_line_bytes))
                elif line and not line.isspace():
                    try:
                        yield EventLine(file, number, decode(line))
                    except RecordError as error:
                        yield EventLine(file, number, error)
    except (OSError, EOFError, zlib.error, zstandard.ZstdError) as error:
        reason = getattr(error, "strerror", None) or error
        where = f"{file}: after line {number}" if number else file
        raise EventFileError(f"{where}: {reason}") from error


def event_line(event: Input) -> bytes:
    """An event or command as a line of an event file, with its newline."""
    return to_json(event) + b"\n"


@contextmanager
def _opened(file: str) -> "Iterator[io.BufferedReader[Any]]":
    """Standard input is left open: it belongs to the process."""
    if file != STDIN:
        with Path(file).open("rb") as raw:
            yield raw
    elif isinstance(sys.stdin.buffer, io.BufferedReader):
        yield sys.stdin.buffer
    else:
        buffered = io.BufferedReader(cast("io.BufferedIOBase", sys.stdin.buffer))
        try:
            yield buffered
        finally:
            buffered.detach()


def _decompressed(raw: "io.BufferedReader[Any]") -> BinaryIO:
    begin = raw.peek(4)
    if begin.startswith(_GZIP):
        return cast("BinaryIO", gzip.GzipFile(fileobj=raw))
    if begin.startswith(_ZSTD):
        return ZstdStream.buffered(raw)
    return raw


def _lines(source: BinaryIO, max_bytes: int) -> Iterator[tuple[int, bytes | None]]:
    """Number and bytes of each line; None for a longer one, whose rest is skipped."""
    number = 0
    while line := source.readline(max_bytes + 1):
        number += 1
        if number == 1:
            line = line.removeprefix(_BYTE_ORDER_MARK)
        if len(line) <= max_bytes or line.endswith(b"\n"):
            yield number, line
            continue
        while line and not line.endswith(b"\n"):
            line = source.readline(max_bytes)
        yield number, None


def _too_long(max_bytes: int) -> RecordError:
    return RecordError(DeadLetterCode.TOO_LARGE, f"a line of more than {max_bytes} bytes")
