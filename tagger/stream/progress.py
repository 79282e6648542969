"""How a worker is getting on, as values: for readiness, metrics and people."""

from collections.abc import Iterable

import msgspec

from tagger.engine.step import BEFORE_TIME
from tagger.stream.frontier import Reading
from tagger.stream.shard import Shard
from tagger.telemetry import Telemetry

_SPARE = "spare: there are more workers than partitions; it takes shards over when others leave"
_NO_SHARDS = (
    "no shard is open: the group has given this worker none yet, or they are being restored, or "
    "the brokers do not answer"
)


class TopicProgress(msgspec.Struct, frozen=True):
    """`lag_records` is None while the end is not known, `lag_ms` while nothing was read.
    `is_paused`: far ahead of the other topics, and waiting for them."""

    topic: str
    position: int
    lag_records: int | None
    lag_ms: int | None
    caught_up: bool
    is_paused: bool = False


class ShardProgress(msgspec.Struct, frozen=True):
    """`frontier` is None before the clock has started. `deadlines_due` is an upper
    bound, see `Deadlines.count_due`. `unanswered` are the topics of which no broker has told the
    end lately, `state_version` is that of the records that the shard writes."""

    shard: int
    frontier: int | None
    topics: tuple[TopicProgress, ...]
    profiles: int
    waiting: int
    deadlines_pending: int
    deadlines_due: int
    unanswered: tuple[str, ...] = ()
    state_version: int = 0

    @property
    def is_fresh(self) -> bool:
        """Whether the brokers answer for all topics."""
        return not self.unanswered


class WorkerProgress(msgspec.Struct, frozen=True):
    """`is_ready`: the worker has shards, the brokers answer for all their topics, and the topics
    are as they should be; a worker that is spare, because there are more workers than shards, is
    ready when the brokers say that it is. `caught_up`: it is ready, and every topic of every shard
    has been read to its end. `reason` says in words why it is not ready, or that it is spare."""

    is_ready: bool
    caught_up: bool
    records_read: int
    shards: tuple[ShardProgress, ...]
    reason: str = ""
    is_held: bool = False
    """Something else than brokers and worker is away, and records have to wait for it."""

    def held(self, fault: str) -> "WorkerProgress":
        """The same while records wait because of `fault`; an empty one changes nothing."""
        if not fault:
            return self
        return msgspec.structs.replace(
            self, is_ready=False, caught_up=False, is_held=True, reason=self.reason or fault
        )


def worker_progress(
    shards: Iterable[Shard], now: int, *, records_read: int, is_spare: bool, fault: str
) -> WorkerProgress:
    """How a worker with `shards` stands at the instant `now`. `is_spare`: the group has said that
    there are none for it; `fault` is what is wrong with the topics, if anything is."""
    each = tuple(shard_progress(shard, now) for shard in shards)
    unanswered = [
        f"{topic.topic}/{shard.shard}"
        for shard in each
        for topic in shard.topics
        if topic.topic in shard.unanswered
    ]
    if fault:
        reason = fault
    elif unanswered:
        reason = _unanswered_reason(unanswered)
    elif not each:
        reason = _SPARE if is_spare else _NO_SHARDS
    else:
        reason = ""
    is_ready = not fault and not unanswered and (is_spare or bool(each))
    return WorkerProgress(
        is_ready=is_ready,
        caught_up=is_ready and all(topic.caught_up for shard in each for topic in shard.topics),
        records_read=records_read,
        shards=each,
        reason=reason,
    )


def _unanswered_reason(partitions: list[str]) -> str:
    more = f" and {len(partitions) - 1} more" if len(partitions) > 1 else ""
    return (
        f"the brokers do not say where {partitions[0]}{more} ends: they are away, or the partition "
        "has no leader; its shard goes on when they answer"
    )


def shard_progress(shard: Shard, now: int) -> ShardProgress:
    """How `shard` stands at the instant `now`."""
    frontier = shard.frontier
    paused = {topic for topic, lane in shard.merge.lanes.items() if lane.is_paused}
    reference = now if frontier.fed_until is None else frontier.fed_until
    return ShardProgress(
        shard=shard.number,
        frontier=frontier.at if frontier.at > BEFORE_TIME else None,
        topics=tuple(
            _topic_progress(reading, reference, is_paused=reading.topic in paused)
            for reading in (*shard.readings, shard.commands)
        ),
        profiles=len(shard.store),
        waiting=len(shard.merge),
        deadlines_pending=len(shard.deadlines),
        deadlines_due=shard.deadlines.count_due(frontier.at),
        unanswered=tuple(frontier.unanswered),
        state_version=shard.state_version,
    )


def _topic_progress(reading: Reading, reference: int, *, is_paused: bool) -> TopicProgress:
    end = reading.end
    lag_records = None if end is None else max(0, end - reading.position)
    if lag_records == 0:
        lag_ms: int | None = 0
    else:
        lag_ms = max(0, reference - reading.mark) if reading.mark > BEFORE_TIME else None
    return TopicProgress(
        topic=reading.topic,
        position=reading.position,
        lag_records=lag_records,
        lag_ms=lag_ms,
        caught_up=lag_records == 0,
        is_paused=is_paused,
    )


def report_progress(progress: WorkerProgress, now: int, telemetry: Telemetry) -> None:
    """Set the gauges."""
    lags_ms: dict[str, int] = {}
    for shard in progress.shards:
        for topic in shard.topics:
            if topic.lag_ms is not None:
                lags_ms[topic.topic] = max(topic.lag_ms, lags_ms.get(topic.topic, 0))
        telemetry.state_version(shard.shard, shard.state_version)
        if shard.frontier is not None:
            telemetry.clock(shard.shard, (now - shard.frontier) / 1_000)
        telemetry.shard_size(
            shard.shard,
            profiles=shard.profiles,
            waiting=shard.waiting,
            pending=shard.deadlines_pending,
            due=shard.deadlines_due,
        )
    telemetry.lags({name: lag_ms / 1_000 for name, lag_ms in lags_ms.items()})
