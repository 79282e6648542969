"""The subscribed consumer and the one thread that may call it.

librdkafka's consumer takes one caller at a time, so everything that others want of it is queued
for the poll thread. The thread polls, groups what came by partition, and hands the batches to the
event loop. A poll waits for a first record, then a moment for those that came with it: at low rates
it is batches that cost something, not records, and brokers gather them for `fetch.wait.max.ms`.
While too many records are outstanding it waits for the worker. When the worker takes none over for
a while, it may wait for what only a poll can bring, such as the word that its shards are lost: then
all partitions are paused and polling goes on, and the group keeps this member. So the group does
not take the shards of a stuck worker away: `TakingWatch` ends its process.
"""

import asyncio
import math
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from contextlib import suppress
from typing import TypeVar

from confluent_kafka import Consumer, KafkaException, Message

from tagger.stream.kafka.assignment import Assignment, Partition
from tagger.stream.kafka.batches import Delivery, by_partition, joined
from tagger.stream.kafka.clients import Config, group_member, logger
from tagger.stream.kafka.consumer_events import ConsumerEvents
from tagger.stream.kafka.outstanding import Outstanding
from tagger.stream.kafka.poll_requests import PollRequests
from tagger.stream.kafka.rebalance import Membership, Rebalancer, Wish
from tagger.stream.kafka.threads import on_a_thread

Answer = TypeVar("Answer")

POLL_S = 0.02
GATHER_S = 0.002
"""After the first record of a poll: the client puts one partition of an answer after the other."""
MAX_RECORDS = 10_000
"""Of one poll."""
MAX_OUTSTANDING = 20_000
"""Records under way to the worker at which no more are read. Those of held partitions do not count,
nor those that will be dropped."""
STILL_S = 2.0
"""When no batch has been given back for so long, polling goes on with everything paused. It costs
something: the client drops what it has read ahead, and reads it again."""
LEAVE_S = 2.0
"""How long the group's word is waited for when nothing is left but to leave it. The brokers answer
one request of a connection after the other: while a group is formed anew, to leave waits behind to
join."""
LONGEST_STOP_S = 5.0
"""It goes on after so long in any case: the group must not wait for a worker that is slow."""


