"""The whole worker on Apache Kafka: tags, restarts, dead letters."""

import asyncio

import pytest
from confluent_kafka import Message

from tagger.codecs.dead_letters import letter_of
from tagger.codecs.decode_outputs import decode_change
from tagger.codecs.encode import Encoder
from tagger.domain.dead_letters import DeadLetterCode
from tagger.domain.tags import TagChange
from tagger.settings import Settings
from tagger.stream.kafka import clients
from tagger.stream.kafka.batches import headers_of
from tagger.stream.log import Headers

from .conftest import MakeSettings
from .working import now_ms, produce, published, purchase, until, working

pytestmark = [pytest.mark.service, pytest.mark.xdist_group("kafka")]

PARTITIONS = 2


def _spend(records: list[Message]) -> list[TagChange]:
    """The changes of the tag `spend_90d`, each customer's in order of sequence."""
    changes = [decode_change(record.value()) for record in records]
    return sorted(
        (change for change in changes if change.tag == "spend_90d"),
        key=lambda change: (change.customer_id, change.sequence),
    )


async def _spend_changes(settings: Settings, count: int) -> list[TagChange]:
    records = await published(
        settings, settings.topics.tag_change, PARTITIONS, lambda found: len(_spend(found)) >= count
    )
    return _spend(records)


def test_a_restarted_worker_has_its_profiles_back_and_reads_nothing_twice(
    kafka: MakeSettings,
) -> None:
    settings = kafka(partitions=PARTITIONS)

    async def scenario() -> None:
        async with working(settings, PARTITIONS):
            produce(settings, purchase("ann", 1, 10_000))
            (first,) = await _spend_changes(settings, 1)
            assert first.value == 100
        produce(settings, purchase("ann", 2, 5_000))
        async with working(settings, PARTITIONS):
            first, second = await _spend_changes(settings, 2)
            assert second.value == 150
            assert second.previous_value == 100
            assert second.sequence > first.sequence

    asyncio.run(scenario())


def test_bad_records_reach_the_dead_letter_topic_as_they_were(kafka: MakeSettings) -> None:
    settings = kafka(partitions=PARTITIONS)
    topic = settings.topics.purchase
    far_future = Encoder().encode(purchase("ann", 1, 100, at=now_ms() + 86_400_000))
    headers: Headers = (("trace", b"\x00\xff"), ("trace", b"again"), ("none", None))

    async def scenario() -> None:
        producer = clients.producer(settings)
        producer.produce(topic, b"\x01broken", b"ann", headers=list(headers))
        producer.produce(topic, far_future, b"ann", headers=list(headers))
        producer.flush(30)
        async with working(settings, PARTITIONS):
            produce(settings, purchase("ann", 2, 700))
            assert (await _spend_changes(settings, 1))[0].value == 7
            records = await published(
                settings, settings.topics.dead_letter, PARTITIONS, lambda found: len(found) >= 2
            )
        letters = [letter_of(each.key(), each.value(), headers_of(each)) for each in records]
        by_code = {letter.code: letter for letter in letters}
        assert by_code.keys() == {DeadLetterCode.UNDECODABLE, DeadLetterCode.FAR_FUTURE}
        assert by_code[DeadLetterCode.UNDECODABLE].value == b"\x01broken"
        assert by_code[DeadLetterCode.FAR_FUTURE].value == far_future
        for letter in letters:
            assert (letter.topic, letter.key, letter.headers) == (topic, b"ann", headers)

    asyncio.run(scenario())


def test_a_second_worker_knows_the_customers_of_the_shards_it_takes_over(
    kafka: MakeSettings,
) -> None:
    settings = kafka(partitions=PARTITIONS)

    async def scenario() -> None:
        customers = [f"c{number}" for number in range(20)]
        async with working(settings, PARTITIONS) as first:
            produce(settings, *(purchase(name, 1, 10_000) for name in customers))
            await _spend_changes(settings, len(customers))
            async with working(settings, PARTITIONS) as second:
                workers = (first, second)
                await until(lambda: [len(each.progress().shards) for each in workers] == [1, 1])
                produce(settings, *(purchase(name, 2, 5_000) for name in customers))
                spend = await _spend_changes(settings, 2 * len(customers))
        sums: dict[str, list[object]] = {}
        for change in spend:
            sums.setdefault(change.customer_id, []).append(change.value)
        assert sums == {name: [100, 150] for name in customers}

    asyncio.run(scenario())
