"""The workers of a stage, and which of them owns which shard. Workers are counted from 1."""

from collections import defaultdict

from tagger.stream.log import Log
from tagger.stream.parts import Parts
from tagger.stream.simulated import SimulatedMember
from tagger.stream.simulation import Simulation
from tagger.stream.stores.local import LocalStores
from tagger.stream.stores.memory import MemoryStores
from tagger.stream.stores.simulated import SimulatedDisk
from tagger.stream.stores.store import Stores
from tagger.stream.worker import Worker
from tagger.testing.broker import Broker, CommitPoint
from tagger.testing.errors import StepError


class Crew:
    """Workers that share `parts` and know each other only through the broker. Each has a disk of
    its own, which outlives it, when `cached_profiles` is above 0: then that is how many profiles it
    keeps in memory besides changed ones. `rebalances` counts how often a shard that somebody had
    went to somebody else."""

    def __init__(self, log: Broker, parts: Parts, first: int, cached_profiles: int = 0) -> None:
        self.simulation = Simulation(log, self._host)
        self.rebalances = 0
        self._log = log
        self._parts = parts
        self._cached_profiles = cached_profiles
        self._disks: defaultdict[str, SimulatedDisk] = defaultdict(SimulatedDisk)
        self._known = set(range(1, first + 1))
        self._ports: list[Log] = []
        self._workers: dict[str, Worker] = {}
        self._doubting: set[str] = set()
        self._replaced = 0

    @property
    def crashes(self) -> int:
        """How many workers have died so far."""
        members = [port for port in self._ports if isinstance(port, SimulatedMember)]
        return sum(not member.is_alive for member in members) - self._replaced

    async def begin(self) -> None:
        """Start the first workers."""
        await self._share(sorted(self._known))

    async def crash(self, worker: int, in_commit: CommitPoint | None) -> None:
        """Let a worker die; nothing happens to one that has died already."""
        name = self._name(worker)
        if name not in self.simulation.hosts:
            return
        if in_commit is None:
            await self.simulation.crash(name)
        elif in_commit == "published":
            self._log.doomed[name] = self.simulation.members[name]
        else:
            self.simulation.crash_in_commit(name, in_commit)

    async def start(self, worker: int) -> None:
        """Let a worker join, and share the shards anew."""
        if worker < 1:
            raise StepError(f"workers are counted from 1, and this is {worker}")
        self._known.add(worker)
        await self._share(sorted({*self._living(), worker}))

    async def stop(self, worker: int) -> None:
        """Let a worker leave in order."""
        self._name(worker)
        await self._share([each for each in self._living() if each != worker])

    async def rebalance(self, owners: dict[int, int] | None, *, orderly: bool) -> None:
        """Give shards to workers; those of shards that are not named stay."""
        if owners is None:
            await self._share(self._living())
            return
        for shard in owners:
            self.check_shard(shard)
        given = {shard: self._name(worker) for shard, worker in owners.items()}
        await self._give({**self._log.owners, **given}, orderly=orderly)

    async def share_all(self) -> None:
        """Give every shard an owner; the first worker is started when none lives."""
        await self._share(self._living() or [1])

    async def pause_all(self) -> None:
        """Take every shard away, in order: a checkpoint of each, and nobody reads on."""
        await self.simulation.rebalance({})

    def hold_commits(self, worker: int) -> None:
        """Let the checkpoints of a worker wait."""
        member = self.simulation.members.get(self._name(worker))
        if member is not None:
            member.hold_commits()

    async def let_commits(self, worker: int) -> None:
        """Let the checkpoints of a worker go on."""
        member = self.simulation.members.get(self._name(worker))
        if member is not None:
            member.let_commits()

    def step_clock(self, worker: int, by_ms: int) -> None:
        """Set the wall clock of a worker; nothing happens to one that has died."""
        name = self._name(worker)
        if name in self.simulation.hosts:
            self.simulation.members[name].wall_error_ms += by_ms
            self._doubting.add(name)

    async def replace_doubting(self) -> None:
        """Let workers whose clocks were set leave, and come back with the right time: they would
        doubt their clocks for a while."""
        doubting = self._doubting & self.simulation.hosts.keys()
        self._doubting.clear()
        if not doubting:
            return
        owners = dict(self._log.owners)
        await self.pause_all()
        for name in sorted(doubting & self.simulation.hosts.keys()):
            await self.simulation.crash(name)
            self._replaced += 1
        await self.simulation.rebalance(owners)

    def hold_all_commits(self) -> None:
        """Let the checkpoints of all wait."""
        for member in self.simulation.members.values():
            member.hold_commits()

    def let_all_commits(self) -> None:
        """Let the checkpoints of all go on."""
        for member in self.simulation.members.values():
            member.let_commits()

    def has_due(self) -> bool:
        """Whether deadlines are due that no worker has run yet."""
        hosts = self.simulation.hosts
        progress = [self._workers[name].progress() for name in hosts]
        return any(shard.deadlines_due for each in progress for shard in each.shards)

    def check_shard(self, shard: int) -> None:
        """Raises StepError for a shard that there is not."""
        if not 0 <= shard < self._log.partitions:
            raise StepError(f"shards are counted from 0 to {self._log.partitions - 1}, not {shard}")

    async def _share(self, workers: list[int]) -> None:
        owners = {}
        if workers:
            for shard in range(self._log.partitions):
                owners[shard] = self._name(workers[shard % len(workers)])
        await self._give(owners, orderly=True)

    async def _give(self, owners: dict[int, str], *, orderly: bool) -> None:
        before = self._log.owners
        self.rebalances += any(
            owners.get(shard) not in (None, had) for shard, had in before.items()
        )
        await self.simulation.rebalance(owners, orderly=orderly)

    def _living(self) -> list[int]:
        return sorted(worker for worker in self._known if _name(worker) in self.simulation.hosts)

    def _name(self, worker: int) -> str:
        if worker not in self._known:
            known = ", ".join(map(str, sorted(self._known)))
            raise StepError(f"there is no worker {worker}; the run has {known}")
        return _name(worker)

    def _host(self, port: Log) -> Worker:
        if not isinstance(port, SimulatedMember):
            raise TypeError("workers of a stage are on a simulated log")
        self._ports.append(port)
        self._workers[port.name] = worker = Worker(port, self._parts, self._stores(port.name))
        return worker

    def _stores(self, name: str) -> Stores:
        if not self._cached_profiles:
            return MemoryStores()
        return LocalStores(self._disks[name], self._cached_profiles, self._parts.telemetry)


def _name(worker: int) -> str:
    return f"worker-{worker}"
