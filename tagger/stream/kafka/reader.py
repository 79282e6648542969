"""The subscribed consumer and the one thread that may call it.

librdkafka's consumer takes one caller at a time, so everything that others want of it is queued
for the poll thread. The thread polls, groups what came by partition, and hands the batches to the
event loop; it stops polling while too many records are outstanding, and then the group takes the
shards of a stuck worker away after `max.poll.interval.ms`.
"""

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from contextlib import suppress
from typing import TypeVar

from confluent_kafka import Consumer, KafkaException, Message

from tagger.stream.kafka.assignment import Assignment, Partition
from tagger.stream.kafka.batches import Delivery, by_partition
from tagger.stream.kafka.clients import (
    AUTO_OFFSET_RESET,
    FATAL,
    PARTITION_EOF,
    Config,
    group_member,
    logger,
)
from tagger.stream.kafka.rebalance import Membership, Rebalancer
from tagger.stream.kafka.refusals import FencedError, is_denied, is_fenced, refusal
from tagger.stream.kafka.seldom import Seldom

Answer = TypeVar("Answer")

POLL_S = 0.02
MAX_RECORDS = 10_000
"""Of one poll."""
MAX_OUTSTANDING = 20_000
"""Records under way to the worker at which polling stops."""


class PositionGoneError(Exception):
    """Records that were still to be read have been removed from their topic."""

    def __init__(self, topic: str | None, partition: int | None, detail: str) -> None:
        super().__init__(
            f"{topic}/{partition}: the position to read from does not exist any more ({detail}). "
            "Retention has removed unread records, or the topic was made anew. To go on with "
            "what is left, reset the group's offsets of this partition while no worker runs."
        )


class LeftGroupError(Exception):
    """The consumer is closed: nothing can be asked of it any more."""


