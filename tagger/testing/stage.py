"""Where steps happen: a broker in memory, workers with the real stream, and a clock that moves
only when told.

Workers are the product's own, with its codecs, shards and engine; only the broker is simulated.
Nothing is random and nothing depends on the machine, so the same steps are the same run.
"""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from tagger.codecs.decode import RecordDecoder
from tagger.codecs.encode import Encoder
from tagger.rules.plan import Plan
from tagger.stream.decider import Decider
from tagger.stream.murmur2 import partition_of
from tagger.stream.outputs import Publisher
from tagger.stream.parts import Parts, StreamSettings, currencies_of
from tagger.stream.topics import InputKind
from tagger.telemetry import Telemetry
from tagger.testing.broker import Broker
from tagger.testing.clerk import Clerk
from tagger.testing.crew import Crew
from tagger.testing.errors import StepError
from tagger.testing.times import Duration, Instant, described, duration_ms, instant_ms
from tagger.workflows.pipeline import Pipeline

FIRST_STRIDE_MS = 100
"""Of a wait: long enough for what was read before it to be committed."""
_MOST_ROUNDS = 1_000
"""In which a stage comes to rest: far more than anything needs."""


class Stage:
    """`log` is the broker, `crew` the workers, of which there are so many at first. `settings`
    replace the worker's defaults, `decider` what decides; while time passes, records come in
    batches of at most `batch`. `cached_profiles`, see `Crew`."""

    def __init__(
        self,
        plan: Plan,
        log: Broker,
        *,
        workers: int = 1,
        batch: int = 1_000,
        settings: StreamSettings | None = None,
        decider: Decider | None = None,
        cached_profiles: int = 0,
    ) -> None:
        settings = settings or StreamSettings(partitions=log.partitions)
        currencies = currencies_of(plan)
        parts = Parts(
            settings=settings,
            decider=Pipeline(plan) if decider is None else decider,
            decoder=RecordDecoder(),
            publisher=Publisher(settings.topics, Encoder()),
            telemetry=Telemetry(),
            currencies=currencies,
        )
        self.starts_at = log.now
        self.log = log
        self.crew = Crew(self.log, parts, workers, cached_profiles)
        self._grace_ms = settings.grace_ms
        self._clerk = Clerk(currencies)
        self._batch = batch
        self.topics = settings.topics
        self._topic_of: dict[str, str] = {
            kind: topic for topic, kind in settings.topics.inputs().items()
        }
        self._events = settings.topics.events()
        self._held: set[str] = set()

    async def finish(self) -> None:
        """Let everything come in, until the clock of every shard stands at this very instant."""
        await self._end_accidents()
        await self.wait(self._grace_ms)
        await self.settle()

    def write(
        self, kind: InputKind, customer: str, fields: Mapping[str, Any], ago: Duration
    ) -> None:
        """See `Write`."""
        topic = self._topic(kind)
        happened_at = self.log.now - duration_ms(ago)
        value = self._clerk.record(kind, customer, fields, happened_at)
        key = customer.encode()
        self.log.produce(topic, partition_of(key, self.log.partitions), key, value)

    def write_raw(
        self, kind: InputKind, customer: str, value: bytes | None, partition: int | None
    ) -> None:
        """See `Raw`."""
        topic, key = self._topic(kind), customer.encode()
        if partition is None:
            partition = partition_of(key, self.log.partitions)
        self.crew.check_shard(partition)
        self.log.produce(topic, partition, key, value)

    async def wait(self, duration: Duration) -> None:
        """See `Wait`."""
        passing_ms = duration_ms(duration)
        if passing_ms < 0:
            raise StepError("time does not go back; `StepClock` sets the wall clock")
        await self._pass(passing_ms)

    async def wait_until(self, at: Instant) -> None:
        """See `WaitUntil`."""
        until = instant_ms(at, self.starts_at)
        if until < self.log.now:
            now, then = (described(each, self.starts_at) for each in (self.log.now, until))
            raise StepError(f"time does not go back: it is {now} already, and {then} is over")
        await self._pass(until - self.log.now)

    def feed(self, until: Instant | None) -> None:
        """See `Feed`."""
        self.log.feed = None if until is None else instant_ms(until, self.starts_at)

    async def tick(self) -> None:
        """See `Tick`."""
        await self.crew.simulation.tick()

    async def settle(self) -> None:
        """See `Settle`."""
        await self._end_accidents()
        for _ in range(_MOST_ROUNDS):
            died = self.crew.crashes
            await self.crew.share_all()
            await self._come_to_rest()
            await self._drain([self._topic("command")])
            await self.crew.pause_all()
            if self.crew.crashes == died and self._is_all_committed():
                await self.crew.share_all()
                return
        raise RuntimeError("the workers do not come to an end with what was written")

    def hold(self, kind: InputKind) -> None:
        """See `Hold`."""
        self._held.add(self._topic(kind))
        self.crew.simulation.withheld |= self._held

    def release(self, kind: InputKind) -> None:
        """See `Release`."""
        self._held.discard(self._topic(kind))
        self.crew.simulation.withheld.discard(self._topic(kind))

    async def deliver(self, kind: InputKind, count: int, shard: int) -> None:
        """See `Deliver`."""
        self.crew.check_shard(shard)
        await self.crew.simulation.deliver(self._topic(kind), shard, count)

    async def repeat(self, kind: InputKind, count: int, shard: int) -> None:
        """See `Repeat`."""
        self.crew.check_shard(shard)
        await self.crew.simulation.deliver_again(self._topic(kind), shard, count)

    def skip_offsets(self, kind: InputKind, count: int, shard: int) -> None:
        """See `SkipOffsets`."""
        self.crew.check_shard(shard)
        self.log.skip_offsets(self._topic(kind), shard, count)

    def change_leader(self, kind: InputKind, shard: int, *, is_there: bool) -> None:
        """See `Leaderless`."""
        self.crew.check_shard(shard)
        if is_there:
            self.log.leaderless.discard((self._topic(kind), shard))
        else:
            self.log.leaderless.add((self._topic(kind), shard))

    def lose_broker(self, *, still_delivers: bool) -> None:
        """See `BrokerAway`."""
        self.log.is_reachable = False
        if not still_delivers:
            self.crew.simulation.withheld |= set(self.log.inputs)
            self.crew.hold_all_commits()

    def regain_broker(self) -> None:
        """See `BrokerBack`."""
        self.log.is_reachable = True
        self.crew.simulation.withheld.clear()
        self.crew.simulation.withheld |= self._held
        self.crew.let_all_commits()

    async def _end_accidents(self) -> None:
        self._held.clear()
        self.log.feed = None
        self.log.leaderless.clear()
        self.regain_broker()
        await self.crew.replace_doubting()

    async def _pass(self, duration_ms: int) -> None:
        first_ms = min(FIRST_STRIDE_MS, duration_ms)
        await self._catch_up()
        for stride_ms in (first_ms, duration_ms - first_ms):
            if stride_ms:
                self.log.now += stride_ms
                await self._catch_up()

    async def _catch_up(self) -> None:
        """What a worker does in no time: read, ask the broker, hear its answer, read on."""
        await self._drain(self.log.inputs)
        await self.tick()
        await self.tick()
        await self._drain(self.log.inputs)

    async def _drain(self, topics: Iterable[str]) -> None:
        """Deliver all that can be delivered, a batch of each partition in turn."""
        partitions = [(topic, shard) for topic in topics for shard in range(self.log.partitions)]
        while partitions:
            partitions = [
                at for at in partitions if await self.crew.simulation.deliver(*at, self._batch)
            ]

    async def _come_to_rest(self) -> None:
        """Read all events, and run all deadlines that are due at this instant."""
        for _ in range(_MOST_ROUNDS):
            await self._drain(self._events)
            await self.tick()
            await self.tick()
            if self._is_all_read() and not self.crew.has_due():
                return

    def _is_all_read(self) -> bool:
        """Whether no owner has unread events; a shard without an owner has nobody to read."""
        members = self.crew.simulation.members
        return not any(
            members[name].positions.get((topic, shard), 0) < self.log.end(topic, shard)
            for shard, name in self.log.owners.items()
            for topic in self._events
        )

    def _is_all_committed(self) -> bool:
        return all(
            (topic in committed and committed[topic].offset >= end) or end == 0
            for topic, shard in self.log.records
            for committed in [self.log.committed.get(shard, {})]
            for end in [self.log.end(topic, shard)]
        )

    def _topic(self, kind: str) -> str:
        topic = self._topic_of.get(kind)
        if topic is None:
            near = get_close_matches(kind, self._topic_of, 1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            known = ", ".join(map(repr, self._topic_of))
            raise StepError(f"there is no topic {kind!r} but {known}{hint}")
        return topic
