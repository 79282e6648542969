"""Checkpoints on real Kafka are whole or nothing, and only the owner of a shard makes them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from typing import Any

import msgspec
import pytest
from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition

from tagger.settings import GroupProtocol, Settings
from tagger.stream.kafka import clients
from tagger.stream.kafka.changelog import ChangelogReader
from tagger.stream.kafka.generation import generation_of
from tagger.stream.kafka.transactions import Transactions
from tagger.stream.log import Checkpoint, NotOurShardError, Output

from .conftest import MakeSettings
from .reading import committed_in, everything_in
from .running import Running, running

pytestmark = [pytest.mark.service, pytest.mark.xdist_group("kafka")]

PARTITIONS = 2
PROTOCOLS: tuple[GroupProtocol, ...] = ("classic", "consumer")


@pytest.fixture(params=PROTOCOLS)
def settings(kafka: MakeSettings, request: pytest.FixtureRequest) -> Settings:
    made = kafka(PARTITIONS, request.param)
    fill(made)
    return made


def fill(settings: Settings) -> None:
    """Records that checkpoints can lie behind."""
    producer = clients.producer(settings)
    for topic in settings.topics.inputs():
        for partition in range(PARTITIONS):
            for _ in range(9):
                producer.produce(topic, b"v", b"k", partition)
    assert producer.flush(30) == 0


@asynccontextmanager
async def committing(
    settings: Settings, running_member: Running, retried: Callable[[], None] = lambda: None
) -> AsyncIterator[Transactions]:
    transactions = Transactions(settings, running_member.reader, retried)
    try:
        await transactions.ready()
        yield transactions
    finally:
        transactions.close()


def checkpoint(settings: Settings, shard: int, number: int, records: int = 1) -> Checkpoint:
    topics = settings.topics
    return Checkpoint(
        shard=shard,
        outputs=tuple(
            Output(topics.tag_change, b"c", f"{shard}-{number}-{i}".encode(), partition=shard)
            for i in range(records)
        ),
        changelog=((b"c", f"{shard}-{number}".encode()),),
        offsets=dict.fromkeys(topics.inputs(), number),
        metadata=f"clock of {number}",
    )


def changes(settings: Settings) -> list[bytes]:
    """What was published, once every transaction has ended."""
    read = committed_in(settings.brokers, settings.topics.tag_change, PARTITIONS)
    return sorted(message.value() or b"" for message in read)


def committed(settings: Settings, shard: int) -> dict[str, tuple[int, str]]:
    reader = ChangelogReader(settings, clients.admin(settings))
    try:
        found = reader.committed(settings.topics.inputs(), shard)
    finally:
        reader.close()
    return {topic: (position.offset, position.metadata) for topic, position in found.items()}


async def whole(member: Running) -> None:
    """Wait until the member has all shards."""
    await member.until(lambda: len(member.reader.assignment.open_shards) == PARTITIONS)


def test_checkpoints_that_wait_go_out_in_one_transaction(settings: Settings) -> None:
    async def scene() -> None:
        async with (
            running(settings, commits=False) as member,
            committing(settings, member) as transactions,
        ):
            await whole(member)
            await asyncio.gather(
                *(
                    transactions.commit(checkpoint(settings, shard, 7, records=3), 0)
                    for shard in range(PARTITIONS)
                )
            )

    asyncio.run(scene())
    assert changes(settings) == sorted(f"{s}-7-{i}".encode() for s in (0, 1) for i in range(3))
    for shard in range(PARTITIONS):
        assert committed(settings, shard) == dict.fromkeys(
            settings.topics.inputs(), (7, "clock of 7")
        )


def refused_once(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, made: Checkpoint
) -> list[None]:
    """Commit `made`, first under an older generation of the group's, as when that moves between the
    question and the offsets. Gives one entry for each time that it was made again."""
    retries: list[None] = []

    async def scene() -> None:
        async with (
            running(settings, commits=False) as member,
            committing(settings, member, lambda: retries.append(None)) as transactions,
        ):
            await whole(member)
            stale, ask = iter([True]), transactions._membership

            def membership(taken: Any) -> tuple[bytes, list[bool]]:
                metadata, ours = ask(taken)
                return (_of_older_generation(metadata) if next(stale, False) else metadata), ours

            monkeypatch.setattr(transactions, "_membership", membership)
            await transactions.commit(made, 0)

    asyncio.run(scene())
    return retries


def test_a_refused_transaction_leaves_nothing_and_is_made_again(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert refused_once(settings, monkeypatch, checkpoint(settings, 0, 3)) == [None]
    assert changes(settings) == [b"0-3-0"]


def test_without_offsets_too_an_older_generation_is_refused(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A shard of which nothing was read yet may have something to write: time alone decides."""
    made = msgspec.structs.replace(checkpoint(settings, 0, 3), offsets={})
    assert refused_once(settings, monkeypatch, made) == [None]
    assert changes(settings) == [b"0-3-0"]


