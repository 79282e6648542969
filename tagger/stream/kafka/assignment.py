"""Which partitions this member holds, and which shards are whole. Pure bookkeeping.

A shard is whole when all input topics have its partition; only then may it open. Partitions of
one shard may come and go in several callbacks. A record is admitted only from an open shard and
at or after the partition's position: everything before was handed over already, or precedes the
shard's start. One thread changes it; others may read it at any time.
"""

from collections.abc import Iterable, Mapping

Partition = tuple[str, int]
"""Topic and partition number; the number is the shard's."""

NOWHERE = 2**63
"""Beyond all offsets."""


class Assignment:
    """One member's share of the input topics `topics`."""

    def __init__(self, topics: Iterable[str]) -> None:
        self._topics = tuple(sorted(topics))
        self._opening: frozenset[int] = frozenset()
        self._epochs: dict[int, int] = {}
        self._tenures: dict[int, int] = {}
        self._position: dict[Partition, int] = {}
        self._end_seen: dict[Partition, int] = {}
        self.partitions: frozenset[Partition] = frozenset()
        """All that are held, also those of shards that are not whole."""
        self.open_shards: frozenset[int] = frozenset()
        """Shards whose records are admitted."""

    @property
    def open_partitions(self) -> list[Partition]:
        """The partitions of the open shards."""
        return [(topic, shard) for shard in sorted(self.open_shards) for topic in self._topics]

    @property
    def assigned_partitions(self) -> list[Partition]:
        """The partitions of the open shards and of those that are opening."""
        shards = sorted(self.open_shards | self._opening)
        return [(topic, shard) for shard in shards for topic in self._topics]

    @property
    def settled(self) -> bool:
        """Every held partition belongs to an open shard."""
        return {shard for _, shard in self.partitions} == self.open_shards

    def gain(self, partitions: Iterable[Partition]) -> frozenset[int]:
        """Take over partitions; answers the shards that became whole and must be opened."""
        self.partitions |= frozenset(partitions)
        whole = {
            shard
            for _, shard in self.partitions
            if all((topic, shard) in self.partitions for topic in self._topics)
        }
        started = frozenset(whole - self.open_shards - self._opening)
        self._opening |= started
        return started

    def open(self, starts: Mapping[Partition, int]) -> None:
        """Admit records of the shards of `starts` from these offsets on; a negative offset stands
        for the beginning."""
        for partition, offset in starts.items():
            self._position[partition] = offset
            self._end_seen.pop(partition, None)
        shards = frozenset(shard for _, shard in starts)
        self.open_shards |= shards
        self._opening -= shards

    def give(self, partitions: Iterable[Partition]) -> frozenset[int]:
        """Let go of partitions; answers the shards that were open or opening and must close."""
        gone = frozenset(partitions)
        shards = {shard for _, shard in gone}
        closed = frozenset(shards & (self.open_shards | self._opening))
        self.partitions -= gone
        self.open_shards -= closed
        self._opening -= closed
        for shard in closed:
            self._epochs[shard] = self.epoch(shard) + 1
            for topic in self._topics:
                self._end_seen.pop((topic, shard), None)
        return closed

    def epoch(self, shard: int) -> int:
        """Grows by one whenever the shard closes: a batch of an earlier epoch is stale."""
        return self._epochs.get(shard, 0)

    def tenure(self, shard: int) -> int:
        """Grows by one whenever the shard stops being ours: a commit begun before is void."""
        return self._tenures.get(shard, 0)

    def end_tenure(self, shards: Iterable[int]) -> None:
        """The shards are ours no longer: their last checkpoint was made, or never will be."""
        for shard in shards:
            self._tenures[shard] = self.tenure(shard) + 1

    def is_leaving(self, shard: int) -> bool:
        """Whether a shard that was opened is ours only until its last checkpoint is made."""
        return shard not in self._opening and shard not in self.open_shards

    def position(self, partition: Partition) -> int:
        """The offset after the last record handed over; negative stands for the beginning."""
        return self._position[partition]

    def admitted_from(self, partition: Partition) -> int:
        """The first offset of records to be handed over, `NOWHERE` when none are."""
        return self._position[partition] if partition[1] in self.open_shards else NOWHERE

    def advance(self, partition: Partition, position: int) -> None:
        """All records before `position` have been handed over."""
        self._position[partition] = position

    def saw_end(self, partition: Partition, offset: int) -> None:
        """Nothing lies between the position and `offset`, the partition's end for readers."""
        if partition[1] in self.open_shards:
            self._end_seen[partition] = offset

    def readable_end(self, partition: Partition, end: int) -> int:
        """The end as a reader can reach it: commit markers of transactions, which are never
        handed over, may lie between the last record and the broker's `end`."""
        if end <= self._end_seen.get(partition, -1):
            return max(self._position[partition], 0)
        return end
