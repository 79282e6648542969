"""How a worker is getting on, as values: for readiness, metrics and people."""

import msgspec

from tagger.engine.step import BEFORE_TIME
from tagger.stream.frontier import Reading
from tagger.stream.shard import Shard
from tagger.telemetry import Telemetry

_DUE_CAP = 10_000


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
    """`frontier` is None before the clock has started. `deadlines_due` counts no further than
    10,000."""

    shard: int
    frontier: int | None
    topics: tuple[TopicProgress, ...]
    profiles: int
    waiting: int
    deadlines_pending: int
    deadlines_due: int
    is_fresh: bool


class WorkerProgress(msgspec.Struct, frozen=True):
    """`is_ready`: the worker has shards, and the broker answers. `caught_up`: it is ready, and
    every topic of every shard has been read to its end."""

    is_ready: bool
    caught_up: bool
    records_read: int
    shards: tuple[ShardProgress, ...]


def shard_progress(shard: Shard, now: int) -> ShardProgress:
    """How `shard` stands at the wall clock `now`."""
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
        deadlines_due=shard.deadlines.count_due(frontier.at, _DUE_CAP),
        is_fresh=frontier.is_fresh(now),
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
