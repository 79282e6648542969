"""When a worker counts as standing still, and what the web server says about it."""

import asyncio

import pytest
from aiohttp import ClientSession
from prometheus_client import CollectorRegistry

from tagger.stream.kafka.health import STALLED_S, HealthServer, Watch
from tagger.stream.progress import ShardProgress, TopicProgress, WorkerProgress


def _topic(position: int, lag: int = 5, *, name: str = "a", paused: bool = False) -> TopicProgress:
    return TopicProgress(
        topic=name,
        position=position,
        lag_records=lag,
        lag_ms=lag,
        caught_up=not lag,
        is_paused=paused,
    )


def _shard(
    *topics: TopicProgress, shard: int = 0, frontier: int = 0, fresh: bool = True
) -> ShardProgress:
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


def _stalls(*looks: list[ShardProgress]) -> list[bool]:
    """What the watch says at each look, with more than the limit between two looks."""
    now_s = 0.0
    watch = Watch(lambda: now_s)
    answers = []
    for shards in looks:
        progress = WorkerProgress(
            is_ready=True, caught_up=False, records_read=0, shards=tuple(shards)
        )
        answers.append(watch.stalled(progress) is not None)
        now_s += STALLED_S + 1
    return answers


def test_nothing_moved_although_records_wait() -> None:
    assert _stalls([_shard(_topic(5))], [_shard(_topic(5))]) == [False, True]


def test_reading_counts_as_moving() -> None:
    assert not any(_stalls(*([_shard(_topic(n))] for n in (5, 6, 7))))


def test_a_stuck_shard_is_seen_while_another_moves() -> None:
    stuck = _shard(_topic(5))
    looks = [[stuck, _shard(_topic(n, n % 2), shard=1, frontier=n)] for n in (1, 2, 3)]
    assert _stalls(*looks) == [False, True, True]


def test_a_stuck_topic_is_seen_while_another_of_its_shard_moves() -> None:
    looks = [[_shard(_topic(5), _topic(n, name="b"))] for n in (1, 2)]
    assert _stalls(*looks) == [False, True]


def test_a_topic_that_waits_for_the_others_stands_still_only_with_them() -> None:
    ahead = _topic(5, paused=True)
    assert not any(_stalls(*([_shard(ahead, _topic(n, name="b"))] for n in (1, 2, 3))))
    behind = _topic(1, 0, name="b")
    assert _stalls([_shard(ahead, behind)], [_shard(ahead, behind)]) == [False, True]


def test_a_worker_with_nothing_to_read_does_not_stall() -> None:
    idle = [_shard(_topic(5, 0))]
    assert not any(_stalls(idle, idle, idle))


def test_brokers_that_are_away_are_not_the_workers_fault() -> None:
    away = [_shard(_topic(5), fresh=False)]
    assert not any(_stalls(away, away, away))


def test_a_shard_that_came_back_is_given_its_time() -> None:
    here = [_shard(_topic(5))]
    assert _stalls(here, [], here, here) == [False, False, False, True]


@pytest.mark.parametrize(
    ("is_ready", "is_settled", "reason", "status", "text"),
    [
        (True, True, "", 200, "ready"),
        (True, True, "spare", 200, "ready; spare"),
        (False, True, "partitions were added", 503, "partitions were added"),
        (True, False, "", 503, "shards are being opened"),
    ],
)
def test_readiness_comes_with_its_reason(
    is_ready: bool, is_settled: bool, reason: str, status: int, text: str
) -> None:
    progress = WorkerProgress(is_ready, False, 0, (), reason)

    async def scene() -> None:
        server = HealthServer(CollectorRegistry(), lambda: progress, lambda: is_settled)
        await server.start("127.0.0.1", 0)
        try:
            async with (
                ClientSession() as session,
                session.get(f"http://127.0.0.1:{server.port}/ready") as answer,
            ):
                assert (answer.status, await answer.text()) == (status, f"{text}\n")
        finally:
            await server.stop()

    asyncio.run(scene())


def test_liveness_names_the_partition_that_stands_still(monkeypatch: pytest.MonkeyPatch) -> None:
    now_s = 0.0
    shards = (_shard(_topic(5, name="crm.chat"), shard=3),)
    progress = WorkerProgress(is_ready=True, caught_up=False, records_read=0, shards=shards)

    async def scene() -> list[tuple[int, str]]:
        nonlocal now_s
        server = HealthServer(CollectorRegistry(), lambda: progress, lambda: True)
        monkeypatch.setattr(server, "_watch", Watch(lambda: now_s))
        await server.start("127.0.0.1", 0)
        answers = []
        try:
            async with ClientSession() as session:
                for passed_s in (0.0, STALLED_S + 1):
                    now_s = passed_s
                    async with session.get(f"http://127.0.0.1:{server.port}/live") as answer:
                        answers.append((answer.status, await answer.text()))
        finally:
            await server.stop()
        return answers

    assert asyncio.run(scene()) == [
        (200, "alive\n"),
        (503, "records wait in crm.chat/3 and nothing has moved there for 60 s\n"),
    ]
