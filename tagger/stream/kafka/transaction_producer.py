"""The producer of a worker's transactions, and how each of them came out.

A transaction either is committed, or left nothing and may be made again, and this module finds out
which, however long the brokers are away. Before the commit is asked for nothing can have been
committed. Once it is asked for and the answer is not that it was made, only the brokers know: a new
producer of the same name then ends what was under way, one way or the other, and refuses the old
one's late requests. Whether it was committed shows in the group's offsets: each transaction leaves
a mark of its own beside them. A shard that has gone to others meanwhile may hide its mark; the
transaction is made again then, and the group's generation keeps it from being taken.
"""

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from itertools import count
from typing import Literal
from uuid import uuid4

from confluent_kafka import KafkaError, KafkaException, TopicPartition

from tagger.settings import Settings
from tagger.stream.kafka import clients
from tagger.stream.kafka.commit_marks import has_mark
from tagger.stream.kafka.outage import Outage
from tagger.stream.kafka.refusals import (
    FencedError,
    is_away,
    is_expelled,
    is_fenced,
    refusal,
)
from tagger.stream.kafka.threads import on_a_thread, within
from tagger.stream.kafka.transaction_records import Receipts, fill, positions_of
from tagger.stream.log import Checkpoint

Outcome = Literal["committed", "expelled", "refused", "unanswered"]
"""Only after `committed` has the transaction left anything. `expelled`: the group has no such
member in that generation."""

READY_S = 10.0
ASK_S = 5.0
"""For the offsets, and to abort. A call that was cut short cannot be taken up again by the client,
and may never return at all, so the transaction is made again."""
END_S = 10.0
"""For a commit."""
PAUSE_S = 2.0
FIRST_PAUSE_S = 0.02

START = "checkpoints wait for the brokers to let this worker make transactions"
MAKE = "checkpoints wait for the brokers to take them"
DOUBT = "a checkpoint waits for the brokers to say whether it was made"

_CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def pause_s(attempt: int) -> float:
    """How long to wait after so many attempts, counted from 0."""
    return min(FIRST_PAUSE_S * 2.0 ** min(attempt, 16), PAUSE_S)


