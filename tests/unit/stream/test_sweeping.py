"""Very many deadlines at one instant, and live events between."""

import gc
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import replace
from functools import cache

import pytest

from tagger.codecs.decode import RecordDecoder
from tagger.domain.tags import CurrentTags, TagChange
from tagger.engine.profile import Profile
from tagger.engine.profile_codec import encode_profile
from tagger.engine.step import Clock, Input
from tagger.engine.step import Step as Decision
from tagger.stream import changelog_record
from tagger.stream.deadlines import Deadlines
from tagger.stream.log import Checkpoint
from tagger.stream.murmur2 import partition_of
from tagger.stream.parts import Parts
from tagger.stream.script import (
    Advance,
    Deliver,
    Drain,
    HoldCommits,
    Rebalance,
    Step,
    Tick,
    run,
)
from tagger.stream.shard import Shard
from tagger.stream.simulated import SimulatedLog
from tagger.stream.simulation import Simulation
from tagger.stream.worker import Worker

from .deciding import WITHIN_MS, TwoWithinTenSeconds
from .kit import START, TOPICS, changes, event, parts, written

CUSTOMERS = 5_000
GRACE_MS = 2_000
PARTITIONS = 4
OPEN = Rebalance(dict.fromkeys(range(PARTITIONS), "a"))
UNTIL_MIDNIGHT = WITHIN_MS + GRACE_MS
"""From START, when all customers have their tag, until all of them are due."""


class SizedLog(SimulatedLog):
    """Remembers every checkpoint that became durable."""

    def __init__(self) -> None:
        super().__init__(partitions=PARTITIONS, now=START)
        self.checkpoints: list[Checkpoint] = []

    def commit_offsets(self, checkpoint: Checkpoint) -> None:
        super().commit_offsets(checkpoint)
        self.checkpoints.append(checkpoint)


class Timed(TwoWithinTenSeconds):
    """Every decision takes a millisecond, and so do the current tags of a customer in a checkpoint
    if `checkpoints_take_time`; besides, time passes as the log says. Notes who is run."""

    def __init__(self, *, checkpoints_take_time: bool = False) -> None:
        super().__init__()
        self.log = SizedLog()
        self.seconds = 0.0
        self.tags_s = 0.001 if checkpoints_take_time else 0.0
        self.swept: list[str] = []

    def stopwatch(self) -> float:
        return self.seconds + self.log.now / 1_000

    def step(self, profile: Profile | None, record: Input, clock: Clock) -> Decision:
        self.seconds += 0.001
        return super().step(profile, record, clock)

    def run_deadlines(self, profile: Profile, clock: Clock) -> Decision:
        self.seconds += 0.001
        self.swept.append(profile.customer_id)
        return super().run_deadlines(profile, clock)

    def current_tags(self, profile: Profile) -> CurrentTags:
        self.seconds += self.tags_s
        return super().current_tags(profile)


@cache
def rows(customers: int) -> dict[int, list[tuple[bytes, bytes | None]]]:
    """By partition, the changelog of customers who all hold `busy` until one instant."""
    decider, decoder = TwoWithinTenSeconds(), RecordDecoder()
    found: dict[int, list[tuple[bytes, bytes | None]]] = defaultdict(list)
    reached = changelog_record.encode_offsets({})
    for number in range(customers):
        customer, profile = f"c-{number}", None
        for name in ("b1", "b2"):
            read = decoder.decode("browse", event("browse", name, customer, 0))
            profile = decider.step(profile, read, Clock(START)).profile
        assert profile is not None
        record = changelog_record.encode(profile, encode_profile(profile), reached)
        found[partition_of(customer.encode(), PARTITIONS)].append((customer.encode(), record))
    return dict(found)


def at_midnight(
    script: Iterable[Step], shared: Parts, customers: int = CUSTOMERS
) -> tuple[SizedLog, Simulation]:
    """Carry out `script`, from 20 ms before all customers become due."""
    log = shared.decider.log if isinstance(shared.decider, Timed) else SizedLog()
    log.changelogs = {partition: list(rows) for partition, rows in rows(customers).items()}
    begin = [OPEN, Drain(rounds=3), Advance(UNTIL_MIDNIGHT - 400), Drain(rounds=2, by_ms=40)]
    return log, run([*begin, *script], log, lambda port: Worker(port, shared))


def timed(decider: Timed, **settings: int) -> Parts:
    shared = parts(decider, partitions=PARTITIONS, grace_ms=GRACE_MS, **settings)
    return replace(shared, stopwatch=decider.stopwatch)


