"""How customers, unread records and clocks move when the inputs get another number of partitions.

Pure. The rules it keeps:

* a customer's old partition is `hash % before` and the new one `hash % after`, so an old partition
  feeds those new ones that equal it modulo the greatest common divisor of both numbers;
* unread records of a topic are put in order of their timestamps, as if their producers had written
  to the new partitions from the start, and those of one partition keep their order;
* a new shard's clock stands where the one furthest behind of those that feed it stood, so that
  nobody's time passes before his records are read. A customer whose shard was further ahead keeps
  his own clock: it is in his profile;
* a stored profile is taken over byte by byte. The offsets beside it were those of the old topics;
  the new ones hold nothing that it has already.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from heapq import merge
from math import gcd

import msgspec

from tagger.engine.step import BEFORE_TIME
from tagger.stream import changelog_record
from tagger.stream.log import LogRecord
from tagger.stream.metadata import ClockMetadata
from tagger.stream.topics import Topics

_ADDED = re.compile(r"-p\d+$", re.ASCII)

Placed = tuple[int, LogRecord]
"""A record and the partition that it lies in."""


def topics_after(topics: Topics, suffix: str) -> Topics:
    """The names with new input topics and a new changelog; what the program publishes stays where
    it is. `suffix` takes the place of one that an earlier move has added."""
    sharded = topics.sharded()
    names = {
        role: _ADDED.sub("", name) + suffix if name in sharded else name
        for role, name in msgspec.structs.asdict(topics).items()
    }
    return Topics(**names)


def feeding(shard: int, before: int, after: int) -> range:
    """The old partitions from which customers may come to `shard`, when there were `before`
    partitions and will be `after`."""
    step = gcd(before, after)
    return range(shard % step, before, step)


def state_version(clocks: Iterable[ClockMetadata]) -> int:
    """The newest version of the state that may be among the records of old shards."""
    return max((clock.version for clock in clocks), default=0) or changelog_record.VERSION


def clock_after(
    clocks: Iterable[ClockMetadata], names: Mapping[str, str], after: int, version: int
) -> ClockMetadata:
    """What is committed for a new shard that `clocks` feed; none is a clock that has yet to start.
    `names` has the new name of each old input topic, `version` is that of the state."""
    sources = list(clocks) or [ClockMetadata()]
    marks = {
        new: min(clock.marks.get(old, BEFORE_TIME) for clock in sources)
        for old, new in names.items()
    }
    return msgspec.structs.replace(
        max(sources, key=lambda clock: clock.frontier),
        version=version,
        frontier=min(clock.frontier for clock in sources),
        marks={topic: mark for topic, mark in marks.items() if mark > BEFORE_TIME},
        proven={},
        waiting={},
        partitions=after,
    )


def in_order_of_time(partitions: Mapping[int, Iterator[LogRecord]]) -> Iterator[Placed]:
    """The records of all partitions: whichever stands first in its partition and has the earliest
    timestamp. So they come by the greatest timestamp up to each, and those of one partition stay in
    their order."""
    runs = [_placed(number, records) for number, records in sorted(partitions.items())]
    return merge(*runs, key=lambda placed: placed[1].timestamp)


def _placed(partition: int, records: Iterator[LogRecord]) -> Iterator[Placed]:
    for record in records:
        yield partition, record


def moved_record(record: bytes) -> bytes:
    """The changelog record of the same profile in front of new input topics. Raises
    ChangelogRecordError."""
    return changelog_record.with_offsets(record, changelog_record.encode_offsets({}))
