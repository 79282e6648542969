"""A variant of the year through the running stream: workers, shards, codecs and engine on the
simulated log and clock.

Records are written lap by lap and read in batches. In the end the clock stands still at some
instants, each time until everything that is due there is done and published.
"""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from random import Random
from typing import NamedTuple

from tagger.codecs.decode import RecordDecoder
from tagger.codecs.encode import Encoder
from tagger.domain.tags import CurrentTags
from tagger.engine.profile import Profile
from tagger.engine.step import Clock, Input, Verdict
from tagger.engine.step import Step as Decision
from tagger.rules.plan import Plan
from tagger.stream.log import Log
from tagger.stream.outputs import Publisher
from tagger.stream.parts import Parts, StreamSettings
from tagger.stream.script import Rebalance, Step, run
from tagger.stream.simulation import Simulation
from tagger.stream.worker import Worker
from tagger.telemetry import Telemetry
from tagger.workflows.pipeline import Pipeline

from .year_accidents import Accident, Mend
from .year_events import PARTITIONS, TOPICS, Record, Year
from .year_log import Tags, YearLog
from .year_variants import Variant, Written

_SETTINGS = StreamSettings(partitions=PARTITIONS, topics=TOPICS)
_ACCIDENT_IN_LAPS = 3
_TICK_MS = 100
_TICKS_A_LAP = 3
"""One asks for the ends, one takes the answer, one commits what followed."""
_MOST_TICKS = 20_000


class Outcome(NamedTuple):
    """What came of a run: whose year it was; how many `records` were written; `tags` by instant;
    `verdicts` of what was decided, also of what was decided again after a crash; the customers of
    whom an event was late; how many members died; `seconds` of processor time."""

    customers: frozenset[str]
    records: int
    tags: dict[int, Tags]
    verdicts: Counter[Verdict]
    late_customers: frozenset[str]
    crashes: int
    seconds: float


class Watched:
    """The rules as a shard sees them, and what they made of the records."""

    def __init__(self, plan: Plan) -> None:
        self.verdicts: Counter[Verdict] = Counter()
        self.late_customers: set[str] = set()
        self._pipeline = Pipeline(plan)

    def step(self, profile: Profile | None, record: Input, clock: Clock) -> Decision:
        """See `Pipeline`."""
        decision = self._pipeline.step(profile, record, clock)
        self.verdicts[decision.verdict] += 1
        if decision.verdict in ("late", "too_late"):
            self.late_customers.add(record.customer_id)
        return decision

    def run_deadlines(self, profile: Profile, clock: Clock) -> Decision:
        """See `Pipeline`."""
        return self._pipeline.run_deadlines(profile, clock)

    def current_tags(self, profile: Profile) -> CurrentTags:
        """See `Pipeline`."""
        return self._pipeline.current_tags(profile)


class Lap(Step, frozen=True):
    """Records are written, each with the instant of its writing; the clock of the variant comes
    to stand at the last millisecond of the lap."""

    records: Sequence[tuple[int, Record]]
    until: int
    is_fed: bool

    async def happen(self, simulation: Simulation) -> None:
        log = simulation.log
        if self.is_fed:
            log.feed = self.until
        else:
            log.now = max(log.now, self.until)
        for at, record in self.records:
            log.produce(record.topic, record.partition, record.key, record.value, at)


class Read(Step, frozen=True):
    """Members are ticked, so that they see how late it is; everything that can be delivered is;
    then they are ticked again."""

    batch: int

    async def happen(self, simulation: Simulation) -> None:
        await simulation.tick()
        await simulation.drain(self.batch)
        for _ in range(_TICKS_A_LAP):
            simulation.log.now += _TICK_MS
            await simulation.tick()


class Stand(Step, frozen=True):
    """The frontier of every shard comes to stand at `at`, everything due by then is done, and the
    tags go into `tags`. The clock is the feed's, because that one can stand still."""

    at: int
    batch: int
    tags: dict[int, Tags]

    async def happen(self, simulation: Simulation) -> None:
        log = simulation.log
        log.feed = self.at + _SETTINGS.grace_ms
        log.now = max(log.now, log.feed)
        for _ in range(_MOST_TICKS):
            await Read(self.batch).happen(simulation)
            if _stand_at(simulation, self.at):
                break
        else:
            raise RuntimeError(f"the shards do not come to stand at {self.at}")
        owners = dict(log.owners)
        await simulation.rebalance({})
        if not isinstance(log, YearLog):
            raise TypeError("a run of the year needs its own log")
        self.tags[self.at] = log.consumer.tags()
        await simulation.rebalance(owners)


def _stand_at(simulation: Simulation, at: int) -> bool:
    """Whether every shard has come to this instant, with nothing left to do."""
    shards = [
        shard
        for host in simulation.hosts.values()
        if isinstance(host, Worker)
        for shard in host.progress().shards
    ]
    return len(shards) == PARTITIONS and all(
        shard.frontier == at and not shard.deadlines_due and not shard.waiting for shard in shards
    )


def carry_out(variant: Variant, year: Year, plan: Plan, instants: Sequence[int]) -> Outcome:
    """Send the year through the stream; the tags at `instants`, ascending milliseconds of which
    none lies before the end of the year."""
    log = YearLog(transactional=variant.transactional)
    log.now = year.begin if variant.clock == "wall" else instants[-1]
    watched = Watched(plan)
    began = time.process_time()
    schedule = variant.schedule(year)
    tags: dict[int, Tags] = {}

    def steps() -> Iterator[Step]:
        yield Rebalance({shard: f"m{shard % 2}" for shard in range(PARTITIONS)})
        yield from _laps(variant, year, schedule)
        yield Mend(0, is_last=True)
        yield from (Stand(at, variant.batch, tags) for at in instants)

    simulation = run(steps(), log, lambda port: _worker(port, watched))
    return Outcome(
        frozenset(event.customer_id for event in year.events),
        len(schedule),
        tags,
        watched.verdicts,
        frozenset(watched.late_customers),
        sum(not member.is_alive for member in simulation.members.values()),
        time.process_time() - began,
    )


def _laps(variant: Variant, year: Year, schedule: Sequence[Written]) -> Iterator[Step]:
    random = Random(variant.name)
    for number, group in groupby(schedule, lambda written: written.at // variant.lap_ms):
        records = [(written.at, year.records[written.number]) for written in group]
        until = min((number + 1) * variant.lap_ms - 1, year.end)
        yield Lap(records, until, is_fed=variant.clock == "feed")
        if variant.has_accidents and random.randrange(_ACCIDENT_IN_LAPS) == 0:
            yield Accident(random.randrange(2**32))
        yield Read(variant.batch)
        if variant.has_accidents:
            yield Mend(random.randrange(2**32))


def _worker(port: Log, watched: Watched) -> Worker:
    return Worker(
        port,
        Parts(
            settings=_SETTINGS,
            decider=watched,
            decoder=RecordDecoder(),
            publisher=Publisher(TOPICS, Encoder()),
            telemetry=Telemetry(),
        ),
    )
