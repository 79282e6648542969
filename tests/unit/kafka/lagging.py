"""Workers that lag, as progress tells them."""

from tagger.stream.progress import ShardProgress, TopicProgress, WorkerProgress


class Emptied:
    """A reader whose client has no more to give, whenever one asks, while it `is_idle`."""

    def __init__(self) -> None:
        self.is_idle = True
        self.outstanding = 100
        self._emptied = 0

    @property
    def emptied(self) -> int:
        """Once more each time."""
        self._emptied += self.is_idle
        return self._emptied


def topic_at(
    position: int, lag: int = 5, *, name: str = "a", paused: bool = False
) -> TopicProgress:
    """A topic of which `lag` records wait."""
    return TopicProgress(
        topic=name,
        position=position,
        lag_records=lag,
        lag_ms=lag,
        caught_up=not lag,
        is_paused=paused,
    )


def shard_of(
    *topics: TopicProgress, shard: int = 0, frontier: int = 0, fresh: bool = True
) -> ShardProgress:
    """A shard; the brokers answer for it while it is `fresh`."""
    return ShardProgress(
        shard=shard,
        frontier=frontier,
        topics=topics,
        profiles=0,
        waiting=0,
        deadlines_pending=0,
        deadlines_due=0,
        unanswered=() if fresh else tuple(topic.topic for topic in topics),
    )


def progress_of(*shards: ShardProgress) -> WorkerProgress:
    """A worker that is ready."""
    return WorkerProgress(is_ready=True, caught_up=False, records_read=0, shards=shards)
