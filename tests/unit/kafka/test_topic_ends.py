"""One partition that nobody answers for delays the others once, and nobody believes it empty."""

import asyncio
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from types import SimpleNamespace
from typing import cast

import pytest
from confluent_kafka import IsolationLevel, KafkaError, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient

from tagger.stream.kafka.assignment import Partition
from tagger.stream.kafka.topic_ends import COUNT_EVERY_S, TopicEnds
from tagger.stream.log import LogUnavailableError

WELL, SICK = ("a", 0), ("a", 1)
NO_LEADER = KafkaException(KafkaError(KafkaError.LEADER_NOT_AVAILABLE))
UNANSWERED = -1001
"""What the client gives as the end of a partition without a leader."""


class Brokers:
    """Answers from `ends`, an exception where the brokers give one; notes what it was asked."""

    def __init__(self, ends: dict[Partition, int | Exception]) -> None:
        self.ends = ends
        self.readable: dict[Partition, int | Exception] = {}
        self.asked: list[list[Partition]] = []
        self.topics: dict[str, int | KafkaError] = {}
        self.counted: list[str] = []

    def list_offsets(
        self,
        asked: Mapping[TopicPartition, object],
        isolation_level: IsolationLevel,
        request_timeout: float,
    ) -> "dict[TopicPartition, Future[SimpleNamespace]]":
        self.asked.append(sorted((each.topic, each.partition) for each in asked))
        answers: dict[TopicPartition, Future[SimpleNamespace]] = {}
        for each in asked:
            at = (each.topic, each.partition)
            is_reader = isolation_level is IsolationLevel.READ_COMMITTED
            end, answers[each] = (self.readable if is_reader else self.ends)[at], Future()
            if isinstance(end, Exception):
                answers[each].set_exception(end)
            else:
                answers[each].set_result(SimpleNamespace(offset=end))
        return answers

    def list_topics(self, topic: str, timeout: float) -> SimpleNamespace:
        self.counted.append(topic)
        known = self.topics[topic]
        error = known if isinstance(known, KafkaError) else None
        partitions = {} if isinstance(known, KafkaError) else dict.fromkeys(range(known))
        return SimpleNamespace(topics={topic: SimpleNamespace(error=error, partitions=partitions)})


def asking(brokers: Brokers) -> TopicEnds:
    return TopicEnds(cast("AdminClient", brokers), ThreadPoolExecutor(1), clock_s=lambda: 0.0)


async def counted(ends: TopicEnds) -> dict[str, int]:
    """What is answered as soon as there is an answer."""
    while True:
        if found := ends.counts(["a", "b"]):
            return found
        await asyncio.sleep(0)


@pytest.mark.parametrize("end", [UNANSWERED, NO_LEADER])
def test_a_partition_that_is_not_answered_is_left_out_and_then_asked_about_by_itself(
    end: int | Exception,
) -> None:
    brokers = Brokers({WELL: 7, SICK: end})

    async def scene() -> None:
        ends = asking(brokers)
        assert await ends.ends([WELL, SICK]) == {WELL: 7}
        assert await ends.ends([WELL, SICK]) == {WELL: 7}
        assert sorted(brokers.asked[1:]) == [[WELL], [SICK]]
        brokers.ends[SICK] = 9
        for _ in range(3):
            await ends.ends([WELL, SICK])
            await asyncio.sleep(0)
        assert await ends.ends([WELL, SICK]) == {WELL: 7, SICK: 9}
        assert brokers.asked[-1] == [WELL, SICK]

    asyncio.run(scene())


def test_while_nobody_answers_for_any_partition_there_is_no_answer_and_then_one_for_all() -> None:
    brokers = Brokers({WELL: NO_LEADER, SICK: UNANSWERED})

    async def scene() -> None:
        ends = asking(brokers)
        for _ in range(3):
            with pytest.raises(LogUnavailableError, match="do not say where"):
                await ends.ends([WELL, SICK])
        brokers.ends = {WELL: 7, SICK: 9}
        assert await ends.ends([WELL, SICK]) == {WELL: 7, SICK: 9}

    asyncio.run(scene())


def test_a_partition_that_is_the_only_one_left_is_asked_about_until_it_is_answered() -> None:
    brokers = Brokers({WELL: 7, SICK: UNANSWERED})

    async def scene() -> None:
        ends = asking(brokers)
        assert await ends.ends([WELL, SICK]) == {WELL: 7}
        await asyncio.sleep(0)
        for _ in range(3):
            with pytest.raises(LogUnavailableError):
                await ends.ends([SICK])
        brokers.ends[SICK] = 9
        assert await ends.ends([SICK]) == {SICK: 9}

    asyncio.run(scene())


def test_partitions_are_counted_now_and_then_and_unknown_topics_left_out() -> None:
    brokers, now_s = Brokers({}), 0.0
    brokers.topics = {"a": 4, "b": KafkaError(KafkaError.UNKNOWN_TOPIC_OR_PART)}

    async def scene() -> None:
        nonlocal now_s
        admin = cast("AdminClient", brokers)
        with ThreadPoolExecutor(1) as threads:
            ends = TopicEnds(admin, threads, clock_s=lambda: now_s)
            assert await counted(ends) == {"a": 4}
            assert brokers.counted == ["a", "b"]
            assert ends.counts(["a", "b"]) == {}
            now_s += COUNT_EVERY_S
            assert await counted(ends) == {"a": 4}
            assert brokers.counted == ["a", "b", "a", "b"]

    asyncio.run(scene())


def test_what_can_be_read_ends_where_a_transaction_begins_and_an_outage_is_no_answer() -> None:
    brokers = Brokers({WELL: 7, SICK: 9})

    async def scene() -> None:
        ends = asking(brokers)
        brokers.readable = {WELL: 5, SICK: NO_LEADER}
        assert await ends.readable([WELL, SICK]) == {WELL: 5}
        brokers.readable = {SICK: UNANSWERED}
        assert await ends.readable([SICK]) == {}
        assert await ends.ends([WELL, SICK]) == {WELL: 7, SICK: 9}

    asyncio.run(scene())