class GroupReader:
    """Reads whole-partition batches of `topics` as a member of a group, by either protocol."""

    def __init__(self, config: Config, topics: Iterable[str]) -> None:
        self._topics = sorted(topics)
        self.assignment = Assignment(self._topics)
        self.group_metadata = b""
        """For transactions, as of the last poll or `renew_group_metadata`; empty before."""
        self._config = config
        self._events = ConsumerEvents(self.assignment, config)
        self._room = threading.Condition()
        self._outstanding = Outstanding()
        self.emptied = 0
        """How often the client had no more to give. As long as it has, records of a partition may
        wait behind those of others."""
        self._requests = PollRequests(self._room)
        self._halted = False
        self._loop: asyncio.AbstractEventLoop
        self._deliver: Callable[[list[Delivery]], None]
        self._failed: Callable[[BaseException], None]
        self._rebalancer: Rebalancer
        self._thread: threading.Thread | None = None

    @property
    def outstanding(self) -> int:
        """Records delivered and not yet given back."""
        return self._outstanding.records

    @property
    def given_back(self) -> int:
        """Batches given back so far."""
        return self._outstanding.given_back

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
        are lost instead of revoked, and nothing more is written for them. A group that does not
        let us go has to notice by itself."""
        if self._thread is not None:
            self._rebalancer.abandoned |= abandon
        with self._room:
            self._halted = True
            self._room.notify_all()
        if self._thread is None:
            return
        ending = asyncio.ensure_future(on_a_thread(self._thread.join))
        idle_from = math.inf
        while not ending.done():
            now = time.monotonic()
            idle_from = min(idle_from, now) if self._is_idle() else math.inf
            if now - idle_from >= LEAVE_S:
                logger.warning("the group does not answer to our leaving it")
                self._requests.end()
                return
            await asyncio.wait({ending}, timeout=POLL_S)

    def request(self, ask: Callable[[Consumer], Answer]) -> Future[Answer]:
        """Have the poll thread call `ask` between two polls, or inside a rebalance; not at all when
        the answer has been cancelled before."""
        return self._requests.ask(ask)

    def renew_group_metadata(self) -> Future[None]:
        """Have the poll thread take the newest metadata, also while it does not poll. To be taken
        there alone: then no shard has been lost of which `assignment` does not know. While
        shards are let go of the metadata stays: the client may have been expelled and have joined
        anew meanwhile, and has yet to tell of the loss."""
        return self.request(self._note_group)

    def done(self, delivery: Delivery) -> None:
        """A delivered batch has been taken over, or dropped."""
        with self._room:
            self._outstanding.give_back(delivery)
            self._room.notify_all()

    def pause(self, partition: Partition) -> None:
        """Stop delivering a partition; what is outstanding still arrives."""
        self.request(lambda consumer: self._rebalancer.pause(consumer, partition, Wish.WORKER))

    def resume(self, partition: Partition) -> None:
        """Go on delivering a paused partition from its position."""
        self.request(lambda consumer: self._rebalancer.resume(consumer, partition, Wish.WORKER))

    def hold(self, partition: Partition) -> None:
        """`pause`, for the adapter's own reasons; the two know nothing of each other."""
        self.request(lambda consumer: self._rebalancer.pause(consumer, partition, Wish.ADAPTER))

    def release(self, partition: Partition) -> None:
        """End a `hold`."""
        self.request(lambda consumer: self._rebalancer.resume(consumer, partition, Wish.ADAPTER))

    def _is_idle(self) -> bool:
        """Whether no shard is ours any more, not even to be closed."""
        return not self.assignment.partitions and not self._rebalancer.is_letting_go

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
                if self._poll(consumer) < MAX_RECORDS:
                    self.emptied += 1
                self._wait_for_room(consumer)
            consumer.close()
        except BaseException as error:  # noqa: BLE001 - told to the loop, which ends the worker
            self._tell_failure(error)
            self._rebalancer.abandoned = True
            if consumer is not None:
                with suppress(KafkaException, RuntimeError):
                    consumer.close()
        finally:
            self._rebalancer.end()
            self._requests.end()

    def _poll(self, consumer: Consumer) -> int:
        """Gives how many came after the first one, of `MAX_RECORDS` at most."""
        self._requests.serve(consumer)
        deliveries: list[Delivery] = []
        more: list[Message] = []
        if messages := consumer.consume(1, POLL_S):
            first = self._admitted(messages)
            more = consumer.consume(MAX_RECORDS, GATHER_S)
            deliveries = joined(first, self._admitted(more))
        self._note_group(consumer)
        self._hand_over(deliveries)
        self._rebalancer.nudge(consumer)
        return len(more)

    def _note_group(self, consumer: Consumer) -> None:
        if not self._rebalancer.is_letting_go:
            self.group_metadata = consumer.consumer_group_metadata()

    def _tell_failure(self, error: BaseException) -> None:
        self._loop.call_soon_threadsafe(self._failed, error)

    def _wait(self, consumer: Consumer | None, future: "Future[None]") -> None:
        future.add_done_callback(self._wake)
        while not future.done():
            self._requests.serve(consumer)
            with self._room:
                if not future.done() and not self._requests:
                    self._room.wait()

    def _wake(self, _: object) -> None:
        with self._room:
            self._room.notify_all()

    def _wait_for_room(self, consumer: Consumer) -> None:
        if self._finds_room(consumer):
            return
        while not self._halted and not self._has_room():
            self._requests.serve(consumer)
            self._rebalancer.pause_open(consumer, Wish.ROOM)
            self._poll(consumer)
        self._rebalancer.resume_all(consumer, Wish.ROOM)

    def _finds_room(self, consumer: Consumer) -> bool:
        """Whether the worker makes room soon enough, while nothing is polled."""
        begun_s = moved_s = time.monotonic()
        given_back = self.given_back
        while not self._halted and not self._has_room():
            self._requests.serve(consumer)
            now_s = time.monotonic()
            if self.given_back != given_back:
                given_back, moved_s = self.given_back, now_s
            left_s = min(moved_s + STILL_S, begun_s + LONGEST_STOP_S) - now_s
            if left_s <= 0:
                return False
            with self._room:
                if not self._requests and not self._has_room():
                    self._room.wait(left_s)
        return True

    def _has_room(self) -> bool:
        with self._room:
            return (
                self._outstanding.records <= MAX_OUTSTANDING
                or self._outstanding.count(self._goes_on) <= MAX_OUTSTANDING
            )

    def _goes_on(self, partition: Partition, epoch: int) -> bool:
        """Whether records of that epoch are the worker's next."""
        return epoch == self.assignment.epoch(partition[1]) and not self._rebalancer.is_paused(
            partition, Wish.ADAPTER
        )

    def _admitted(self, messages: list[Message]) -> list[Delivery]:
        """What there is to deliver of one call, at once: the next call may take shards away."""
        deliveries, events = by_partition(messages, self.assignment)
        for event in events:
            self._events.heed(event)
        return deliveries

    def _hand_over(self, deliveries: list[Delivery]) -> None:
        if deliveries:
            with self._room:
                self._outstanding.deliver(deliveries)
            self._loop.call_soon_threadsafe(self._deliver, deliveries)