def test_a_generation_that_moves_while_polling_waits_for_room_is_learnt(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The room comes when the commit is made, so the commit cannot wait for the next poll."""
    retries: list[None] = []

    async def scene() -> None:
        async with (
            running(settings, commits=False) as member,
            committing(settings, member, lambda: retries.append(None)) as transactions,
        ):
            await whole(member)
            reader, waits, wait = member.reader, asyncio.Event(), member.reader._wait_for_room
            loop = asyncio.get_running_loop()

            def wait_for_room(consumer: Consumer) -> None:
                reader.group_metadata = _of_older_generation(reader.group_metadata)
                loop.call_soon_threadsafe(waits.set)
                wait(consumer)

            monkeypatch.setattr("tagger.stream.kafka.reader.MAX_OUTSTANDING", -1)
            monkeypatch.setattr(reader, "_wait_for_room", wait_for_room)
            await waits.wait()
            await transactions.commit(checkpoint(settings, 0, 3), 0)

    asyncio.run(scene())
    assert retries == [None]
    assert changes(settings) == [b"0-3-0"]


def _of_older_generation(metadata: bytes) -> bytes:
    older = (generation_of(metadata) - 1).to_bytes(4, "little", signed=True)
    return metadata[:7] + older + metadata[11:]


def test_a_shard_taken_away_before_its_transaction_gets_none(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scene() -> None:
        async with (
            running(settings, commits=False) as member,
            committing(settings, member) as transactions,
        ):
            await whole(member)
            ask, lose = transactions._membership, iter([True])

            def membership(taken: Any) -> tuple[bytes, list[bool]]:
                if next(lose, False):
                    member.reader.assignment.end_tenure([0])
                return ask(taken)

            monkeypatch.setattr(transactions, "_membership", membership)
            lost, kept = await asyncio.gather(
                *(transactions.commit(checkpoint(settings, shard, 0), 0) for shard in (0, 1)),
                return_exceptions=True,
            )
            assert isinstance(lost, NotOurShardError)
            assert kept == 1

    asyncio.run(scene())
    assert changes(settings) == [b"1-0-0"]


def test_a_shard_taken_away_since_it_was_opened_gets_none(settings: Settings) -> None:
    """The worker has yet to hear of it; a generation to come would let the checkpoint pass."""

    async def scene() -> None:
        async with running(settings, commits=False) as member:
            await whole(member)
            member.reader.assignment.end_tenure([0])
            with pytest.raises(NotOurShardError):
                await member.log.commit(checkpoint(settings, 0, 1))
            await member.log.commit(checkpoint(settings, 1, 1))
            await member.log.committed(0)
            await member.log.commit(checkpoint(settings, 0, 2))

    asyncio.run(scene())
    assert changes(settings) == [b"0-2-0", b"1-1-0"]


def test_a_zombie_is_refused_by_the_brokers(settings: Settings) -> None:
    """It believes itself the owner, and its group has gone on without it."""

    async def scene() -> None:
        async with (
            running(settings, commits=False) as member,
            committing(settings, member) as transactions,
        ):
            await whole(member)
            old = await asyncio.wrap_future(
                member.reader.request(lambda consumer: consumer.consumer_group_metadata())
            )
            await transactions.commit(checkpoint(settings, 0, 1), 0)
        async with (
            running(settings, commits=False) as successor,
            committing(settings, successor) as transactions,
        ):
            await whole(successor)
            producer = clients.transactional_producer(settings, "zombie")
            send = partial(_send_as_zombie, settings, producer, old)
            with pytest.raises(KafkaException) as refused:
                await asyncio.to_thread(send)
            assert refused.value.args[0].txn_requires_abort()
            await asyncio.to_thread(producer.abort_transaction, 30)
            await transactions.commit(checkpoint(settings, 0, 2), 0)

    asyncio.run(scene())
    assert changes(settings) == [b"0-1-0", b"0-2-0"]


def _send_as_zombie(settings: Settings, producer: Producer, metadata: object) -> None:
    positions = [TopicPartition(settings.topics.purchase, 0, 99)]
    producer.init_transactions(30)
    producer.begin_transaction()
    producer.produce(settings.topics.tag_change, b"zombie", b"c", 0)
    producer.send_offsets_to_transaction(positions, metadata, 30)


def test_a_restart_under_the_same_name_ends_what_was_left_open(kafka: MakeSettings) -> None:
    settings = kafka(PARTITIONS)
    fill(settings)
    named = replace(settings, instance="worker-1")

    async def scene() -> None:
        async with running(settings, commits=False) as member:
            await whole(member)
            async with committing(named, member) as killed:
                await killed.commit(checkpoint(settings, 0, 1), 0)
                killed._producer._producer.begin_transaction()
                killed._producer._producer.produce(settings.topics.tag_change, b"open", b"c", 0)
                await asyncio.to_thread(killed._producer._producer.flush, 30)
            async with committing(named, member) as restarted:
                await restarted.commit(checkpoint(settings, 0, 2), 0)
                seen = await asyncio.to_thread(changes, settings)
        assert seen == [b"0-1-0", b"0-2-0"]

    asyncio.run(scene())
    written = everything_in(
        settings.brokers, settings.topics.tag_change, PARTITIONS, "read_uncommitted"
    )
    assert b"open" in [message.value() for message in written]
