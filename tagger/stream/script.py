"""Runs as data: a script is a list of steps, and the same list is the same run.

Deliveries, the passing of time, crashes, delays and rebalances are steps like any other.
"""

import asyncio
from collections.abc import Callable, Iterable

import msgspec

from tagger.stream.log import Host, Log
from tagger.stream.simulated import CrashPoint, SimulatedLog
from tagger.stream.simulation import Simulation


class Step(msgspec.Struct, frozen=True):
    """Something that happens; this one is nothing at all."""

    async def happen(self, simulation: Simulation) -> None:
        """Make it happen."""


class Produce(Step, frozen=True):
    """Write a record; now, unless `timestamp` says otherwise."""

    topic: str
    partition: int
    key: bytes | None
    value: bytes | None
    timestamp: int | None = None

    async def happen(self, simulation: Simulation) -> None:
        simulation.log.produce(self.topic, self.partition, self.key, self.value, self.timestamp)


class SkipOffsets(Step, frozen=True):
    """Use up offsets that hold no records."""

    topic: str
    partition: int
    count: int

    async def happen(self, simulation: Simulation) -> None:
        simulation.log.skip_offsets(self.topic, self.partition, self.count)


class Advance(Step, frozen=True):
    """Let time go by."""

    by_ms: int

    async def happen(self, simulation: Simulation) -> None:
        simulation.log.now += self.by_ms


class SetClock(Step, frozen=True):
    """Set a living member's wall clock forward, or back with a negative number."""

    member: str
    by_ms: int

    async def happen(self, simulation: Simulation) -> None:
        if self.member in simulation.hosts:
            simulation.members[self.member].wall_error_ms += self.by_ms


class Feed(Step, frozen=True):
    """Set the feed's clock; None ends the feeding of history."""

    until: int | None

    async def happen(self, simulation: Simulation) -> None:
        simulation.log.feed = self.until


class Deliver(Step, frozen=True):
    """Hand up to `count` unread records of a partition to its owner, as one batch."""

    topic: str
    partition: int
    count: int

    async def happen(self, simulation: Simulation) -> None:
        await simulation.deliver(self.topic, self.partition, self.count)


class Duplicate(Step, frozen=True):
    """Hand the last delivered records of a partition to its owner again."""

    topic: str
    partition: int
    count: int

    async def happen(self, simulation: Simulation) -> None:
        await simulation.deliver_again(self.topic, self.partition, self.count)


class Withhold(Step, frozen=True):
    """Deliver nothing of a topic, until it is released."""

    topic: str
    released: bool = False

    async def happen(self, simulation: Simulation) -> None:
        if self.released:
            simulation.withheld.discard(self.topic)
        else:
            simulation.withheld.add(self.topic)


class Tick(Step, frozen=True):
    """Tick every member."""

    async def happen(self, simulation: Simulation) -> None:
        await simulation.tick()


class Outage(Step, frozen=True):
    """The broker stops to answer questions about ends, until that is over."""

    over: bool = False

    async def happen(self, simulation: Simulation) -> None:
        simulation.log.is_reachable = self.over


class Leaderless(Step, frozen=True):
    """A partition's leader is away: nobody answers for it, nothing of it is delivered."""

    topic: str
    partition: int
    over: bool = False

    async def happen(self, simulation: Simulation) -> None:
        if self.over:
            simulation.log.leaderless.discard((self.topic, self.partition))
        else:
            simulation.log.leaderless.add((self.topic, self.partition))


class AddPartitions(Step, frozen=True):
    """Somebody gives an input topic more partitions."""

    topic: str
    total: int

    async def happen(self, simulation: Simulation) -> None:
        simulation.log.add_partitions(self.topic, self.total)


class HoldCommits(Step, frozen=True):
    """Let a member's commits wait, until they are released."""

    member: str
    released: bool = False

    async def happen(self, simulation: Simulation) -> None:
        member = simulation.members.get(self.member)
        if member is not None and self.released:
            member.let_commits()
        elif member is not None:
            member.hold_commits()


class Crash(Step, frozen=True):
    """A member dies: its memory is gone, its shards have no owner until the next rebalance."""

    member: str

    async def happen(self, simulation: Simulation) -> None:
        if self.member in simulation.hosts:
            await simulation.crash(self.member)


class CrashInCommit(Step, frozen=True):
    """A member dies in its next commit."""

    member: str
    at: CrashPoint

    async def happen(self, simulation: Simulation) -> None:
        simulation.crash_in_commit(self.member, self.at)


class Join(Step, frozen=True):
    """A member joins for which the group has no shards yet."""

    member: str

    async def happen(self, simulation: Simulation) -> None:
        await simulation.join(self.member)


class Rebalance(Step, frozen=True):
    """Give shards to members; those not seen before are started. Disorderly, old owners hear of
    it only after the new ones have opened the shards."""

    owners: dict[int, str]
    orderly: bool = True

    async def happen(self, simulation: Simulation) -> None:
        await simulation.rebalance(self.owners, orderly=self.orderly)


class Drain(Step, frozen=True):
    """Deliver everything in batches of at most `batch`, then tick while the clock goes on by
    `by_ms` each time; `rounds` times in all."""

    batch: int = 1_000
    rounds: int = 10
    by_ms: int = 100

    async def happen(self, simulation: Simulation) -> None:
        for _ in range(self.rounds):
            await simulation.drain(self.batch)
            simulation.log.now += self.by_ms
            await simulation.tick()


def run(script: Iterable[Step], log: SimulatedLog, host_for: Callable[[Log], Host]) -> Simulation:
    """Carry out `script` on `log`; `host_for` makes the host of each member that is started.

    Raises what a host raises, unless its member has died.
    """
    simulation = Simulation(log, host_for)

    async def perform() -> None:
        for step in script:
            await step.happen(simulation)

    asyncio.run(perform())
    return simulation
