"""Shards that open on local state, and what they read of the changelog then."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest

from tagger.stream.log import Checkpoint, RestoredChunk
from tagger.stream.opening import opened
from tagger.stream.shard import Shard
from tagger.stream.simulated import SimulatedLog, SimulatedMember
from tagger.stream.stores.database import CorruptStateError
from tagger.stream.stores.local import LocalStores
from tagger.stream.stores.simulated import SimulatedDatabase, SimulatedDisk
from tests.unit.stream.kit import START, parts

from .kit import profile_of, record_of


class Member(SimulatedMember):
    """Remembers from where it was asked to restore."""

    def __init__(self, log: SimulatedLog) -> None:
        super().__init__(log, "a")
        self.after: list[int | None] = []

    async def restore(self, shard: int, after: int | None) -> AsyncIterator[RestoredChunk]:
        self.after.append(after)
        async for chunk in super().restore(shard, after):
            yield chunk


class Damaged(SimulatedDatabase):
    """Breaks off when it is read."""

    def items(self) -> Iterator[tuple[bytes, bytes]]:
        self.spoil()
        raise CorruptStateError("damaged")


class Machine:
    """A worker's disk, and a log with a shard of five customers."""

    def __init__(self) -> None:
        self.log = SimulatedLog(partitions=1, now=START)
        self.member = Member(self.log)
        self.disk = SimulatedDisk()
        self.write(5)

    def write(self, count: int) -> None:
        rows = tuple((b"c-%d" % n, record_of(profile_of(f"c-{n}", n))) for n in range(count))
        self.log.publish(Checkpoint(0, (), rows, {}, ""))

    def open(self) -> Shard:
        shared = parts()
        stores = LocalStores(self.disk, 100, shared.telemetry)
        return asyncio.run(opened(0, self.member, stores, shared))


@pytest.fixture
def machine() -> Machine:
    return Machine()


def test_a_shard_goes_on_in_the_changelog_where_its_local_state_ends(machine: Machine) -> None:
    machine.open().store.close()
    machine.write(2)
    shard = machine.open()
    assert machine.member.after == [None, 5]
    assert len(shard.store) == 5


def test_damage_that_shows_at_the_start_is_got_over_at_once(machine: Machine) -> None:
    machine.open().store.close()
    damaged = Damaged()
    damaged.write((), machine.disk.databases[0].mark())
    machine.disk.databases[0] = damaged
    shard = machine.open()
    assert machine.member.after == [None, 5, None]
    assert len(shard.store) == 5
