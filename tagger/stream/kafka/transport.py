"""Faust's transport over the group reader: one message per partition batch.

Faust gives agents, dispatch and life cycle. Positions, acknowledgement and rebalances are the
reader's and the log's, so that Faust cannot acknowledge what no checkpoint holds: its own ways of
committing and seeking do nothing here.
"""
# ruff: noqa: ARG002 - Faust names arguments that are of no use here

import asyncio
from collections.abc import Callable, Iterable
from typing import Any, NoReturn

import faust
from faust.transport import base
from faust.transport.consumer import Consumer
from faust.transport.producer import Producer
from faust.types import TP, AppT, ConsumerMessage, Message
from mode import Service
from yarl import URL

from tagger.stream.kafka.batches import Delivery
from tagger.stream.kafka.faust_internals import generation

Subscribe = Callable[[Callable[[list[Delivery]], None]], None]
"""Starts reading; gets the function that takes deliveries."""


class BatchSchema(faust.Schema[None, Delivery]):
    """Takes a message's value as it is: agents get deliveries."""

    def loads_key(self, app: AppT, message: Message, **_: Any) -> None:
        """Batches have no key."""

    def loads_value(self, app: AppT, message: Message, **_: Any) -> Delivery:
        """The delivery itself."""
        delivery: Delivery = message.value  # type: ignore[assignment]
        return delivery


class BatchConsumer(Consumer):
    """Passes deliveries to the conductor, which passes them to the agents."""

    transport: "BatchTransport"
    _arrived: "asyncio.Queue[list[Delivery]]"

    def __post_init__(self) -> None:
        self._arrived = asyncio.Queue()

    async def subscribe(self, topics: Iterable[str]) -> None:
        """Called once all agents run."""
        self.transport.subscribe(self._arrived.put_nowait)

    @Service.task
    async def _pass_on(self) -> None:
        while not self.should_stop:
            for delivery in await self._arrived.get():
                await self.callback(self._message(delivery))

    def _message(self, delivery: Delivery) -> ConsumerMessage:
        batch = delivery.batch
        last = batch.records[-1]
        return ConsumerMessage(
            batch.topic,
            batch.partition,
            last.offset,
            timestamp=last.timestamp / 1_000,
            timestamp_type=0,
            headers=None,
            key=None,
            value=delivery,  # type: ignore[arg-type]
            checksum=None,
            serialized_key_size=0,
            serialized_value_size=0,
            tp=TP(batch.topic, batch.partition),
            generation_id=generation(self.app),
        )

    async def on_stop(self) -> None:
        """Nothing: the reader has left the group before."""

    def assignment(self) -> set[TP]:
        """Empty, so that Faust's shutdown and its checks leave the partitions alone."""
        return set()

    async def commit(self, topics: Any = None, start_new_transaction: bool = True) -> bool:
        """Nothing: checkpoints commit."""
        return False

    def track_message(self, message: Message) -> None:
        """Nothing: batches are not acknowledged to Faust."""

    async def wait_empty(self) -> None:
        """Nothing: batches are not acknowledged to Faust."""

    def _new_topicpartition(self, topic: str, partition: int) -> TP:
        return TP(topic, partition)

    def highwater(self, tp: TP) -> int:
        """Zero: `Log.ends` knows."""
        return 0

    def topic_partitions(self, topic: str) -> int | None:
        """None: unknown to Faust."""
        return None

    def key_partition(
        self, topic: str, key: bytes | None, partition: int | None = None
    ) -> int | None:
        """None: Faust sends nothing."""
        return partition

    async def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        raise NotImplementedError("the reader and the log do this, not Faust")

    _commit = _getmany = _seek = seek_to_committed = seek_wait = position = _refuse
    earliest_offsets = highwaters = create_topic = _refuse

    def _to_message(self, *_: Any) -> NoReturn:
        raise NotImplementedError("the reader and the log do this, not Faust")


class SilentProducer(Producer):
    """Faust asks for one; the log publishes."""

    async def flush(self) -> None:
        """Nothing was sent."""

    def supports_headers(self) -> bool:
        """True, as the log's producer does."""
        return True


class BatchTransport(base.Transport):
    """Gives Faust the consumer above; `subscribe` starts the reader."""

    Consumer = BatchConsumer
    Producer = SilentProducer
    driver_version = "tagger"

    def __init__(self, app: faust.App, subscribe: Subscribe) -> None:
        super().__init__([URL("kafka://")], app)
        self.subscribe = subscribe