class Live(Step, frozen=True):
    """A live event is written and delivered, in a batch of `count` with those before it; it has to
    be decided before the delivery returns, and how many customers were swept with it is noted."""

    customer: str
    number: int
    decider: Timed
    slices: list[int]
    count: int = 1

    async def happen(self, simulation: Simulation) -> None:
        at = simulation.log.now - START
        swept = len(self.decider.swept)
        name = f"live-{self.number}"
        step = written("browse", name, self.customer, at, partitions=PARTITIONS)
        await step.happen(simulation)
        await Deliver(TOPICS.browse, step.partition, self.count).happen(simulation)
        assert self.decider.seen[-1] == name
        self.slices.append(len(self.decider.swept) - swept)


class Slice(Step, frozen=True):
    """A tick; how many customers it has swept is noted."""

    decider: Timed
    slices: list[int]

    async def happen(self, simulation: Simulation) -> None:
        swept = len(self.decider.swept)
        await simulation.tick()
        self.slices.append(len(self.decider.swept) - swept)


def by_time(log: SimulatedLog) -> dict[str, TagChange]:
    """What time alone has decided at midnight, by customer."""
    found = [each for each in changes(log.published) if each.effective_at == START + WITHIN_MS]
    assert {each.cause for each in found} == {"time"}
    assert len({each.customer_id for each in found}) == len(found)
    return {each.customer_id: each for each in found}


def test_live_events_are_decided_at_once_between_slices_and_change_nothing_of_the_sweep() -> None:
    decider = Timed()
    batches: list[int] = []
    ticks: list[int] = []
    script = [
        step
        for number in range(1_500)
        for step in (
            Live(f"c-{3 * number}", number, decider, batches),
            Live("nobody", 9_000 + number, decider, batches),
            Advance(20),
            Slice(decider, ticks),
        )
    ]
    log, _ = at_midnight([*script, Drain()], timed(decider, sweep_ms=5))
    assert max(ticks) <= 5 + PARTITIONS
    assert max(batches) <= 2
    alone, _ = at_midnight([Drain(rounds=100)], parts(partitions=PARTITIONS, grace_ms=GRACE_MS))
    assert len(by_time(alone)) == CUSTOMERS
    assert by_time(log) == by_time(alone)


