"""Looks up how records were written before their batch goes on to the worker.

It happens on the agent's side of the hand-over: a topic whose schemas have to be looked up waits
alone, while checkpoints, rebalances and the other topics go on. While the registry is away the
topic lags like one that is slow, so nothing expires early; its partitions are held, so that what
is outstanding of it takes no room from the others; and it is asked again, ever more rarely. A
registry that only takes its time to answer counts as away meanwhile.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from typing import Protocol

from tagger.codecs.framing import registry_ids
from tagger.codecs.registry_client import RegistryAwayError
from tagger.stream.kafka.assignment import Assignment, Partition
from tagger.stream.kafka.batches import Delivery
from tagger.stream.kafka.clients import logger

FIRST_WAIT_S = 0.1
LONGEST_WAIT_S = 5.0
SILENCE_S = 1.0
"""After so long without an answer the topic is held. It costs something: the client drops what it
has read ahead, and reads it again."""
SILENT = "the schema registry has not answered yet"


class Ids(Protocol):
    """Ids that can be looked up."""

    def missing(self, ids: Collection[int]) -> set[int]:
        """Those that have to be."""

    async def look_up(self, ids: Collection[int]) -> None:
        """Do. Raises RegistryAwayError."""


class Reader(Protocol):
    """What reads the batches, as far as it can be held."""

    @property
    def assignment(self) -> Assignment:
        """Which partitions it reads."""

    def hold(self, partition: Partition) -> None:
        """Stop delivering a partition, until `release`."""

    def release(self, partition: Partition) -> None:
        """Go on, unless the worker has paused it."""


class SchemaGate:
    """Lets batches pass whose schemas are known, or known to be unknown."""

    def __init__(
        self,
        ids: Ids,
        reader: Reader,
        *,
        failed: Callable[[], None],
        waiting: Callable[[int], None],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """`failed` is called for every question that was not answered, `waiting` with the number
        of topics that wait for an answer whenever it changes."""
        self._ids = ids
        self._reader = reader
        self._failed = failed
        self._waiting = waiting
        self._sleep = sleep
        self._away: dict[str, str] = {}
        """Why they wait, by topic."""

    @property
    def fault(self) -> str:
        """Which topics wait and why, in words; empty when none does."""
        if not self._away:
            return ""
        return f"{', '.join(sorted(self._away))} must wait: {next(iter(self._away.values()))}"

    async def passes(self, delivery: Delivery) -> None:
        """Returns when the batch can be decoded, or when its shard has been closed meanwhile."""
        ids = registry_ids(record.value for record in delivery.batch.records)
        if not ids or not self._ids.missing(ids):
            return
        topic, wait_s = delivery.batch.topic, FIRST_WAIT_S
        try:
            while self._is_current(delivery):
                try:
                    await self._look_up(ids, topic)
                except RegistryAwayError as error:
                    self._failed()
                    self._hold(topic, str(error))
                    await self._sleep(wait_s)
                    wait_s = min(2 * wait_s, LONGEST_WAIT_S)
                else:
                    return
        finally:
            self._release(topic)

    async def _look_up(self, ids: Collection[int], topic: str) -> None:
        asking = asyncio.ensure_future(self._ids.look_up(ids))
        try:
            while not (await asyncio.wait({asking}, timeout=SILENCE_S))[0]:
                self._hold(topic, self._away.get(topic, SILENT))
            await asking
        finally:
            asking.cancel()

    def _is_current(self, delivery: Delivery) -> bool:
        return delivery.epoch == self._reader.assignment.epoch(delivery.batch.partition)

    def _hold(self, topic: str, reason: str) -> None:
        if topic not in self._away:
            logger.warning("%s waits: %s", topic, reason)
        self._away[topic] = reason
        self._waiting(len(self._away))
        for partition in self._partitions(topic):
            self._reader.hold(partition)

    def _release(self, topic: str) -> None:
        if self._away.pop(topic, None) is None:
            return
        logger.info("%s goes on", topic)
        self._waiting(len(self._away))
        for partition in self._partitions(topic):
            self._reader.release(partition)

    def _partitions(self, topic: str) -> list[Partition]:
        return [each for each in self._reader.assignment.partitions if each[0] == topic]
