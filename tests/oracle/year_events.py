"""The completejourney year as records: the published baskets and profiles, with the clicks and
chats that the demonstration joins to them, so that all four topics are in use.

The first use downloads the archives and prepares the events, in a folder of its own under the
cache; several processes may ask for them at once.
"""

import fcntl
from collections.abc import Container, Sequence
from pathlib import Path
from typing import NamedTuple

from tagger.codecs.encode import Encoder
from tagger.codecs.event_files import read_events
from tagger.demo.datasets import default_cache_dir
from tagger.demo.download import download
from tagger.demo.prepare import prepare
from tagger.domain.commands import TagCommand
from tagger.domain.dead_letters import RecordError
from tagger.domain.event_types import type_name
from tagger.domain.events import Event
from tagger.stream.murmur2 import partition_of
from tagger.stream.topics import InputKind, Topics

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
PARTITIONS = 4
TOPICS = Topics()
_TOPIC_OF: dict[InputKind, str] = {kind: topic for topic, kind in TOPICS.inputs().items()}


class Record(NamedTuple):
    """An event as its topic holds it."""

    topic: str
    partition: int
    key: bytes
    value: bytes


class Year(NamedTuple):
    """Events in order, and the record of each. `begin` and `end` are the instants of the whole
    year's first and last event, also where these are the events of some households alone."""

    events: Sequence[Event]
    records: Sequence[Record]
    begin: int
    end: int

    def of(self, customers: Container[str]) -> "Year":
        """The events of these customers."""
        pairs = zip(self.events, self.records, strict=True)
        kept = [pair for pair in pairs if pair[0].customer_id in customers]
        return self._replace(events=[each[0] for each in kept], records=[each[1] for each in kept])

    def day(self, event: Event) -> int:
        """Days from the beginning to the event."""
        return (event.occurred_at - self.begin) // DAY_MS

    def day_begins(self, day: int) -> int:
        """The instant at which the day of this number begins."""
        return self.begin + day * DAY_MS


def event_file() -> Path:
    """The year as an event file, made if need be."""
    cache = default_cache_dir()
    own = cache / "tests"
    own.mkdir(parents=True, exist_ok=True)
    with (own / "year.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        (path,) = prepare(own, archives=download(cache)).paths
    return path


def events_in(path: Path) -> list[Event]:
    """The events of a file, in its order. Raises TypeError for a line that is none."""
    events: list[Event] = []
    for line in read_events(path):
        if isinstance(line.content, TagCommand | RecordError):
            raise TypeError(f"{path}:{line.line}: not an event: {line.content}")
        events.append(line.content)
    return events


def year_of(events: Sequence[Event]) -> Year:
    """A year of these events, encoded as producers do by default."""
    encode = Encoder().encode
    records = [_record(event, encode(event)) for event in events]
    return Year(events, records, events[0].occurred_at, events[-1].occurred_at)


def partition(event: Event) -> int:
    """The partition of the event's customer."""
    return partition_of(event.customer_id.encode(), PARTITIONS)


def _record(event: Event, value: bytes) -> Record:
    topic = _TOPIC_OF[type_name(event)]
    return Record(topic, partition(event), event.customer_id.encode(), value)