@pytest.mark.parametrize("sweep_ms", [1, 7, 100_000])
def test_the_order_does_not_depend_on_the_slices(sweep_ms: int) -> None:
    decider = Timed()
    rounds = Drain(rounds=20 + 700 // sweep_ms, by_ms=20)
    log, _ = at_midnight([rounds], timed(decider, sweep_ms=sweep_ms), customers=500)
    swept = defaultdict(list)
    for customer in by_time(log):
        swept[partition_of(customer.encode(), PARTITIONS)].append(customer)
    assert swept == {
        partition: sorted(key.decode() for key, _ in rows) for partition, rows in rows(500).items()
    }


def swept_by_shard(decider: Timed) -> Counter[int]:
    return Counter(partition_of(each.encode(), PARTITIONS) for each in decider.swept)


def test_shards_share_a_tick() -> None:
    decider = Timed()
    at_midnight([Advance(20), Tick()] * 2, timed(decider, sweep_ms=19), 900)
    assert sorted(swept_by_shard(decider).values()) in ([4, 5, 5, 5], [5, 5, 5, 5])


def test_when_a_tick_is_too_short_for_all_shards_the_others_come_first_in_the_next() -> None:
    decider, ticks = Timed(), list[int]()
    slices = [Advance(20), Slice(decider, ticks)] * 20
    at_midnight(slices, timed(decider, sweep_ms=1), 900)
    assert max(ticks) <= 2
    taken = swept_by_shard(decider)
    assert taken.total() >= 19
    assert max(taken.values()) - min(taken[number] for number in range(PARTITIONS)) <= 1


def test_a_shard_that_is_alone_in_having_deadlines_due_gets_the_whole_tick() -> None:
    decider, ticks = Timed(), list[int]()
    decider.log.changelogs = {1: list(rows(900)[1])}
    begin = [OPEN, Drain(rounds=3), Advance(UNTIL_MIDNIGHT), *[Tick(), Advance(20)] * 2]
    shared = timed(decider, sweep_ms=9)
    run([*begin, Slice(decider, ticks)], decider.log, lambda port: Worker(port, shared))
    assert 9 <= ticks[0] <= 10


@pytest.mark.parametrize("checkpoints_take_time", [False, True])
def test_deadlines_with_their_checkpoints_leave_half_of_the_time_that_nobody_needs(
    checkpoints_take_time: bool,
) -> None:
    decider = Timed(checkpoints_take_time=checkpoints_take_time)
    at_midnight([Advance(3), Tick()] * 300, timed(decider, sweep_ms=10))
    other_s = 300 * 0.003
    assert 0.8 * other_s <= decider.seconds <= other_s + 0.01 + 0.02


@pytest.mark.parametrize("ticks", [[], [Tick()]])
def test_events_that_need_all_the_time_get_four_fifths_of_it(ticks: list[Step]) -> None:
    decider, slices = Timed(), list[int]()
    busy = [
        step for number in range(400) for step in (Live("nobody", number, decider, slices), *ticks)
    ]
    at_midnight([Advance(20), Tick(), Advance(1), Tick(), *busy], timed(decider, sweep_ms=10))
    assert 400 / 4 - 2 <= len(decider.swept) <= 400 / 4 + 2 * 10


def test_a_backlog_of_one_shard_does_not_keep_the_deadlines_of_others_waiting() -> None:
    decider, slices = Timed(), list[int]()
    busy = [Live("nobody", number, decider, slices) for number in range(400)]
    at_midnight([Advance(20), Tick(), Advance(1), Tick(), *busy], timed(decider, sweep_ms=10))
    taken = swept_by_shard(decider)
    assert taken.total() >= 100
    assert max(taken.values()) - min(taken[number] for number in range(PARTITIONS)) <= 3


def test_after_a_batch_of_a_backlog_deadlines_get_a_quarter_of_the_time_it_took() -> None:
    decider, batches = Timed(), list[int]()
    customer = "nobody"
    partition = partition_of(customer.encode(), PARTITIONS)
    at = UNTIL_MIDNIGHT
    backlog = [written("browse", f"b{n}", customer, at, partitions=PARTITIONS) for n in range(39)]
    last = Live(customer, 39, decider, batches, count=40)
    at_midnight([*backlog, Advance(20), Tick(), Tick(), last], timed(decider, sweep_ms=0))
    assert len(rows(CUSTOMERS)[partition]) > 1_000
    assert 10 <= batches[0] <= 11


def test_checkpoints_of_a_sweep_are_small_and_what_waits_for_one_that_hangs_is_bounded() -> None:
    shared = parts(partitions=PARTITIONS, grace_ms=GRACE_MS, sweep_limit=50, checkpoint_ms=60_000)
    hang = [HoldCommits("a"), *[Advance(20), Tick()] * 50]
    log, simulation = at_midnight(hang, shared)
    assert log.checkpoints == []
    left = CUSTOMERS - PARTITIONS * 2 * 50
    assert deadlines_due(simulation, shared) == left

    go_on = [HoldCommits("a", released=True), Drain(rounds=100, by_ms=20), Advance(60_000), Tick()]
    log, simulation = at_midnight([*hang, *go_on], shared)
    assert deadlines_due(simulation, shared) == 0
    assert len(by_time(log)) == CUSTOMERS
    assert max(len(checkpoint.changelog) for checkpoint in log.checkpoints) == 50


def deadlines_due(simulation: Simulation, shared: Parts) -> float:
    """What the gauge says, all shards together."""
    host = simulation.hosts["a"]
    assert isinstance(host, Worker)
    host.progress()
    value = shared.telemetry.registry.get_sample_value
    shards = (value("tagger_deadlines_due", {"shard": str(n)}) for n in range(PARTITIONS))
    return sum(each for each in shards if each is not None)


class Watch(Step, frozen=True):
    """Note which shards the first member has, without holding them."""

    seen: set[int]

    async def happen(self, simulation: Simulation) -> None:
        self.seen.update(map(id, shards_of(simulation, "a")))


def shards_of(simulation: Simulation, member: str) -> list[Shard | Deadlines]:
    """A member's shards, and their deadlines."""
    host = simulation.hosts[member]
    assert isinstance(host, Worker)
    shards = list(host._shards.values())
    return [*shards, *(shard.deadlines for shard in shards)]


@pytest.mark.parametrize("orderly", [True, False])
def test_a_shard_that_was_given_away_leaves_no_deadlines_behind(orderly: bool) -> None:
    seen: set[int] = set()
    shared = parts(partitions=PARTITIONS, grace_ms=GRACE_MS)
    elsewhere = Rebalance(dict.fromkeys(range(PARTITIONS), "b"), orderly=orderly)
    _, simulation = at_midnight([Advance(20), Tick(), Watch(seen), elsewhere], shared, 100)
    assert len(seen) == 2 * PARTITIONS
    gc.collect()
    in_memory = {id(each) for each in gc.get_objects() if isinstance(each, Shard | Deadlines)}
    new_owners = {id(each) for each in shards_of(simulation, "b")}
    assert len(new_owners) == 2 * PARTITIONS
    assert seen & (in_memory - new_owners) == set()
