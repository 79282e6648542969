"""Accidents for a long run, drawn from a seed: crashes, shards that change hands, late reading.

What an accident leaves undone, shards without an owner and topics that are held back, is mended
by a later step, so that a run goes on with two members.
"""

from random import Random

from tagger.stream.script import Step
from tagger.stream.simulated import CrashPoint
from tagger.stream.simulation import Simulation
from tagger.stream.topics import Topics

_MEMBERS = 2
_EVENT_TOPICS = Topics().events()
_CRASH_POINTS: tuple[CrashPoint, ...] = ("before", "between", "after")
_HELD_BACK_FOR = 3
"""Laps that a topic which is read late misses, about."""


class Accident(Step, frozen=True):
    """Something goes wrong while reading is under way."""

    seed: int

    async def happen(self, simulation: Simulation) -> None:
        random = Random(self.seed)
        names = sorted(simulation.hosts)
        await _read_some(simulation, random)
        match random.choice(["crash", "crash in commit", "other owners", "late", "again"]):
            case "crash":
                await simulation.crash(random.choice(names))
            case "crash in commit":
                simulation.crash_in_commit(random.choice(names), random.choice(_CRASH_POINTS))
            case "other owners":
                owners = _owners(simulation, random)
                await simulation.rebalance(owners, orderly=random.choice([True, False]))
            case "late":
                simulation.withheld.add(random.choice(_EVENT_TOPICS))
            case "again":
                for shard in range(simulation.log.partitions):
                    topic, count = random.choice(_EVENT_TOPICS), random.randrange(1, 500)
                    await simulation.deliver_again(topic, shard, count)


class Mend(Step, frozen=True):
    """Shards without an owner get one, and sometimes the topics that are held back are read again.
    Where the run comes to its end they are, and no accident is left to come."""

    seed: int
    is_last: bool = False

    async def happen(self, simulation: Simulation) -> None:
        random = Random(self.seed)
        if self.is_last or random.randrange(_HELD_BACK_FOR) == 0:
            simulation.withheld.clear()
        if self.is_last:
            for member in simulation.members.values():
                member.crash_at = None
        if len(simulation.log.owners) < simulation.log.partitions:
            await simulation.rebalance(_owners(simulation, random) | simulation.log.owners)


async def _read_some(simulation: Simulation, random: Random) -> None:
    """Leave each partition somewhere in the middle."""
    for topic, shard in simulation.log.records:
        await simulation.deliver(topic, shard, random.randrange(1, 60))


def _owners(simulation: Simulation, random: Random) -> dict[int, str]:
    """Shards dealt out to the living members, with new ones for those that died."""
    names = sorted(simulation.hosts)
    names += [f"m{len(simulation.members) + n}" for n in range(_MEMBERS - len(names))]
    return {shard: random.choice(names) for shard in range(simulation.log.partitions)}
