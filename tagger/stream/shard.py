"""One shard: one partition number of all input topics, with its profiles and its clock.

Records go in in batches, decisions come out as checkpoints. Synchronous and without a broker, so
that a whole batch is one call. The rules it keeps:

* records before a topic's position were done and are dropped; gaps in offsets are legal;
* commands are applied as they are read, and move no clock;
* events go through the merge, and through the decider under the clock that stood before them;
* deadlines of idle customers are run in slices, up to the frontier and never beyond;
* a checkpoint's offsets name the first record of each topic that is not done. A record that
  waits in the merge is not done;
* a stored profile that is ahead of the committed offsets gets no record twice;
* a profile that grew too large is emptied and its customer quarantined, so that it can be stored.
"""

from collections.abc import Iterable, Mapping

import msgspec

from tagger.domain.commands import COMMAND_ORDER
from tagger.domain.dead_letters import DeadLetter
from tagger.domain.events import TYPE_ORDER
from tagger.engine.profile import Profile
from tagger.engine.profile_codec import decode_profile
from tagger.engine.step import BEFORE_TIME, Clock, Step
from tagger.stream import changelog_record
from tagger.stream.ahead import Ahead
from tagger.stream.counting import count_results
from tagger.stream.deadlines import Deadlines
from tagger.stream.frontier import Frontier, Reading
from tagger.stream.intake import Intake
from tagger.stream.log import Batch, Checkpoint, Committed, EndOffsets, Output
from tagger.stream.merge import Entry, Merge
from tagger.stream.metadata import ClockMetadata, restored_clock
from tagger.stream.parts import Parts
from tagger.stream.pending import Pending
from tagger.stream.storable import storable
from tagger.stream.store import MemoryStore, ProfileStore
from tagger.stream.tally import Tally


