"""Members on a simulated log, and what happens to them.

Between two calls everything goes on that can go on by itself; nothing else does. `script` makes
lists of steps out of these calls.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable

from tagger.stream.log import Batch, Host, Log, LogRecord
from tagger.stream.simulated import CrashPoint, SimulatedLog, SimulatedMember

_ROUNDS = 8
"""Turns of the event loop after a call: more than anything needs that waits for nothing."""


class Simulation:
    """The members of one group. `hosts` are those of living members, by name; an exception of a
    host is raised, unless its member has died."""

    def __init__(self, log: SimulatedLog, host_for: Callable[[Log], Host]) -> None:
        self.log = log
        self.withheld: set[str] = set()
        self.members: dict[str, SimulatedMember] = {}
        self.hosts: dict[str, Host] = {}
        self._host_for = host_for

    async def deliver(self, topic: str, partition: int, count: int) -> bool:
        """Hand up to `count` unread records to the owner; False when there are none, or the
        topic is withheld or paused."""
        name = self.log.owners.get(partition)
        if name is None or topic in self.withheld:
            return False
        member = self.members[name]
        records = member.unread(topic, partition, count)
        if not records:
            return False
        member.positions[topic, partition] = records[-1].offset + 1
        await self._hand_over(name, topic, partition, records)
        return True

    async def deliver_again(self, topic: str, partition: int, count: int) -> None:
        """Hand the last `count` delivered records to the owner once more."""
        name = self.log.owners.get(partition)
        if name is not None and (records := self.members[name].read(topic, partition, count)):
            await self._hand_over(name, topic, partition, records)

    async def drain(self, batch: int) -> None:
        """Deliver all that can be delivered, a batch of each partition in turn."""
        moved = True
        while moved:
            moved = False
            for topic, partition in self.log.records:
                moved |= await self.deliver(topic, partition, batch)

    async def tick(self) -> None:
        """Tick every member."""
        for name, host in list(self.hosts.items()):
            await self._call(name, host.tick())

    async def crash(self, name: str) -> None:
        """A member dies; its shards have no owner until the next rebalance."""
        self.members[name].die()
        await self._settle()

    def crash_in_commit(self, name: str, at: CrashPoint) -> None:
        """A member dies in its next commit."""
        if name in self.members:
            self.members[name].crash_at = at

    async def join(self, name: str) -> None:
        """Start a member for which the group has no shards yet."""
        await self._open(name, frozenset())

    async def rebalance(self, owners: dict[int, str], *, orderly: bool = True) -> None:
        """Give shards to members; those not seen before are started. Disorderly, old owners hear
        of it only after the new ones have opened the shards."""
        leaving = {
            name: frozenset(s for s, o in self.log.owners.items() if o == name != owners.get(s))
            for name in self.hosts
        }
        if orderly:
            for name, shards in leaving.items():
                await self._take_away(name, shards, self.hosts[name].revoked)
        before, self.log.owners = self.log.owners, dict(owners)
        for name in sorted(set(owners.values())):
            opened = frozenset(s for s, o in owners.items() if o == name != before.get(s))
            await self._open(name, opened)
        if not orderly:
            for name, shards in leaving.items():
                if name in self.hosts:
                    await self._take_away(name, shards, self.hosts[name].lost)

    async def _open(self, name: str, shards: frozenset[int]) -> None:
        if name not in self.hosts:
            self.members[name] = SimulatedMember(self.log, name)
            self.hosts[name] = self._host_for(self.members[name])
        if shards:
            member = self.members[name]
            starts = await self.hosts[name].assigned(shards)
            member.positions |= {at: start or 0 for at, start in starts.items()}
            await self._settle()

    async def _take_away(
        self,
        name: str,
        shards: frozenset[int],
        tell: Callable[[frozenset[int]], Awaitable[None]],
    ) -> None:
        if not shards:
            return
        member = self.members[name]
        member.let_commits()
        await self._call(name, tell(shards))
        for at in [at for at in member.positions if at[1] in shards]:
            del member.positions[at]
            member.paused.discard(at)

    async def _hand_over(
        self, name: str, topic: str, partition: int, records: Iterable[LogRecord]
    ) -> None:
        batch = Batch(topic, partition, tuple(records))
        await self._call(name, self.hosts[name].received(batch))

    async def _call(self, name: str, call: Awaitable[None]) -> None:
        try:
            await call
        except Exception:
            if self.members[name].is_alive:
                raise
        await self._settle()

    async def _settle(self) -> None:
        """Let tasks go on as far as they can, and bury the dead."""
        for _ in range(_ROUNDS):
            await asyncio.sleep(0)
        for name in [name for name in self.hosts if not self.members[name].is_alive]:
            del self.hosts[name]
            self.log.owners = {s: owner for s, owner in self.log.owners.items() if owner != name}
