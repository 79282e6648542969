"""The stages of a shard one after the other, each for a whole batch, so that each can be measured.

The parts are the shard's own, and so is their order; what is decided is the same. Only the loops
around them are different: a shard takes an event through all of its stages before the next one.
"""

import sys
from collections.abc import Sequence

from bench.stages.stopwatch import Stopwatch
from tagger.domain.commands import TagCommand
from tagger.domain.dead_letters import DeadLetter
from tagger.domain.events import Event
from tagger.engine.profile import Profile
from tagger.engine.step import BEFORE_TIME, Clock, Step
from tagger.stream import changelog_record
from tagger.stream.ahead import Ahead
from tagger.stream.checkpoint_records import CheckpointRecords
from tagger.stream.deadlines import Deadlines
from tagger.stream.frontier import Frontier, Reading
from tagger.stream.intake import Intake
from tagger.stream.log import Batch, Checkpoint, EndOffsets, LogRecord
from tagger.stream.merge import Merge, Read
from tagger.stream.parts import Parts
from tagger.stream.pending import Pending
from tagger.stream.stores.store import ProfileStore
from tagger.stream.topics import InputKind
from tagger.stream.turns import Turns

Released = tuple[Event, Clock]


class StagedShard:
    """Shard 0 of a worker that has only this one, on profiles in `store`. `now` is the wall clock;
    the purchases lag far behind it, and the other topics are empty."""

    def __init__(self, parts: Parts, store: ProfileStore, now: int, watch: Stopwatch) -> None:
        topics = parts.settings.topics
        self._parts = parts
        self._now = now
        self._watch = watch
        self._store = store
        self._topic = topics.purchase
        self._readings = [Reading(topic, rank, 0) for rank, topic in enumerate(topics.events())]
        self._frontier = Frontier(
            self._readings,
            grace_ms=parts.settings.grace_ms,
            fresh_ms=parts.settings.fresh_ms,
            at=BEFORE_TIME,
        )
        self._frontier.answered(empty_but(self._topic, topics.events(), now), 0, 0)
        self._merge = Merge(self._readings)
        self._turns = Turns(self._frontier, self._merge, sys.maxsize)
        self._deadlines = Deadlines(store)
        self._records = CheckpointRecords(parts, store, self._deadlines, Ahead({}))
        self._pending = Pending()
        self._prepared = Prepared()
        self._intake = Intake(
            self._prepared,
            parts.telemetry,
            max_skew_ms=parts.settings.max_skew_ms,
            max_record_bytes=parts.settings.max_record_bytes,
            partition=0,
            partitions=1,
        )

    def receive(self, records: tuple[LogRecord, ...]) -> None:
        """Take a batch of purchases through all stages but those of a checkpoint."""
        watch, decode = self._watch, self._parts.decoder.decode
        with watch.of("decode"):
            decoded = [decode("purchase", record.value) for record in records]
        self._prepared.put(decoded)
        with watch.of("gate: key, partition, skew"):
            read = self._intake.events("purchase", Batch(self._topic, 0, records), self._now)
        with watch.of("merge and clock"):
            released = self._released(read)
        with watch.of("profile lookup"):
            profiles = [self._store.get(event.customer_id) for event, _ in released]
        with watch.of("evaluate"):
            steps = self._decided(released, profiles)
        with watch.of("keep profile and deadline"):
            for before, step, (event, clock) in steps:
                self._keep(event.customer_id, step, before, clock.frontier)
        with watch.of("deadlines of the idle"):
            self._sweep()

    def checkpoint(self) -> Checkpoint:
        """What a checkpoint of everything since the last one holds, written to the store too."""
        watch, records, frontier = self._watch, self._records, self._frontier.at
        pending, self._pending = self._pending, Pending()
        offsets = {self._topic: self._merge.lanes[self._topic].next_offset()}
        with watch.of("encode outputs"):
            outputs = records.outputs(pending)
        with watch.of("encode profiles"):
            rows = records.changelog(pending, offsets, frontier, changelog_record.VERSION)
        with watch.of("write profiles to the store"):
            self._store.begin_checkpoint()
            self._store.committed(rows, offsets[self._topic], self._now)
        return Checkpoint(0, outputs, rows, offsets, "")

    def _released(self, read: Sequence[Read]) -> list[Released]:
        """The events in the order of their merge, each with the clock it is decided under."""
        lane, now = self._merge.lanes[self._topic], self._now
        return [
            (event, Clock(frontier, now))
            for frontier, _, event in self._turns.read(lane, read)[0]
            if not isinstance(event, DeadLetter)
        ]

    def _decided(
        self, released: Sequence[Released], profiles: Sequence[Profile | None]
    ) -> list[tuple[int | None, Step, Released]]:
        """Each step, with the deadline that stood before it."""
        decide, new = self._parts.decider.step, dict[str, Profile | None]()
        steps: list[tuple[int | None, Step, Released]] = []
        for each, known in zip(released, profiles, strict=True):
            event, clock = each
            profile = new.get(event.customer_id) if known is None else known
            before = None if profile is None else profile.deadline
            step = decide(profile, event, clock)
            if known is None:
                new[event.customer_id] = step.profile
            steps.append((before, step, each))
        return steps

    def _keep(self, customer_id: str, step: Step, before: int | None, frontier: int) -> None:
        if step.profile is not None:
            self._deadlines.keep(step.profile, before, frontier)
            self._store.put(customer_id, step.profile)
            self._pending.add(customer_id, step)

    def _sweep(self) -> None:
        clock = Clock(self._frontier.at, self._now)
        for profile in self._deadlines.ring(clock.frontier):
            if profile is not None:
                before = profile.deadline
                step = self._parts.decider.run_deadlines(profile, clock)
                self._keep(profile.customer_id, step, before, clock.frontier)


class Prepared:
    """A decoder that gives what was decoded before."""

    unknown_fields = 0

    def __init__(self) -> None:
        self._waiting: list[Event | TagCommand] = []

    def put(self, decoded: Sequence[Event | TagCommand]) -> None:
        """What to give, in this order."""
        self._waiting = list(reversed(decoded))

    def decode(self, kind: InputKind, value: bytes | None) -> Event | TagCommand:  # noqa: ARG002
        """The next one, whatever the bytes are."""
        return self._waiting.pop()


def empty_but(topic: str, topics: Sequence[str], now: int) -> EndOffsets:
    """Partition 0 of all topics is empty, but for that of `topic`, whose end is far away."""
    return EndOffsets(now, {(each, 0): 2**40 if each == topic else 0 for each in topics})
