"""Tells a worker that stands still from one that has to wait.

A partition stands still when records wait in it, the brokers answer and nothing moves. A producer's
transaction that is still open looks the same: the partition goes on behind it, and nobody who reads
only what is committed may read there. So before a partition counts as standing still, the brokers
are asked how far such a reader can get. That a reader was told of an end proves nothing: one that
has gone silent since was told of one too.

Nor does a partition stand still whose turn has not come: the client gives what it has read of one
partition after the other, and in a backlog that may keep a worker busy for minutes. All have had
their turn when the client has had no more to give, or when nothing that it gave is under way any
more. A worker that has more to do than it can for a second or longer in every minute is not watched
for this.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping
from time import monotonic
from typing import Protocol

from tagger.stream.kafka.assignment import Partition
from tagger.stream.kafka.clients import logger
from tagger.stream.progress import ShardProgress, TopicProgress, WorkerProgress

STALLED_S = 60.0
SUSPECT_S = 30.0
"""After so long the brokers are asked. It is sooner than anything is decided, so that a reader has
time left when the transaction has just ended."""

ReadableEnds = Callable[[Collection[Partition]], Awaitable[Mapping[Partition, int]]]
"""How far partitions can be read while transactions are open in them; those that were answered."""
_Lagging = dict[Partition, tuple[ShardProgress, TopicProgress]]


class Reader(Protocol):
    """What reads the partitions."""

    @property
    def emptied(self) -> int:
        """How often the client had no more to give."""

    @property
    def outstanding(self) -> int:
        """Records under way to the worker."""


class StallWatch:
    """Notices a partition that stands still.

    A paused topic waits for the others of its shard: it moves when any of them does, and waits for
    a transaction when any of them does.
    """

    def __init__(
        self,
        readable_ends: ReadableEnds,
        reader: Reader,
        clock_s: Callable[[], float] = monotonic,
    ) -> None:
        self._readable_ends = readable_ends
        self._reader = reader
        self._emptied = -1
        self._clock_s = clock_s
        self._moved: dict[Partition, tuple[object, float]] = {}
        """What was seen of each partition that lags, and since when it could have moved."""
        self._held: set[Partition] = set()
        """Those that could not move at the last look."""
        self.behind_transactions: tuple[Partition, ...] = ()
        """Where a transaction has been open for long."""

    @property
    def reason(self) -> str:
        """Which partitions wait for the end of a transaction, in words; empty when none does."""
        if not self.behind_transactions:
            return ""
        names = ", ".join(f"{topic}/{shard}" for topic, shard in self.behind_transactions)
        return (
            f"a producer has left a transaction open in {names}: records behind it are read when "
            "it is committed or aborted"
        )

    async def stalled(self, progress: WorkerProgress) -> Partition | None:
        """Look at the worker; to be called every second or so, and not again before it returns.
        Gives a partition that has stood still for too long."""
        now_s, lagging = self._clock_s(), _lagging(progress)
        self._see(lagging, now_s)
        suspects = self._held | self._still_for(SUSPECT_S, now_s)
        shards = {shard for _, shard in suspects}
        asked = [
            at for at, (_, topic) in lagging.items() if at[1] in shards and not topic.is_paused
        ]
        ends = await self._readable_ends(asked) if asked else {}
        if not ends.keys() >= set(asked):
            return None
        behind = {at for at in asked if ends[at] <= lagging[at][1].position}
        waiting = {shard for _, shard in behind}
        self._held = {
            at for at in suspects if at in behind or (lagging[at][1].is_paused and at[1] in waiting)
        }
        for at in self._held:
            self._moved[at] = (self._moved[at][0], now_s)
        self._tell(tuple(sorted(suspects & behind)))
        return min(self._still_for(STALLED_S, now_s), default=None)

    def _see(self, lagging: _Lagging, now_s: float) -> None:
        emptied_before, self._emptied = self._emptied, self._reader.emptied
        had_their_turn = self._emptied != emptied_before or not self._reader.outstanding
        before, states = self._moved, {at: _state(*each) for at, each in lagging.items()}
        still = {at for at, state in states.items() if at in before and before[at][0] == state}
        self._moved = {
            at: before[at] if had_their_turn and at in still else (state, now_s)
            for at, state in states.items()
        }
        self._held &= still

    def _still_for(self, seconds: float, now_s: float) -> set[Partition]:
        return {at for at, (_, since_s) in self._moved.items() if now_s - since_s > seconds}

    def _tell(self, behind: tuple[Partition, ...]) -> None:
        if behind == self.behind_transactions:
            return
        self.behind_transactions = behind
        if behind:
            logger.warning("%s", self.reason)
        else:
            logger.info("no input waits for the end of a transaction any longer")


def _lagging(progress: WorkerProgress) -> _Lagging:
    """The partitions with records to read; none while records have to wait for something that
    another worker would wait for too."""
    if progress.is_held:
        return {}
    return {
        (topic.topic, shard.shard): (shard, topic)
        for shard in progress.shards
        for topic in shard.topics
        if shard.is_fresh and topic.lag_records
    }


def _state(shard: ShardProgress, topic: TopicProgress) -> object:
    """What changes when the partition moves."""
    if topic.is_paused:
        return [shard.frontier, *(each.position for each in shard.topics)]
    return topic.position
