"""Runs the whole worker, as `tagger run` does, and reads what it publishes."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from confluent_kafka import Consumer, Message, TopicPartition

from tagger.codecs.encode import Encoder
from tagger.domain.commands import TagCommand
from tagger.domain.events import Event, Purchase
from tagger.rules.build import build_plan
from tagger.settings import Settings
from tagger.stream.kafka.feed import Feed, feed_records
from tagger.wiring import RunningWorker

DEADLINE_S = 45.0
RULES = Path(__file__).with_name("rules")
"""A pack whose number tag shows every purchase that was counted."""


@asynccontextmanager
async def working(
    settings: Settings, partitions: int, rules: Path = RULES
) -> AsyncIterator[RunningWorker]:
    """A worker with the packs of `rules`, ready; it stops in an orderly way at the end."""
    plan, _ = build_plan(rules)
    worker, stop = RunningWorker(settings, plan, partitions=partitions), asyncio.Event()
    task = asyncio.create_task(worker.run(stop))
    try:
        async with asyncio.timeout(DEADLINE_S):
            while not worker.progress().is_ready:
                assert not task.done(), task.exception() or "the worker has stopped"
                await asyncio.sleep(0.01)
        yield worker
    finally:
        stop.set()
        await task


async def until(holds: Callable[[], bool]) -> None:
    """Wait for a condition, with a deadline."""
    async with asyncio.timeout(DEADLINE_S):
        while True:
            if holds():
                return
            await asyncio.sleep(0.01)


def now_ms() -> int:
    """The wall clock, as producers use it."""
    return time.time_ns() // 1_000_000


def purchase(customer: str, number: int, amount_minor: int, at: int | None = None) -> Purchase:
    """A sale in the packs' currency, now unless `at` is given."""
    return Purchase(
        event_id=f"{customer}-{number}",
        customer_id=customer,
        occurred_at=now_ms() if at is None else at,
        order_id=f"order-{number}",
        kind="sale",
        amount_minor=amount_minor,
        currency="USD",
    )


def produce(settings: Settings, *inputs: Event | TagCommand) -> None:
    """Write inputs and wait until the brokers have them."""
    Feed(settings).write(feed_records(inputs, settings.topics, Encoder()))


async def published(
    settings: Settings, topic: str, partitions: int, enough: Callable[[list[Message]], bool]
) -> list[Message]:
    """The records of a topic from its beginning, as soon as they are `enough`."""
    return await asyncio.to_thread(_read, settings, topic, partitions, enough)


def _read(
    settings: Settings, topic: str, partitions: int, enough: Callable[[list[Message]], bool]
) -> list[Message]:
    consumer = Consumer({"bootstrap.servers": settings.brokers, "group.id": "reads"})
    consumer.assign([TopicPartition(topic, number, 0) for number in range(partitions)])
    found: list[Message] = []
    deadline_s = time.monotonic() + DEADLINE_S
    while not enough(found):
        assert time.monotonic() < deadline_s, f"only {len(found)} records in {topic}"
        found += [each for each in consumer.consume(100, 0.1) if each.error() is None]
    consumer.close()
    return found
