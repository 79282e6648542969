"""What there is to move when the inputs get another number of partitions, and what forbids it.

Every call blocks. Only looks: nothing is written.
"""

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from confluent_kafka.admin import AdminClient

from tagger.settings import Settings
from tagger.stream.kafka import clients
from tagger.stream.kafka.assignment import Partition
from tagger.stream.kafka.group_members import members_of
from tagger.stream.kafka.migration_faults import ROLE, MigrationError
from tagger.stream.kafka.migration_group import committed_of, has_moved, partitions_before
from tagger.stream.kafka.partition_reader import bounds, records_of
from tagger.stream.kafka.preflight import TopicsError
from tagger.stream.kafka.topic_admin import TopicAdmin
from tagger.stream.log import Committed
from tagger.stream.metadata import ClockMetadata, decoded, restored_clock
from tagger.stream.topics import Topics

PATIENCE_S = 15.0
"""For members to leave, as static ones do when their session ends, and for transactions to end."""
PAUSE_S = 0.2


@dataclass(frozen=True)
class Move:
    """From the topics `old`, in which customers lie on `before` partitions, to `new`, of `after`.
    `committed` is by old partition. `unread` has, for each partition of the old inputs, the next
    offset to read and its end, `changelog` the same for all of the old changelog. `is_made`:
    profiles and clocks have been moved before, and only what producers have written to the old
    topics since is left."""

    old: Topics
    new: Topics
    before: int
    after: int
    committed: Mapping[int, Mapping[str, Committed]]
    unread: Mapping[Partition, tuple[int, int]]
    changelog: Mapping[Partition, tuple[int, int]]
    is_made: bool

    def names(self) -> dict[str, str]:
        """The new name of each old input topic."""
        return _names(self.old, self.new)

    def old_names(self) -> tuple[str, ...]:
        """The old inputs and the old changelog."""
        return self.old.sharded()

    def new_names(self) -> tuple[str, ...]:
        """The new ones, in the same order."""
        return self.new.sharded()

    def new_partitions(self) -> list[Partition]:
        """Of all new topics."""
        return [(topic, number) for topic in self.new_names() for number in range(self.after)]

    def most_unread(self) -> int:
        """No more records than this wait in the old inputs."""
        return sum(end - start for start, end in self.unread.values())

    def clocks(self) -> dict[int, ClockMetadata]:
        """By old shard; one of which nothing was ever read, and in which nothing waits, says
        nothing about time."""
        return {
            shard: restored_clock(decoded(committed))
            for shard, committed in self.committed.items()
            if shard < self.before
            if committed or any(self._waits(topic, shard) for topic in self.old.inputs())
        }

    def _waits(self, topic: str, shard: int) -> bool:
        start, end = self.unread.get((topic, shard), (0, 0))
        return start < end


def look(settings: Settings, new: Topics, after: int) -> Move:
    """What a move to the topics `new` would move.

    Raises TopicsError with everything that forbids it, LogUnavailableError, and SettingsError.
    """
    old, admin = settings.topics, clients.admin(settings)
    present = TopicAdmin(settings, ROLE).present((*old.sharded(), *new.sharded()))
    counts = {name: topic.partitions for name, topic in present.items()}
    if missing := [name for name in old.sharded() if name not in counts]:
        raise MigrationError(f"topic {', '.join(missing)} is missing")
    old_counts = {name: counts[name] for name in old.sharded()}
    committed = committed_of(settings, old.inputs(), max(old_counts.values()))
    begun = committed_of(settings, (name for name in new.inputs() if name in counts), after)
    names = _names(old, new)
    if is_made := has_moved(settings.group, names, committed, begun):
        before = min(old_counts.values())
    else:
        before = partitions_before(settings.group, committed, old_counts, after)
    inputs = [(name, number) for name in old.inputs() for number in range(counts[name])]
    stored = [(old.profile_changelog, number) for number in range(before)]
    ends = _settled_bounds(settings, [*inputs, *stored])
    faults = [
        *_cut(ends, stored),
        *_gone(committed, ends),
        *_foreign(settings, counts, new, after, is_made=is_made),
        *(() if is_made else _present_members(admin, settings.group)),
    ]
    if faults:
        raise TopicsError(faults)
    unread = {
        (topic, number): (_next(committed[number], topic, ends[topic, number][0]), end)
        for (topic, number), (_, end) in ends.items()
        if topic != old.profile_changelog
    }
    changelog = {at: ends[at] for at in stored}
    return Move(old, new, before, after, committed, unread, changelog, is_made)


