"""The simulated log keeps the contract of the log port."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from tagger.stream.log import Headers, Host, Log, Output
from tagger.stream.simulated import SimulatedLog
from tagger.stream.simulation import Simulation

from .changelog_contract import ChangelogContract
from .ends_contract import EndsContract
from .log_contract import LogContract

PARTITIONS = 2
_ROUNDS = 50


class SimulatedHarness:
    """Shards go to the living members in turn; time passes only in `until`."""

    def __init__(self, *, transactional: bool) -> None:
        self._log = SimulatedLog(partitions=PARTITIONS, now=1_000, transactional=transactional)
        self.inputs = self._log.inputs
        self._hosts: dict[str, Callable[[Log], Host]] = {}
        self._simulation = Simulation(self._log, self._host)
        self._starting = ""

    def run(self, scene: Coroutine[Any, Any, None]) -> None:
        asyncio.run(scene)

    async def write(
        self, topic: str, partition: int, key: bytes, value: bytes, headers: Headers = ()
    ) -> int:
        return self._log.produce(topic, partition, key, value, headers=headers)

    async def start(self, name: str, host_for: Callable[[Log], Host]) -> None:
        self._hosts[name], self._starting = host_for, name
        await self._share()

    async def stop(self, name: str) -> None:
        del self._hosts[name]
        await self._share()

    async def kill(self, name: str) -> None:
        del self._hosts[name]
        await self._simulation.crash(name)

    async def add_partitions(self, topic: str, total: int) -> None:
        self._log.add_partitions(topic, total)

    async def until(self, condition: Callable[[], bool]) -> None:
        for _ in range(_ROUNDS):
            if condition():
                return
            self._log.now += 10
            await self._simulation.drain(3)
            await self._simulation.tick()
        raise AssertionError("the condition never held")

    async def published(self, topic: str) -> list[Output]:
        return [output for output in self._log.published if output.topic == topic]

    async def _share(self) -> None:
        names = sorted(self._hosts)
        owners = {n: names[n % len(names)] for n in range(PARTITIONS)} if names else {}
        await self._simulation.rebalance(owners)
        for name in names:
            await self._simulation.join(name)

    def _host(self, log: Log) -> Host:
        return self._hosts[self._starting](log)


class TestTransactional(LogContract, ChangelogContract, EndsContract):
    @pytest.fixture
    def harness(self) -> SimulatedHarness:
        return SimulatedHarness(transactional=True)


class TestAtLeastOnce(LogContract, ChangelogContract, EndsContract):
    @pytest.fixture
    def harness(self) -> SimulatedHarness:
        return SimulatedHarness(transactional=False)