class Shard:
    """`number` is the partition number; `start` where reading goes on, by input topic."""

    def __init__(self, number: int, parts: Parts, committed: Mapping[str, Committed]) -> None:
        settings, topics = parts.settings, parts.settings.topics
        clock = restored_clock(committed)
        start = {topic: position.offset for topic, position in committed.items()}
        self.number = number
        self._parts = parts
        self._kinds = topics.inputs()
        self.readings = [
            Reading(topic, rank, start.get(topic, 0), clock.marks.get(topic, BEFORE_TIME))
            for rank, topic in enumerate(topics.events())
        ]
        self.commands = Reading(topics.command, COMMAND_ORDER, start.get(topics.command, 0))
        self.frontier = Frontier(
            self.readings,
            grace_ms=settings.grace_ms,
            fresh_ms=settings.fresh_ms,
            at=clock.frontier,
        )
        self.merge = Merge(self.readings)
        self.deadlines = Deadlines()
        self.store: ProfileStore = MemoryStore()
        self.pending = Pending()
        self._offsets = start
        self._ahead = Ahead(start)
        self._intake = Intake(
            parts.decoder,
            max_skew_ms=settings.max_skew_ms,
            max_record_bytes=settings.max_record_bytes,
            partition=number,
            partitions=settings.partitions,
        )

    def restore(self, rows: Iterable[tuple[bytes, bytes]]) -> None:
        """Take over profiles from the changelog, the last value of each customer.

        Raises ChangelogRecordError or ProfileVersionError for bytes of another version.
        """
        for key, value in rows:
            encoded, offsets = changelog_record.decode(value)
            profile = decode_profile(encoded)
            customer_id = key.decode()
            self._ahead.note(customer_id, offsets)
            self.store.put(customer_id, profile)
            self.deadlines.set(customer_id, profile.deadline)

    def receive(self, batch: Batch, now: int) -> int:
        """Read a batch and process what may be processed; `now` is the wall clock. Gives how
        many records were new.

        Raises LookupError for a topic that is none of the inputs.
        """
        kind = self._kinds.get(batch.topic)
        if kind is None:
            raise LookupError(f"{batch.topic} is not an input topic")
        lane = self.merge.lanes.get(batch.topic)
        reading = self.commands if lane is None else lane.reading
        batch = _unread(batch, reading.position)
        if batch.records:
            telemetry, decoder = self._parts.telemetry, self._parts.decoder
            telemetry.records_read(batch.topic, len(batch.records))
            unknown_before = decoder.unknown_fields
            if lane is None:
                self._apply_commands(batch, now)
            else:
                lane.put(self._intake.events(kind, batch, now))
            telemetry.unknown_fields(kind, decoder.unknown_fields - unknown_before)
            reading.position = batch.records[-1].offset + 1
        self.advance(now)
        return len(batch.records)

    def answered(self, ends: EndOffsets, asked_at: int, now: int) -> None:
        """Take over a fresh answer about the ends of the topics; it was asked at `asked_at`."""
        self.frontier.answered(ends, self.number, asked_at)
        self.commands.end = ends.offsets.get((self.commands.topic, self.number))
        self.advance(now)

    def advance(self, now: int) -> None:
        """Process what no longer has to wait, and move the clock."""
        self.frontier.look(now)
        released = self.merge.release(self.frontier.fed_until)
        if released:
            self._apply_events(released, Clock(self.frontier.at, now))
        self.frontier.advance(self.merge.earliest())

    def sweep(self, limit: int, now: int) -> int:
        """Run the deadlines of up to `limit` customers that the clock has reached; gives how
        many were run."""
        due = self.deadlines.due(self.frontier.at, limit)
        if not due:
            return 0
        clock = Clock(self.frontier.at, now)
        for customer_id in due:
            profile = self.store.get(customer_id)
            if profile is None:
                raise LookupError("a deadline stands for a customer without a profile")
            step = self._parts.decider.run_deadlines(profile, clock)
            if step.deadline is not None and step.deadline <= clock.frontier:
                raise RuntimeError("a deadline that was run still stands")
            self._keep(customer_id, step)
        self._parts.telemetry.deadlines_run(len(due))
        return len(due)

    def take_checkpoint(self) -> Checkpoint | None:
        """Everything since the last checkpoint; None when there is nothing."""
        offsets = self._next_offsets()
        self._ahead.forget_before(offsets)
        pending = self.pending
        if not len(pending) and offsets == self._offsets:
            return None
        self.pending, self._offsets = Pending(), offsets
        return Checkpoint(
            shard=self.number,
            outputs=self._outputs(pending),
            changelog=self._changelog(pending, offsets),
            offsets=offsets,
            metadata=self._metadata().encode(),
        )

    def _apply_commands(self, batch: Batch, now: int) -> None:
        clock, repeats = Clock(self.frontier.at, now), 0
        for record, command in zip(batch.records, self._intake.commands(batch, now), strict=True):
            if isinstance(command, DeadLetter):
                self.pending.results.append(command)
            elif self._ahead.covers(batch.topic, command.customer_id, record.offset):
                repeats += 1
            else:
                profile = self.store.get(command.customer_id)
                step = self._parts.decider.step(profile, command, clock)
                self._keep(command.customer_id, step)
        if repeats:
            self._parts.telemetry.events_processed("command", "duplicate", repeats)

    def _apply_events(self, released: list[Entry], clock: Clock) -> None:
        tally = Tally(self._parts.currencies)
        ahead = self._ahead if len(self._ahead) else None
        decide, get, keep = self._parts.decider.step, self.store.get, self._keep
        for _, offset, _, event in released:
            if isinstance(event, DeadLetter):
                self.pending.results.append(event)
                continue
            customer_id = event.customer_id
            if ahead is not None:
                topic = self.readings[TYPE_ORDER[type(event)]].topic
                if ahead.covers(topic, customer_id, offset):
                    tally.add(event, "duplicate")
                    continue
            step = decide(get(customer_id), event, clock)
            keep(customer_id, step)
            tally.add(event, step.verdict, step.wrong_types)
        tally.report(self._parts.telemetry)

    def _keep(self, customer_id: str, step: Step) -> None:
        if step.profile is not None:
            self.store.put(customer_id, step.profile)
            self.deadlines.set(customer_id, step.deadline)
            self.pending.add(customer_id, step)
        elif step.outcome is not None:
            self.pending.results.append(step.outcome)

    def _next_offsets(self) -> dict[str, int]:
        """By topic; topics of which nothing was read yet are left out."""
        following = {topic: lane.next_offset() for topic, lane in self.merge.lanes.items()}
        following[self.commands.topic] = self.commands.position
        return {topic: offset for topic, offset in following.items() if offset > 0}

    def _metadata(self) -> ClockMetadata:
        marks = {topic: lane.done_mark() for topic, lane in self.merge.lanes.items()}
        return ClockMetadata(
            frontier=self.frontier.at,
            marks={topic: mark for topic, mark in marks.items() if mark > BEFORE_TIME},
            pack=self._parts.settings.pack,
        )

    def _outputs(self, pending: Pending) -> tuple[Output, ...]:
        publisher, current_tags = self._parts.publisher, self._parts.decider.current_tags
        outputs = publisher.results(pending.results)
        for customer_id in pending.retagged:
            profile = self.store.get(customer_id)
            if profile is not None:
                outputs.append(publisher.current_tags(current_tags(profile)))
        count_results(pending.results, self._parts.telemetry)
        return tuple(outputs)

    def _changelog(
        self, pending: Pending, offsets: Mapping[str, int]
    ) -> tuple[tuple[bytes, bytes | None], ...]:
        shared = changelog_record.encode_offsets(offsets)
        rows: list[tuple[bytes, bytes | None]] = []
        for customer_id in pending.dirty:
            profile = self.store.get(customer_id)
            record = None
            if profile is not None:
                own = self._ahead.offsets_of(customer_id, offsets)
                reached = shared if own is offsets else changelog_record.encode_offsets(own)
                record = changelog_record.encode(self._stored(profile), reached)
            rows.append((customer_id.encode(), record))
        return tuple(rows)

    def _stored(self, profile: Profile) -> bytes:
        kept, encoded = storable(profile, self._parts.settings.max_profile_bytes)
        if kept is not profile:
            self.store.put(kept.customer_id, kept)
            self.deadlines.set(kept.customer_id, kept.deadline)
            self._parts.telemetry.customers_quarantined(1)
        return encoded


def _unread(batch: Batch, position: int) -> Batch:
    """`batch` without the records before `position`, which were done."""
    records = batch.records
    if not records or records[0].offset >= position:
        return batch
    kept = tuple(record for record in records if record.offset >= position)
    return msgspec.structs.replace(batch, records=kept)