def _names(old: Topics, new: Topics) -> dict[str, str]:
    """The new name of each old input topic."""
    return dict(zip(old.inputs(), new.inputs(), strict=True))


def _next(committed: Mapping[str, Committed], topic: str, first: int) -> int:
    return committed[topic].offset if topic in committed else first


def _settled_bounds(
    settings: Settings, partitions: list[Partition]
) -> dict[Partition, tuple[int, int]]:
    """Where partitions begin and end, once no transaction is open on them."""
    deadline_s = time.monotonic() + PATIENCE_S
    while True:
        written = bounds(settings, partitions, "read_uncommitted")
        ended = bounds(settings, partitions, "read_committed")
        open_at = [at for at in partitions if ended[at][1] < written[at][1]]
        if not open_at:
            return ended
        if time.monotonic() > deadline_s:
            topic, number = open_at[0]
            raise MigrationError(
                f"a transaction is open on {topic}/{number}: a producer or a worker is still "
                "writing; stop it, or wait until the brokers end its transaction"
            )
        time.sleep(PAUSE_S)


def _cut(ends: Mapping[Partition, tuple[int, int]], stored: Iterable[Partition]) -> Iterator[str]:
    for topic, number in stored:
        first, _ = ends[topic, number]
        if first > 0:
            yield (
                f"{topic}/{number}: the changelog begins at offset {first}, so profiles are "
                "missing from it. Its cleanup.policy must be compact, without delete"
            )


def _gone(
    committed: Mapping[int, Mapping[str, Committed]],
    ends: Mapping[Partition, tuple[int, int]],
) -> Iterator[str]:
    for shard, positions in committed.items():
        for topic, position in positions.items():
            first, _ = ends[topic, shard]
            if position.offset < first:
                yield (
                    f"{topic}/{shard}: the position is {position.offset}, and records before "
                    f"{first} are gone: retention has removed what was never read. Reset the "
                    "group's offsets to what is there, if that loss is known"
                )


def _foreign(
    settings: Settings, counts: Mapping[str, int], new: Topics, after: int, *, is_made: bool
) -> Iterator[str]:
    """What is wrong with new topics that are there: before the move they are empty."""
    there = [name for name in new.sharded() if name in counts]
    for name in there:
        if counts[name] != after:
            yield f"topic {name} has {counts[name]} partitions, not {after}; choose a --suffix"
    if is_made:
        if missing := [name for name in new.sharded() if name not in there]:
            yield f"topic {', '.join(missing)} is gone, and customers were moved there"
        return
    partitions = [(name, number) for name in there for number in range(counts[name])]
    for (name, number), (first, end) in bounds(settings, partitions, "read_committed").items():
        if next(records_of(settings, (name, number), first, end), None) is not None:
            yield (
                f"{name}/{number} holds records: what waits in the old topics has to stand before "
                "them. Stop the producers and make the topic anew, or choose a --suffix"
            )


def _present_members(admin: AdminClient, group: str) -> Iterator[str]:
    deadline_s = time.monotonic() + PATIENCE_S
    while members := members_of(admin, group):
        if time.monotonic() > deadline_s:
            yield (
                f"group {group} has members, {', '.join(members)}: stop its workers. A static "
                "member stays until its session has ended"
            )
            return
        time.sleep(PAUSE_S)
