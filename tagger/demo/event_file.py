"""Writes events as an event file: JSON Lines, compressed as the file's ending says.

The file appears whole or not at all, and the same events always give the same bytes.
"""

import gzip
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import zstandard

from tagger.codecs.event_files import event_line
from tagger.domain.commands import TagCommand
from tagger.domain.event_types import TYPE_ORDER
from tagger.domain.events import Event


class _Sink(Protocol):
    def write(self, data: bytes, /) -> int: ...


def file_order(event: Event) -> tuple[int, int]:
    """Events of an event file are in this order: by time, then by type."""
    return event.occurred_at, TYPE_ORDER[type(event)]


def write_events(events: Iterable[Event | TagCommand], target: Path) -> int:
    """Writes `events`, commands among them, in their order to `target`; their number."""
    target.parent.mkdir(parents=True, exist_ok=True)
    incoming = target.with_name(f".{os.getpid()}-{target.name}")
    count = 0
    try:
        with _opened(incoming) as file:
            for event in events:
                file.write(event_line(event))
                count += 1
        incoming.replace(target)
    finally:
        incoming.unlink(missing_ok=True)
    return count


@contextmanager
def _opened(path: Path) -> Iterator[_Sink]:
    with path.open("wb") as plain:
        if path.suffix == ".zst":
            with zstandard.ZstdCompressor(level=1).stream_writer(plain, closefd=False) as file:
                yield file
        elif path.suffix == ".gz":
            with gzip.GzipFile(filename="", mode="wb", fileobj=plain, mtime=0) as zipped:
                yield zipped
        else:
            yield plain
