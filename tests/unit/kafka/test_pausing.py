"""Two may wish that a partition is not read, and neither ends the other's wish."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, cast

from confluent_kafka import Consumer, TopicPartition

from tagger.stream.kafka.assignment import Partition
from tagger.stream.kafka.reader import GroupReader
from tagger.stream.kafka.rebalance import Rebalancer

AT: Partition = ("t", 0)


class FakeConsumer:
    """Knows what is paused."""

    def __init__(self) -> None:
        self.paused: set[Partition] = set()

    def pause(self, partitions: list[TopicPartition]) -> None:
        self.paused |= {(each.topic, each.partition) for each in partitions}

    def resume(self, partitions: list[TopicPartition]) -> None:
        self.paused -= {(each.topic, each.partition) for each in partitions}

    def unassign(self) -> None:
        """Nothing."""


class Nobody:
    """Has nothing to do when shards come and go."""

    async def assigned(self, shards: frozenset[int]) -> dict[Partition, int | None]:
        return {}

    async def revoked(self, shards: frozenset[int]) -> None:
        """Nothing."""

    async def lost(self, shards: frozenset[int]) -> None:
        """Nothing."""


class DirectReader(GroupReader):
    """Carries out requests at once, for a fake consumer."""

    def __init__(self) -> None:
        super().__init__({}, ["t", "u"])
        self.consumer = FakeConsumer()
        self.loop = asyncio.new_event_loop()
        self._rebalancer = Rebalancer(
            self.assignment,
            Nobody(),
            incremental=False,
            loop=self.loop,
            wait=lambda _, told: self.loop.run_until_complete(
                asyncio.wrap_future(told, loop=self.loop)
            ),
            later=cast("Any", None),
            failed=cast("Any", None),
        )
        self.assignment.gain([AT])

    def request(self, ask: Callable[[Consumer], Any]) -> Future[Any]:
        ask(cast("Consumer", self.consumer))
        return Future()


def test_a_partition_is_read_again_when_nobody_wishes_otherwise() -> None:
    reader = DirectReader()
    reader.pause(AT)
    reader.hold(AT)
    reader.release(AT)
    assert reader.consumer.paused == {AT}
    reader.resume(AT)
    assert reader.consumer.paused == set()
    reader.hold(AT)
    reader.pause(AT)
    reader.resume(AT)
    assert reader.consumer.paused == {AT}
    reader.release(AT)
    assert reader.consumer.paused == set()
    reader.loop.close()


def test_wishes_end_with_the_partition() -> None:
    reader = DirectReader()
    reader.pause(AT)
    reader._rebalancer.on_revoke(cast("Consumer", reader.consumer), [TopicPartition(*AT)])
    assert reader.consumer.paused == set()
    reader.assignment.gain([AT])
    reader.hold(AT)
    reader.release(AT)
    assert reader.consumer.paused == set()
    reader.loop.close()


def test_what_is_kept_of_a_closed_shard_is_read_when_the_shard_is_whole_again() -> None:
    """A new shard knows of no pause that an earlier one wished for."""
    reader, other = DirectReader(), ("u", 0)
    reader.assignment.gain([other])
    reader.pause(AT)
    reader._rebalancer.on_revoke(cast("Consumer", reader.consumer), [TopicPartition(*other)])
    assert reader.consumer.paused == set()
    reader.hold(AT)
    reader.release(AT)
    assert reader.consumer.paused == set()
    reader.loop.close()
