"""When a worker says that it is ready, and what it says when it is not."""

import logging

import pytest

from tagger.stream.parts import Parts
from tagger.stream.progress import WorkerProgress
from tagger.stream.script import (
    AddPartitions,
    Drain,
    Join,
    Leaderless,
    Outage,
    Rebalance,
    Step,
    Tick,
    run,
)
from tagger.stream.simulated import SimulatedLog
from tagger.stream.simulation import Simulation
from tagger.stream.worker import Worker

from .kit import START, TOPICS, parts

OPEN = Rebalance({0: "a", 1: "a"})
PARTITIONS = 2


def after(*script: Step, shared: Parts | None = None) -> Simulation:
    given = parts(partitions=PARTITIONS) if shared is None else shared
    log = SimulatedLog(partitions=PARTITIONS, now=START)
    return run(script, log, lambda port: Worker(port, given))


def progress_of(simulation: Simulation, name: str = "a") -> WorkerProgress:
    host = simulation.hosts[name]
    assert isinstance(host, Worker)
    return host.progress()


def frontiers(progress: WorkerProgress) -> list[int | None]:
    return [shard.frontier for shard in progress.shards]


def test_a_worker_with_shards_and_answers_is_ready_and_has_nothing_to_say() -> None:
    state = progress_of(after(OPEN, Drain(rounds=3)))
    assert (state.is_ready, state.caught_up, state.reason) == (True, True, "")


def test_a_worker_beyond_the_partitions_is_ready_to_take_over() -> None:
    state = progress_of(after(OPEN, Join("b"), Drain(rounds=3)), "b")
    assert (state.is_ready, state.shards) == (True, ())
    assert "more workers than partitions" in state.reason


def test_a_worker_whose_shards_all_went_to_others_is_ready_to_take_over() -> None:
    moved = Rebalance({0: "b", 1: "b"})
    assert progress_of(after(OPEN, Drain(rounds=3), moved, Drain(rounds=30))).is_ready


def test_a_spare_worker_is_not_ready_while_the_brokers_are_away() -> None:
    silence = [Outage(), Drain(rounds=50)]
    state = progress_of(after(OPEN, Join("b"), Drain(rounds=3), *silence), "b")
    assert not state.is_ready
    assert "do not answer" in state.reason


@pytest.mark.parametrize("orderly", [True, False])
def test_a_worker_whose_shards_nobody_has_is_neither_ready_nor_caught_up(orderly: bool) -> None:
    gone = Rebalance({}, orderly=orderly)
    state = progress_of(after(OPEN, Drain(rounds=3), gone, Tick(), Tick()))
    assert (state.is_ready, state.caught_up, state.shards) == (False, False, ())
    assert "no shard is open" in state.reason


def test_a_partition_without_a_leader_stops_its_own_shard_alone() -> None:
    begin = [OPEN, Drain(rounds=3), Leaderless(TOPICS.chat, 1)]
    state = progress_of(after(*begin, Drain(rounds=50)))
    first, second = frontiers(state)
    assert first is not None
    assert second is not None
    assert first >= START + 5_000 - 2_000
    assert second <= START + 400 - 2_000
    assert not state.is_ready
    assert f"{TOPICS.chat}/1" in state.reason
    over = [Drain(rounds=50), Leaderless(TOPICS.chat, 1, over=True), Drain(rounds=3)]
    assert progress_of(after(*begin, *over)).is_ready


@pytest.mark.parametrize("grown", [[TOPICS.chat], list(TOPICS.inputs())])
def test_partitions_that_are_added_hold_all_clocks_and_say_whose_fault_it_is(
    grown: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    begin = [OPEN, Drain(rounds=3), *(AddPartitions(topic, 4) for topic in grown)]
    shared = parts(partitions=PARTITIONS)
    with caplog.at_level(logging.WARNING, "tagger.stream"):
        state = progress_of(after(*begin, Drain(rounds=50), shared=shared))
    assert all(at is not None and at <= START + 400 - 2_000 for at in frontiers(state))
    assert not state.is_ready
    for topic in grown:
        assert f"{topic} has 4" in state.reason
    assert "had 2 partitions when this worker started" in state.reason
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    sample = shared.telemetry.registry.get_sample_value
    unread = {
        topic: sample("tagger_partitions_unread", {"topic": topic}) for topic in TOPICS.inputs()
    }
    assert unread == {topic: 2 if topic in grown else 0 for topic in TOPICS.inputs()}


def test_clocks_go_on_when_the_number_of_partitions_is_right_again() -> None:
    class TakeBack(Step, frozen=True):
        async def happen(self, simulation: Simulation) -> None:
            for partition in (2, 3):
                del simulation.log.records[TOPICS.chat, partition]

    alarm = [AddPartitions(TOPICS.chat, 4), Drain(rounds=10), TakeBack(), Drain(rounds=10)]
    state = progress_of(after(OPEN, Drain(rounds=3), *alarm))
    assert state.is_ready
    assert all(at is not None and at >= START + 2_000 - 2_000 for at in frontiers(state))


def test_a_shard_that_was_not_there_at_the_start_is_not_opened() -> None:
    grown = [AddPartitions(topic, 3) for topic in TOPICS.inputs()]
    simulation = after(OPEN, *grown, Rebalance({0: "a", 1: "a", 2: "a"}), Drain(rounds=3))
    assert [shard.shard for shard in progress_of(simulation).shards] == [0, 1]
    assert {number for _, number in simulation.members["a"].positions} == {0, 1}
