"""What the brokers say about topics: where partitions end, and how many a topic has.

The client waits for every partition of a question until it has a leader. A partition that is left
unanswered once is therefore asked about in questions of its own, until it is answered, so that it
delays nobody else's answer by more than one.
"""

import asyncio
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from confluent_kafka import IsolationLevel, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient

from tagger.stream.kafka import clients
from tagger.stream.kafka.answers import all_of
from tagger.stream.kafka.assignment import Partition
from tagger.stream.log import LogUnavailableError

ENDS_TIMEOUT_S = 1.5
"""Less than the time for which an answer proves anything."""
COUNT_TIMEOUT_S = 2.0
COUNT_EVERY_S = 1.0
"""Below the usual grace, so that no clock has passed the instant at which partitions were added
when that is noticed."""


class TopicEnds:
    """Asks by `admin`, on the event loop; calls of it that block are made on `threads`."""

    def __init__(
        self,
        admin: AdminClient,
        threads: ThreadPoolExecutor,
        clock_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._admin = admin
        self._threads = threads
        self._clock_s = clock_s
        self._unanswered: set[Partition] = set()
        self._asking_again: asyncio.Task[dict[Partition, int]] | None = None
        self._counting: asyncio.Task[dict[str, int]] | None = None
        self._counted_at: float | None = None

    async def ends(self, partitions: Sequence[Partition]) -> dict[Partition, int]:
        """The offsets behind the last records, of those partitions that were answered.

        Raises LogUnavailableError when none was.
        """
        self._heed_those_asked_again()
        self._unanswered.intersection_update(partitions)
        ends = await self._ends([each for each in partitions if each not in self._unanswered])
        if not ends:
            self._unanswered.clear()
            raise LogUnavailableError("the brokers do not say where any partition ends")
        self._unanswered |= set(partitions) - ends.keys()
        if self._unanswered and self._asking_again is None:
            self._asking_again = asyncio.create_task(self._ends(sorted(self._unanswered)))
        return ends

    async def readable(self, partitions: Collection[Partition]) -> dict[Partition, int]:
        """The offsets up to which whoever reads only committed records can read: where the first
        transaction that is still open begins, else the end. Of those partitions that were answered,
        which may be none."""
        return await self._ends(partitions, IsolationLevel.READ_COMMITTED)

    def counts(self, topics: Iterable[str]) -> dict[str, int]:
        """How many partitions topics have: what was answered since the last call. It is asked
        once in `COUNT_EVERY_S`, and waited for by nobody."""
        counts: dict[str, int] = {}
        if self._counting is not None and self._counting.done():
            counts, self._counting = self._counting.result(), None
        now_s = self._clock_s()
        if self._counting is None and (
            self._counted_at is None or now_s - self._counted_at >= COUNT_EVERY_S
        ):
            self._counted_at = now_s
            self._counting = asyncio.create_task(self._counts(tuple(topics)))
        return counts

    def _heed_those_asked_again(self) -> None:
        if self._asking_again is not None and self._asking_again.done():
            self._unanswered -= self._asking_again.result().keys()
            self._asking_again = None

    async def _ends(
        self,
        partitions: Collection[Partition],
        isolation: IsolationLevel = IsolationLevel.READ_UNCOMMITTED,
    ) -> dict[Partition, int]:
        if not partitions:
            return {}
        answers = self._admin.list_offsets(
            {TopicPartition(*partition): clients.LATEST for partition in partitions},
            isolation_level=isolation,
            request_timeout=ENDS_TIMEOUT_S,
        )
        with suppress(KafkaException):
            await all_of(answers.values())
        return {
            (tp.topic, tp.partition): answer.result().offset
            for tp, answer in answers.items()
            if answer.exception() is None and answer.result().offset >= 0
        }

    async def _counts(self, topics: Sequence[str]) -> dict[str, int]:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._count_each, topics)

    def _count_each(self, topics: Sequence[str]) -> dict[str, int]:
        counts: dict[str, int] = {}
        with suppress(KafkaException):
            for topic in topics:
                known = self._admin.list_topics(topic, timeout=COUNT_TIMEOUT_S).topics
                if (found := known.get(topic)) is not None and found.error is None:
                    counts[topic] = len(found.partitions)
        return counts
