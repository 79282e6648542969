"""A poll takes what came together, and a change of the group in the middle of it loses nothing."""

import asyncio
from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagger.stream.kafka import reader as reader_module
from tagger.stream.kafka.assignment import Partition
from tagger.stream.kafka.batches import MAX_BATCH, Delivery, joined
from tagger.stream.kafka.reader import GroupReader
from tagger.stream.log import Batch, LogRecord

from .fake_consumer import FakeConsumer, FakeMessage, reading

AT = ("a", 0)
PLACES = [(topic, partition, epoch) for topic in "ab" for partition in (0, 1) for epoch in (0, 1)]


class OneByOne(FakeConsumer):
    """Gives as many records as it is asked for at most; the group takes the shard away right after
    the first of them when it `takes_away`."""

    takes_away = False
    watched: GroupReader | None = None
    """Whose `emptied` is noted whenever it gets something."""

    def __init__(self, at_once: int) -> None:
        super().__init__(at_once)
        self.emptied: list[int] = []

    def consume(self, most: int, timeout_s: float) -> list[FakeMessage]:
        self._at_once = most
        messages = super().consume(most, timeout_s)
        if messages and self.watched is not None:
            self.emptied.append(self.watched.emptied)
        if messages and self.takes_away:
            self.takes_away = False
            self.revoked(AT)
        return messages


@pytest.fixture
def one_by_one(monkeypatch: pytest.MonkeyPatch) -> OneByOne:
    """The consumer of the next reader."""
    consumer = OneByOne(1)
    monkeypatch.setattr("tests.unit.kafka.fake_consumer.FakeConsumer", lambda _: consumer)
    return consumer


def _deliveries(start: int, counts: list[tuple[tuple[str, int, int], int]]) -> list[Delivery]:
    """Batches of so many records for each place, whose offsets go on from one to the next."""
    found = []
    for (topic, partition, epoch), count in counts:
        records = tuple(LogRecord(start + n, 0, b"k", b"v") for n in range(count))
        found.append(Delivery(Batch(topic, partition, records), epoch))
        start += count
    return found


def _read(deliveries: list[Delivery]) -> dict[tuple[str, int, int], list[int]]:
    """Offsets in order, by place."""
    found: dict[tuple[str, int, int], list[int]] = {}
    for each in deliveries:
        at = each.batch.topic, each.batch.partition, each.epoch
        found.setdefault(at, []).extend(record.offset for record in each.batch.records)
    return found


_counted = st.lists(
    st.tuples(st.sampled_from(PLACES), st.sampled_from([1, 2, MAX_BATCH])), max_size=5
)


@given(_counted, _counted)
def test_two_calls_have_the_same_records_in_the_same_order_joined_or_not(
    first: list[tuple[tuple[str, int, int], int]], more: list[tuple[tuple[str, int, int], int]]
) -> None:
    one, other = _deliveries(0, first), _deliveries(100_000, more)
    both = joined(one, other)
    assert _read(both) == _read([*one, *other])
    assert all(len(each.batch.records) <= MAX_BATCH for each in both)


def test_what_comes_together_is_one_batch(
    monkeypatch: pytest.MonkeyPatch, one_by_one: OneByOne
) -> None:
    async def scenario() -> list[list[int]]:
        async with reading(monkeypatch, "a") as scene:
            scene.consumer.assigned(AT)
            await scene.until(lambda: scene.reader.assignment.settled)
            scene.consumer.ends = {AT: 9}
            await scene.until(lambda: len(scene.offsets.get(AT, [])) == 9)
            return [[record.offset for record in each.batch.records] for each in scene.waiting]

    assert asyncio.run(scenario()) == [list(range(9))]


def test_the_client_is_not_empty_while_each_poll_gets_all_that_it_asks_for(
    monkeypatch: pytest.MonkeyPatch, one_by_one: OneByOne
) -> None:
    """What waits in other partitions meanwhile may not have had its turn."""
    monkeypatch.setattr(reader_module, "MAX_RECORDS", 4)

    async def scenario() -> tuple[list[int], int]:
        async with reading(monkeypatch, "a") as scene:
            scene.consumer.assigned(AT)
            await scene.until(lambda: scene.reader.assignment.settled)
            one_by_one.watched = scene.reader
            scene.consumer.ends = {AT: 100 * (1 + 4)}
            await scene.until(lambda: len(scene.offsets.get(AT, [])) == 500)
            await scene.polls()
            return one_by_one.emptied, scene.reader.emptied

    during, afterwards = asyncio.run(scenario())
    assert len(during) == 200
    assert len(set(during)) == 1
    assert afterwards > during[-1]


def test_a_record_read_before_its_shard_went_in_the_same_poll_is_stale(
    monkeypatch: pytest.MonkeyPatch, one_by_one: OneByOne
) -> None:
    async def scenario() -> list[tuple[Partition, int, list[int]]]:
        async with reading(monkeypatch, "a") as scene:
            scene.consumer.assigned(AT)
            await scene.until(lambda: AT[1] in scene.reader.assignment.open_shards)
            one_by_one.takes_away = True
            scene.consumer.ends = {AT: 9}
            await scene.until(lambda: "revoked [0]" in scene.member.told)
            scene.consumer.assigned(AT)
            await scene.until(lambda: len(scene.offsets.get(AT, [])) >= 9 + 1)
            return [
                (AT, epoch, [r.offset for each in batches for r in each.batch.records])
                for epoch, batches in groupby(scene.waiting, key=lambda each: each.epoch)
            ]

    assert asyncio.run(scenario()) == [(AT, 0, [0]), (AT, 1, list(range(9)))]
