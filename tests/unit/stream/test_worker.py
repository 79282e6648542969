"""A worker among its log, its clock and its failures."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from prometheus_client import generate_latest

from tagger.engine.profile import Profile
from tagger.engine.step import Clock, Input
from tagger.engine.step import Step as Decision
from tagger.stream.log import Checkpoint, NotOurShardError
from tagger.stream.parts import Parts
from tagger.stream.script import (
    Advance,
    Crash,
    Deliver,
    Drain,
    Feed,
    HoldCommits,
    Outage,
    Rebalance,
    SkipOffsets,
    Step,
    Tick,
    Withhold,
    run,
)
from tagger.stream.simulated import SimulatedLog, SimulatedMember
from tagger.stream.simulation import Simulation
from tagger.stream.stores.local import LocalStores
from tagger.stream.stores.simulated import SimulatedDisk
from tagger.stream.worker import Worker, WorkerFailedError

from .deciding import TwoWithinTenSeconds
from .kit import START, TOPICS, batch, changes, event, parts, written

OPEN = Rebalance({0: "a"})


def host_of(simulation: Simulation, name: str = "a") -> Worker:
    host = simulation.hosts[name]
    assert isinstance(host, Worker)
    return host


class CountingLog(SimulatedLog):
    """Remembers when each commit came."""

    def __init__(self, *, partitions: int, now: int) -> None:
        super().__init__(partitions=partitions, now=now)
        self.commits: list[tuple[int, Checkpoint]] = []

    def commit_offsets(self, checkpoint: Checkpoint) -> None:
        super().commit_offsets(checkpoint)
        self.commits.append((self.now - START, checkpoint))


class BrokenDecider(TwoWithinTenSeconds):
    """Fails at one event."""

    def step(self, profile: Profile | None, record: Input, clock: Clock) -> Decision:
        if getattr(record, "event_id", "") == "bomb":
            raise ZeroDivisionError("a bug")
        return super().step(profile, record, clock)


def test_checkpoints_lie_on_a_grid_and_none_is_made_when_nothing_happened() -> None:
    log = CountingLog(partitions=1, now=START)
    script = [
        OPEN,
        Tick(),
        *(step for n in range(3) for step in (written("browse", f"b{n}", "c", n), Advance(30))),
        *(step for _ in range(12) for step in (Drain(rounds=1, by_ms=30),)),
    ]
    run(script, log, lambda port: Worker(port, parts(checkpoint_ms=100)))
    assert [at // 100 for at, _ in log.commits] == [1]
    assert log.commits[0][1].offsets == {TOPICS.browse: 3}


def test_a_full_checkpoint_does_not_wait_for_the_grid() -> None:
    log = CountingLog(partitions=1, now=START)
    script = [
        OPEN,
        Drain(rounds=2, by_ms=60),
        *(written("browse", f"b{n}", f"c{n}", 120) for n in range(10)),
        Deliver(TOPICS.browse, 0, 10),
    ]
    run(script, log, lambda port: Worker(port, parts(checkpoint_ms=60_000, checkpoint_records=10)))
    assert [checkpoint.offsets for _, checkpoint in log.commits] == [{TOPICS.browse: 10}]


def test_reading_goes_on_while_a_commit_is_under_way() -> None:
    log, decider = CountingLog(partitions=1, now=START), TwoWithinTenSeconds()
    script = [
        OPEN,
        Drain(rounds=2, by_ms=60),
        HoldCommits("a"),
        written("browse", "b0", "c", 120),
        Drain(rounds=1),
        Drain(rounds=1),
        written("browse", "b1", "c", 130),
        Drain(rounds=3),
    ]
    simulation = run(script, log, lambda port: Worker(port, parts(decider)))
    assert decider.seen == ["b0", "b1"]
    assert log.commits == []
    assert host_of(simulation).failure is None


def test_an_unexpected_error_commits_nothing_more_and_the_next_worker_reads_it_again() -> None:
    log = CountingLog(partitions=1, now=START)
    before = [
        OPEN,
        written("browse", "b0", "c", 0),
        Drain(rounds=2),
        written("browse", "b1", "c", 150),
    ]
    bomb = [written("browse", "bomb", "c", 160), Deliver(TOPICS.browse, 0, 5)]
    with pytest.raises(ZeroDivisionError):
        run([*before, *bomb], log, lambda port: Worker(port, parts(BrokenDecider())))
    assert log.committed[0][TOPICS.browse].offset == 1
    log.owners.clear()
    run([OPEN, Drain()], log, lambda port: Worker(port, parts()))
    assert log.committed[0][TOPICS.browse].offset == 3
    assert [c.trigger.id for c in changes(log.published)] == ["b1"]


def attempt(act: Callable[[Worker], Awaitable[object]]) -> None:
    """Let a worker fail, then do something with it."""

    async def scene() -> None:
        log = SimulatedLog(partitions=1, now=START)
        log.owners[0] = "a"
        worker = Worker(SimulatedMember(log, "a"), parts(BrokenDecider()))
        await worker.assigned(frozenset({0}))
        for _ in range(2):
            await worker.tick()
            await worker.settled()
        with pytest.raises(ZeroDivisionError):
            await worker.received(batch("browse", (0, 0, event("browse", "bomb", "c", 0))))
        await act(worker)
        assert log.published == []
        assert log.committed == {}

    asyncio.run(scene())


@pytest.mark.parametrize(
    "act",
    [
        lambda worker: worker.tick(),
        lambda worker: worker.revoked(frozenset({0})),
        lambda worker: worker.assigned(frozenset({0})),
        lambda worker: worker.received(batch("browse", (1, 0, event("browse", "b", "c", 0)))),
    ],
)
def test_a_failed_worker_refuses_every_call(act: Callable[[Worker], Awaitable[object]]) -> None:
    async def refuse(worker: Worker) -> None:
        with pytest.raises(WorkerFailedError):
            await act(worker)

    attempt(refuse)


def test_a_failed_worker_can_still_be_told_that_its_shards_are_lost() -> None:
    attempt(lambda worker: worker.lost(frozenset({0})))


@pytest.mark.parametrize("is_on_disk", [False, True])
def test_a_checkpoint_too_late_for_its_shard_does_not_end_the_worker(is_on_disk: bool) -> None:
    """The loss is about to be told; the other shards have nothing to do with it."""

    refused: list[int] = []

    class Bereft(SimulatedMember):
        async def commit(self, checkpoint: Checkpoint) -> None:
            refused.append(checkpoint.shard)
            raise NotOurShardError(f"shard {checkpoint.shard} is another's")

    async def scene() -> None:
        log = SimulatedLog(partitions=1, now=START)
        log.owners[0] = "a"
        worker_parts = parts(checkpoint_records=1)
        on_disk = LocalStores(SimulatedDisk(), 1_000, worker_parts.telemetry)
        worker = Worker(Bereft(log, "a"), worker_parts, on_disk if is_on_disk else None)
        await worker.assigned(frozenset({0}))
        for offset in range(3):
            for _ in range(2):
                await worker.tick()
                await worker.settled()
            await worker.received(
                batch("browse", (offset, 0, event("browse", f"b{offset}", "c", offset)))
            )
            await worker.settled()
        await worker.lost(frozenset({0}))
        assert refused
        assert worker.failure is None

    asyncio.run(scene())


def test_a_topic_far_ahead_is_paused_and_resumed_when_the_others_come() -> None:
    log = SimulatedLog(partitions=1, now=START)
    begin = [
        OPEN,
        *(written("browse", f"b{n}", "c", 10 + n) for n in range(20)),
        written("chat", "h", "c", 40),
        Withhold(TOPICS.chat),
        Advance(100),
        Drain(batch=5, rounds=3),
    ]
    simulation = run(begin, log, lambda port: Worker(port, parts(high_water=8, low_water=2)))
    assert simulation.members["a"].paused == {(TOPICS.browse, 0)}
    assert simulation.members["a"].positions[TOPICS.browse, 0] == 10

    log = SimulatedLog(partitions=1, now=START)
    script = [*begin, Withhold(TOPICS.chat, released=True), Drain(rounds=10)]
    simulation = run(script, log, lambda port: Worker(port, parts(high_water=8, low_water=2)))
    assert simulation.members["a"].paused == set()
    assert host_of(simulation).progress().caught_up


def test_the_last_checkpoint_is_made_when_a_shard_is_given_away() -> None:
    log, decider = CountingLog(partitions=1, now=START), TwoWithinTenSeconds()
    script = [
        OPEN,
        Drain(rounds=2, by_ms=60),
        written("browse", "b0", "c", 120),
        Deliver(TOPICS.browse, 0, 1),
        Rebalance({0: "b"}),
        Drain(),
    ]
    run(script, log, lambda port: Worker(port, parts(decider, checkpoint_ms=60_000)))
    assert decider.seen == ["b0"]
    assert log.committed[0][TOPICS.browse].offset == 1


def test_a_shard_that_was_lost_writes_nothing() -> None:
    log = CountingLog(partitions=1, now=START)
    script = [
        OPEN,
        Drain(rounds=2, by_ms=60),
        written("browse", "b0", "c", 120),
        Deliver(TOPICS.browse, 0, 1),
        Rebalance({0: "b"}, orderly=False),
    ]
    run(script, log, lambda port: Worker(port, parts(checkpoint_ms=60_000)))
    assert log.commits == []


def state_after(*steps: Step) -> tuple[bool, int]:
    log = SimulatedLog(partitions=1, now=START)
    simulation = run([OPEN, Drain(rounds=3), *steps], log, lambda port: Worker(port, parts()))
    state = host_of(simulation).progress()
    frontier = state.shards[0].frontier
    assert frontier is not None
    return state.is_ready, frontier


def test_a_broker_that_does_not_answer_stops_the_clock_and_readiness_and_nothing_else() -> None:
    last_answer = [Outage(), Tick()]
    silence = [step for _ in range(30) for step in (Advance(100), Tick())]
    _, clock = state_after(*last_answer)
    assert state_after(*last_answer, *silence) == (False, clock)
    is_ready, later = state_after(*last_answer, *silence, Outage(over=True), Drain(rounds=3))
    assert is_ready
    assert later > clock


def test_an_answer_that_grew_old_since_the_last_tick_lets_no_event_overtake() -> None:
    log, decider = SimulatedLog(partitions=1, now=START), TwoWithinTenSeconds()
    script = [
        OPEN,
        Drain(rounds=3),
        Advance(60_000),
        written("purchase", "p1", "c", 50_000),
        written("browse", "b1", "c", 55_000),
        Deliver(TOPICS.browse, 0, 1),
        Deliver(TOPICS.purchase, 0, 1),
        Drain(rounds=3),
    ]
    run(script, log, lambda port: Worker(port, parts(decider)))
    assert decider.seen == ["p1", "b1"]


def test_questions_that_the_broker_does_not_answer_are_counted() -> None:
    log, shared = SimulatedLog(partitions=1, now=START), parts()
    silence = [step for _ in range(3) for step in (Advance(100), Tick())]
    script = [OPEN, Drain(rounds=3), Outage(), *silence]
    run(script, log, lambda port: Worker(port, shared))
    assert gauge(shared, "tagger_ends_unanswered_total") == 3


def test_history_that_is_fed_is_never_late() -> None:
    """The feed writes a day in rounds; the wall clock stands a year later."""
    log, decider = SimulatedLog(partitions=1, now=START + 31_536_000_000), TwoWithinTenSeconds()
    script: list[Step] = [Feed(START), OPEN, Drain(rounds=3, by_ms=50)]
    for hour in range(24):
        at = hour * 3_600_000
        script += [written("purchase", f"p{hour}", "c", at + 1_000), Drain(rounds=2, by_ms=60)]
        script += [written("browse", f"b{hour}", "c", at + 500), Drain(rounds=2, by_ms=60)]
        script += [Feed(START + at + 3_600_000), Drain(rounds=2, by_ms=60)]
    script += [Feed(None), Drain(rounds=3)]
    run(script, log, lambda port: Worker(port, parts(decider)))
    assert decider.seen == [name for hour in range(24) for name in (f"b{hour}", f"p{hour}")]
    assert {c.cause for c in changes(log.published)} == {"event", "time"}
    assert len(changes(log.published)) == 48


def test_trailing_offsets_without_records_keep_nobody_waiting() -> None:
    log = SimulatedLog(partitions=1, now=START)
    script = [
        OPEN,
        written("chat", "h0", "c", 0),
        SkipOffsets(TOPICS.chat, 0, 3),
        written("browse", "b0", "c", 10),
        Drain(rounds=4),
    ]
    simulation = run(script, log, lambda port: Worker(port, parts()))
    assert host_of(simulation).progress().caught_up
    assert log.committed[0][TOPICS.browse].offset == 1


def test_progress_and_gauges_tell_lag_and_clock_age_and_forget_shards_that_went() -> None:
    log, shared = SimulatedLog(partitions=1, now=START), parts()
    script = [
        OPEN,
        written("browse", "b0", "c", 0),
        Deliver(TOPICS.browse, 0, 1),
        written("browse", "b1", "c", 10),
        Advance(5_000),
        Tick(),
        Tick(),
    ]
    simulation = run(script, log, lambda port: Worker(port, shared))
    host_of(simulation).progress()
    assert gauge(shared, "tagger_lag_seconds", topic=TOPICS.browse) == 5.0
    assert gauge(shared, "tagger_clock_age_seconds", shard="0") == 7.0
    asyncio.run(host_of(simulation).lost(frozenset({0})))
    host_of(simulation).progress()
    assert gauge(shared, "tagger_lag_seconds", topic=TOPICS.browse) is None
    assert b'shard="0"' not in generate_latest(shared.telemetry.registry)


def gauge(shared: Parts, name: str, **labels: str) -> float | None:
    return shared.telemetry.registry.get_sample_value(name, labels)


def test_metrics_count_what_happened() -> None:
    log, shared = SimulatedLog(partitions=1, now=START), parts()
    script = [
        OPEN,
        Drain(rounds=2),
        written("browse", "b0", "c", 200),
        written("browse", "b1", "c", 200),
        written("browse", "b1", "c", 200),
        Drain(rounds=3),
        Crash("a"),
        OPEN,
    ]
    run(script, log, lambda port: Worker(port, shared))
    assert gauge(shared, "tagger_records_total", topic=TOPICS.browse) == 3
    assert gauge(shared, "tagger_events_total", type="browse", verdict="applied") == 2
    assert gauge(shared, "tagger_events_total", type="browse", verdict="duplicate") == 1
    assert gauge(shared, "tagger_tag_changes_total", tag="busy", op="added", cause="event") == 1
    assert gauge(shared, "tagger_checkpoint_records_total", kind="changelog") == 1
    assert gauge(shared, "tagger_restored_profiles_total") == 1