class GroupReader:
    """Reads whole-partition batches of `topics` as a member of a group, by either protocol."""

    def __init__(self, config: Config, topics: Iterable[str]) -> None:
        self._topics = sorted(topics)
        self.assignment = Assignment(self._topics)
        self.group_metadata = b""
        """For transactions, as of the last poll or `renew_group_metadata`; empty before."""
        self._config = config
        self._seldom = Seldom()
        self._room = threading.Condition()
        self._outstanding = 0
        self._requests: deque[Callable[[Consumer | None], None]] = deque()
        self._halted = False
        self._left = False
        self._loop: asyncio.AbstractEventLoop
        self._deliver: Callable[[list[Delivery]], None]
        self._failed: Callable[[BaseException], None]
        self._rebalancer: Rebalancer
        self._thread: threading.Thread | None = None

    @property
    def outstanding(self) -> int:
        """Records delivered and not yet given back."""
        return self._outstanding

    def start(
        self,
        membership: Membership,
        deliver: Callable[[list[Delivery]], None],
        failed: Callable[[BaseException], None],
    ) -> None:
        """Join the group. The caller's event loop is where `membership` is told about shards,
        where `deliver` gets the batches, each to be given back with `done`, and where `failed`
        is called when the thread cannot go on. After `stop` this does nothing."""
        if self._halted:
            return
        self._loop = asyncio.get_running_loop()
        self._deliver = deliver
        self._failed = failed
        self._rebalancer = Rebalancer(
            self.assignment,
            membership,
            incremental=self._config.get("group.protocol") == "consumer",
            loop=self._loop,
            wait=self._wait,
            later=self.request,
            failed=self._tell_failure,
        )
        self._thread = threading.Thread(target=self._run, name="kafka-poll", daemon=True)
        self._thread.start()

    async def stop(self, *, abandon: bool = False) -> None:
        """Leave the group; returns when the last checkpoints are made. With `abandon` the shards
        are lost instead of revoked, and nothing more is written for them."""
        with self._room:
            self._halted = True
            self._room.notify_all()
        if self._thread is None:
            return
        self._rebalancer.abandoned |= abandon
        await asyncio.get_running_loop().run_in_executor(None, self._thread.join)

    def request(self, ask: Callable[[Consumer], Answer]) -> Future[Answer]:
        """Have the poll thread call `ask` between two polls, or inside a rebalance."""
        answer: Future[Answer] = Future()

        def serve(consumer: Consumer | None) -> None:
            if consumer is None:
                answer.set_exception(LeftGroupError())
                return
            try:
                answer.set_result(ask(consumer))
            except BaseException as error:  # noqa: BLE001 - raised where the answer is awaited
                answer.set_exception(error)

        with self._room:
            if self._left:
                answer.set_exception(LeftGroupError())
            else:
                self._requests.append(serve)
                self._room.notify_all()
        return answer

    def renew_group_metadata(self) -> Future[None]:
        """Have the poll thread take the newest metadata, also while it does not poll. To be taken
        there alone: then no shard has been lost of which `assignment` does not know."""
        return self.request(self._note_group)

    def done(self, delivery: Delivery) -> None:
        """A delivered batch has been taken over, or dropped."""
        with self._room:
            self._outstanding -= len(delivery.batch.records)
            self._room.notify_all()

    def pause(self, partition: Partition) -> None:
        """Stop delivering a partition; what is outstanding still arrives."""
        self.request(lambda consumer: self._rebalancer.pause(consumer, partition, "worker"))

    def resume(self, partition: Partition) -> None:
        """Go on delivering a paused partition from its position."""
        self.request(lambda consumer: self._rebalancer.resume(consumer, partition, "worker"))

    def hold(self, partition: Partition) -> None:
        """`pause`, for the adapter's own reasons; the two know nothing of each other."""
        self.request(lambda consumer: self._rebalancer.pause(consumer, partition, "adapter"))

    def release(self, partition: Partition) -> None:
        """End a `hold`."""
        self.request(lambda consumer: self._rebalancer.resume(consumer, partition, "adapter"))

    def _run(self) -> None:
        consumer: Consumer | None = None
        try:
            consumer = group_member(self._config)
            consumer.subscribe(
                self._topics,
                on_assign=self._rebalancer.on_assign,
                on_revoke=self._rebalancer.on_revoke,
                on_lost=self._rebalancer.on_lost,
            )
            while not self._halted:
                self._serve(consumer)
                messages = consumer.consume(MAX_RECORDS, POLL_S)
                self._note_group(consumer)
                self._hand_over(messages)
                self._rebalancer.nudge(consumer)
                self._wait_for_room(consumer)
            consumer.close()
        except BaseException as error:  # noqa: BLE001 - told to the loop, which ends the worker
            self._tell_failure(error)
            self._rebalancer.abandoned = True
            if consumer is not None:
                with suppress(KafkaException, RuntimeError):
                    consumer.close()
        finally:
            with self._room:
                self._left = True
            self._serve(consumer)

    def _note_group(self, consumer: Consumer) -> None:
        self.group_metadata = consumer.consumer_group_metadata()

    def _tell_failure(self, error: BaseException) -> None:
        self._loop.call_soon_threadsafe(self._failed, error)

    def _serve(self, consumer: Consumer | None) -> None:
        while self._requests:
            self._requests.popleft()(consumer)

    def _wait(self, consumer: Consumer, future: "Future[None]") -> None:
        future.add_done_callback(self._wake)
        while not future.done():
            self._serve(consumer)
            with self._room:
                if not future.done() and not self._requests:
                    self._room.wait()

    def _wake(self, _: object) -> None:
        with self._room:
            self._room.notify_all()

    def _wait_for_room(self, consumer: Consumer) -> None:
        while self._outstanding > MAX_OUTSTANDING and not self._halted:
            self._serve(consumer)
            with self._room:
                if self._outstanding > MAX_OUTSTANDING and not self._requests:
                    self._room.wait()

    def _hand_over(self, messages: list[Message]) -> None:
        deliveries, events = by_partition(messages, self.assignment)
        for event in events:
            self._heed(event)
        if deliveries:
            with self._room:
                self._outstanding += sum(len(each.batch.records) for each in deliveries)
            self._loop.call_soon_threadsafe(self._deliver, deliveries)

    def _heed_lost_position(self, topic: str | None, partition: int | None, why: str) -> None:
        """Of a shard that is not open the position does not matter: its start is sought later."""
        if partition in self.assignment.open_shards:
            raise PositionGoneError(topic, partition, why)
        logger.info("%s/%s: %s; its shard is not open yet", topic, partition, why)

    def _heed(self, event: Message) -> None:
        error, topic, partition, offset = (
            event.error(),
            event.topic(),
            event.partition(),
            event.offset(),
        )
        if error is None:
            return
        if error.code() == PARTITION_EOF:
            if topic is not None and partition is not None and offset is not None:
                self.assignment.saw_end((topic, partition), offset)
        elif error.code() == AUTO_OFFSET_RESET:
            self._heed_lost_position(topic, partition, error.str())
        elif is_denied(error) and (lasting := refusal(error)) is not None:
            raise lasting
        elif error.fatal() or error.code() == FATAL:
            instance = self._config.get("group.instance.id")
            if is_fenced(error) and instance is not None:
                raise FencedError(str(self._config["group.id"]), str(instance))
            raise KafkaException(error)
        elif self._seldom.is_time_for(error.code()):
            logger.warning("%s", error.str())