class TransactionProducer:
    """One transaction at a time, under the name `name`, on the event loop.

    `goes_on` is awaited before anything is tried again, and raises when it need not be.
    """

    def __init__(
        self,
        settings: Settings,
        name: str,
        outage: Outage,
        goes_on: Callable[[], Awaitable[None]],
    ) -> None:
        self._settings = settings
        self._name = name
        self._outage = outage
        self._goes_on = goes_on
        self._life = uuid4().hex[:12]
        self._numbers = count(1)
        self._producer = clients.transactional_producer(settings, name)
        self._receipts = Receipts(of_all=False)
        self._asks_why = False
        """The last transaction came to nothing: the client tells why of each record alone."""

    @property
    def reached(self) -> dict[int, int]:
        """Of the newest transaction, by shard, the offset behind its last changelog record, as far
        as it is known."""
        return self._receipts.reached

    async def start(self) -> None:
        """Refuse everybody else of this name, and end what they left open; waits for the brokers
        as long as it takes. Raises RefusedError, and what `goes_on` raises."""
        for attempt in count():
            try:
                await within(READY_S, partial(self._producer.init_transactions, READY_S))
            except KafkaException as failure:
                error: KafkaError = failure.args[0]
                if (lasting := refusal(error)) is not None:
                    raise lasting from failure
                if not error.retriable():
                    self._replace()
                self._outage.met(START, _said(failure))
            except TimeoutError as silence:
                self._replace()
                self._outage.met(START, _said(silence))
            else:
                self._outage.over(START)
                return
            await asyncio.sleep(pause_s(attempt))
            await self._goes_on()

    async def make(self, checkpoints: Sequence[Checkpoint], metadata: bytes) -> Outcome:
        """One transaction of `checkpoints`, under the group's `metadata`. Raises RefusedError, and
        what `goes_on` raises."""
        mark, begun_s = f"{self._life}-{next(self._numbers)}", time.clock_gettime(_CLOCK)
        positions = positions_of(checkpoints, self._settings.topics, mark)
        self._receipts = receipts = Receipts(of_all=self._asks_why)
        producer = self._producer
        send = partial(producer.send_offsets_to_transaction, positions, metadata, ASK_S)
        try:
            topics = self._settings.topics
            await on_a_thread(partial(fill, producer, checkpoints, topics, receipts))
            await within(ASK_S, send)
        except (KafkaException, TimeoutError) as failure:
            await self._undo(failure, begun_s)
            return self._outcome(failure)
        try:
            await within(END_S, partial(producer.commit_transaction, END_S))
        except (KafkaException, TimeoutError) as failure:
            self._check_fence(failure, begun_s)
            if not await self._was_committed(positions, mark, failure):
                return self._outcome(failure)
        self._asks_why = False
        return "committed"

    def _outcome(self, failure: KafkaException | TimeoutError) -> Outcome:
        """Of a transaction that left nothing. Raises RefusedError when another would not either."""
        self._asks_why = True
        told = [] if isinstance(failure, TimeoutError) else [failure.args[0]]
        errors: list[KafkaError] = [each for each in (self._receipts.failure, *told) if each]
        for lasting in filter(None, map(refusal, errors)):
            raise lasting from failure
        if any(map(is_expelled, errors)):
            return "expelled"
        if errors and not any(map(is_away, errors)):
            return "refused"
        self._outage.met(MAKE, _said(failure))
        return "unanswered"

    async def _undo(self, failure: KafkaException | TimeoutError, begun_s: float) -> None:
        """Leave nothing of the transaction, whose commit was not asked for: abort it or, where the
        client cannot, have another producer do that."""
        clients.logger.info("a transaction is made again: %s", _said(failure))
        self._check_fence(failure, begun_s)
        try:
            if isinstance(failure, TimeoutError):
                raise failure
            await within(ASK_S, partial(self._producer.abort_transaction, ASK_S))
        except (KafkaException, TimeoutError) as stuck:
            self._check_fence(stuck, begun_s)
            self._replace()
            await self.start()

    async def _was_committed(
        self, positions: Sequence[TopicPartition], mark: str, failure: Exception
    ) -> bool:
        clients.logger.warning("no word whether a transaction was made: %s", _said(failure))
        self._replace()
        await self.start()
        asked = [TopicPartition(each.topic, each.partition) for each in positions]
        for attempt in count():
            try:
                metadata = await within(ASK_S, partial(_metadata, self._settings, asked))
            except (KafkaException, TimeoutError) as silence:
                self._outage.met(DOUBT, _said(silence))
            else:
                self._outage.over(DOUBT)
                return any(has_mark(text, mark) for text in metadata)
            await asyncio.sleep(pause_s(attempt))
            await self._goes_on()
        raise AssertionError("the attempts have no end")

    def _check_fence(self, failure: Exception, begun_s: float) -> None:
        """Raise FencedError when another process has this one's name. The brokers also refuse a
        producer whose transaction was open for too long, as after a standstill of the machine."""
        open_s, instance = time.clock_gettime(_CLOCK) - begun_s, self._settings.instance
        if (
            isinstance(failure, KafkaException)
            and is_fenced(failure.args[0])
            and instance is not None
            and open_s < clients.TRANSACTION_TIMEOUT_MS / 1_000
        ):
            raise FencedError(self._settings.group, instance) from failure

    def _replace(self) -> None:
        """Take another producer. The old one may take its time to go, so a thread sees to it."""
        old, self._producer = (
            self._producer,
            clients.transactional_producer(self._settings, self._name),
        )
        threading.Thread(target=lambda _: None, args=(old,), daemon=True).start()


def _said(failure: Exception) -> str:
    """What the client says, without its codes."""
    return str(failure.args[0].str() if isinstance(failure, KafkaException) else failure)


def _metadata(settings: Settings, asked: list[TopicPartition]) -> list[str]:
    """What stands beside the group's committed offsets. Raises KafkaException unless all of them
    are told."""
    consumer = clients.changelog_reader(settings)
    try:
        answers = consumer.committed(asked, timeout=ASK_S)
    finally:
        consumer.close()
    for answer in answers:
        if answer.error is not None:
            raise KafkaException(answer.error)
    return [answer.metadata or "" for answer in answers]
