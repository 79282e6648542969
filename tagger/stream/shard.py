"""One shard: one partition number of all input topics, with its profiles and its clock.

Records go in in batches, decisions come out as checkpoints. Synchronous and without a broker, so
that a whole batch is one call. The rules it keeps:

* records before a topic's position were done and are dropped; gaps in offsets are legal;
* commands are applied as they are read, and move no clock;
* events go through the merge, and through the decider under the clock that stood before them; how
  records were put into batches makes no difference, nor how many are processed at a time;
* deadlines of idle customers are run up to the frontier and never beyond, in an order that does
  not depend on how many are run at a time;
* a checkpoint's offsets name the first record of each topic that is not done. A record that
  waits in the merge is not done;
* what a checkpoint holds reaches the store's disk when it is durable, and not before;
* a stored profile that is ahead of the committed offsets gets no record twice;
* a profile that grew too large gets shorter series, and where that is not enough is emptied and
  its customer quarantined, so that it can be stored.
"""

from collections.abc import Callable, Iterable, Mapping

import msgspec

from tagger.domain.commands import COMMAND_ORDER
from tagger.engine.step import BEFORE_TIME, Clock
from tagger.stream.ahead import Ahead
from tagger.stream.arrivals import Arrivals
from tagger.stream.checkpoint_records import CheckpointRecords
from tagger.stream.decisions import Decisions
from tagger.stream.frontier import NEVER, Frontier, Reading
from tagger.stream.intake import Intake
from tagger.stream.log import Batch, Checkpoint, Committed, EndOffsets, Row
from tagger.stream.merge import Lane, Merge
from tagger.stream.metadata import ClockMetadata, decoded, refuse_moved, restored_clock
from tagger.stream.parts import Parts
from tagger.stream.pending import Pending
from tagger.stream.stores.memory import MemoryStore
from tagger.stream.stores.store import ProfileStore
from tagger.stream.turns import Turns


class Shard:
    """`number` is the partition number, `committed` says where reading goes on, by input topic.
    Profiles are in `store`, in memory unless one is given. `state_version` is that of the changelog
    records that are written: the one beside the committed offsets, or a newer one that the settings
    ask for. It never falls, so that no program meets records that it was not told of.

    Raises MetadataError when this program cannot go on from what was committed."""

    def __init__(
        self,
        number: int,
        parts: Parts,
        committed: Mapping[str, Committed],
        store: ProfileStore | None = None,
    ) -> None:
        settings, topics = parts.settings, parts.settings.topics
        found = decoded(committed)
        refuse_moved(found.values())
        clock = restored_clock(found)
        start = {topic: position.offset for topic, position in committed.items()}
        self.number = number
        self._parts = parts
        self._kinds = topics.inputs()
        self.readings = [
            Reading(
                topic,
                rank,
                start.get(topic, 0),
                clock.marks.get(topic, BEFORE_TIME),
                clock.proven.get(topic, (BEFORE_TIME, 0)),
                clock.waiting.get(topic, (NEVER, 0)),
            )
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
        self._turns = Turns(self.frontier, self.merge, settings.slice_records)
        self._arrivals = Arrivals()
        self._slice_records = settings.slice_records
        self.store: ProfileStore = MemoryStore() if store is None else store
        self.state_version = max(
            clock.version or settings.first_state_version, settings.state_version
        )
        self._offsets = start
        self._ahead = Ahead(start)
        self._decisions = Decisions(parts, self.store, self._ahead, self.state_version)
        self.deadlines = self._decisions.deadlines
        self._records = CheckpointRecords(parts, self.store, self.deadlines, self._ahead)
        self._intake = Intake(
            parts.decoder,
            parts.telemetry,
            max_skew_ms=settings.max_skew_ms,
            max_record_bytes=settings.max_record_bytes,
            partition=number,
            partitions=settings.partitions,
        )

    def restore(self, rows: Iterable[Row]) -> None:
        """Take over profiles from the changelog, all at once; see `take_over`."""
        self.store.restore(list(rows), None)
        self.take_over(self.store.records())

    def take_over(self, records: Iterable[tuple[bytes, bytes]]) -> None:
        """Take over customers whose profiles the store has, before anything is received. May be
        called several times with some of the store's records each.

        Raises ChangelogRecordError or ProfileVersionError for bytes of another version.
        """
        self._decisions.restore(records)

    def receive(self, batch: Batch, now: int) -> int:
        """Read a batch and process what may be processed; `now` is the wall clock. Gives how many
        new records were read: none, for now, where it has to wait, see `advance`.

        Raises LookupError for a topic that is none of the inputs.
        """
        if batch.topic not in self._kinds:
            raise LookupError(f"{batch.topic} is not an input topic")
        self._arrivals.put(batch)
        return self.advance(now)

    def answered(self, ends: EndOffsets, asked_at: int, now: int) -> int:
        """Take over a fresh answer about the ends of the topics; it was asked at `asked_at` of the
        monotonic clock. Gives what `advance` gives."""
        self.frontier.answered(ends, self.number, asked_at)
        self.commands.end = ends.offsets.get((self.commands.topic, self.number), self.commands.end)
        return self.advance(now)

    def advance(self, now: int) -> int:
        """Process what no longer has to wait, and move the clock, then read what has arrived: about
        `slice_records` records in one call. Gives how many new ones were read."""
        read, arrivals = 0, self._arrivals
        decided = self._decisions.events(self._turns.waited(), now)
        while arrivals and not self._turns.is_behind and decided < self._slice_records:
            if arrivals.begun is None:
                read += self._begin(arrivals.take(), now)
            if arrivals.begun is not None:
                lane, records = arrivals.begun
                turns, place = self._turns.read(lane, records)
                read += place
                arrivals.begun = (lane, records[place:]) if place < len(records) else None
                decided += self._decisions.events(turns, now)
            decided += self._decisions.events(self._turns.waited(), now)
        return read

    @property
    def is_behind(self) -> bool:
        """Whether `advance` has more to do at once."""
        return self._turns.is_behind or bool(self._arrivals)

    def waiting(self, lane: Lane) -> int:
        """How many records of a topic are here and wait."""
        return len(lane) + self._arrivals.count(lane.reading.topic)

    def _begin(self, batch: Batch, now: int) -> int:
        """Apply a batch of commands, and give how many they are, or decode one of events."""
        kind, lane = self._kinds[batch.topic], self.merge.lanes.get(batch.topic)
        reading = self.commands if lane is None else lane.reading
        batch = _unread(batch, reading.position)
        if not batch.records:
            return 0
        telemetry, decoder = self._parts.telemetry, self._parts.decoder
        telemetry.records_read(batch.topic, len(batch.records))
        unknown_before = decoder.unknown_fields
        if lane is None:
            commands = self._intake.commands(batch, now)
            self._decisions.commands(batch, commands, Clock(self.frontier.at, now))
            reading.position = batch.records[-1].offset + 1
        else:
            self._arrivals.begun = (
                lane,
                self._intake.events(kind, batch, max(now, self.frontier.at)),
            )
        telemetry.unknown_fields(kind, decoder.unknown_fields - unknown_before)
        return len(batch.records) if lane is None else 0

    @property
    def pending(self) -> Pending:
        """What waits for the next checkpoint."""
        return self._decisions.pending

    def sweep(self, now: int, may_go_on: Callable[[], bool]) -> int:
        """Run deadlines that the clock has reached, earliest first, while `may_go_on`, which is
        asked after each alarm; gives how many customers were run."""
        return self._decisions.sweep(Clock(self.frontier.at, now), may_go_on)

    def has_due(self) -> bool:
        """Whether there is something for `sweep`."""
        return self.deadlines.is_due(self.frontier.at)

    def has_moved_by_time_alone(self) -> bool:
        """Whether results wait for a checkpoint although nothing was read since the last one."""
        return bool(self.pending.results) and self._next_offsets() == self._offsets

    def take_checkpoint(self) -> Checkpoint | None:
        """Everything since the last checkpoint; None when there is nothing."""
        offsets = self._next_offsets()
        self._ahead.forget_before(offsets)
        if not len(self.pending) and offsets == self._offsets:
            return None
        self._offsets = offsets
        pending, records = self._decisions.take_pending(), self._records
        checkpoint = Checkpoint(
            shard=self.number,
            outputs=records.outputs(pending),
            changelog=records.changelog(pending, offsets, self.frontier.at, self.state_version),
            offsets=offsets,
            metadata=self._metadata().encode(),
        )
        self.store.begin_checkpoint()
        return checkpoint

    def _next_offsets(self) -> dict[str, int]:
        """By topic; topics of which nothing was read yet are left out."""
        following = {topic: lane.next_offset() for topic, lane in self.merge.lanes.items()}
        following[self.commands.topic] = self.commands.position
        return {topic: offset for topic, offset in following.items() if offset > 0}

    def _metadata(self) -> ClockMetadata:
        lanes = self.merge.lanes.items()
        marks = {topic: lane.done_mark() for topic, lane in lanes}
        waiting = {topic: lane.held() for topic, lane in lanes}
        return ClockMetadata(
            version=self.state_version,
            frontier=self.frontier.at,
            marks={topic: mark for topic, mark in marks.items() if mark > BEFORE_TIME},
            pack=self._parts.settings.pack,
            partitions=self._parts.settings.partitions,
            proven={
                reading.topic: (reading.proven, reading.proven_before)
                for reading in self.readings
                if reading.proven > BEFORE_TIME
            },
            waiting={topic: held for topic, held in waiting.items() if held[1]},
        )


def _unread(batch: Batch, position: int) -> Batch:
    """`batch` without the records before `position`, which were done."""
    records = batch.records
    if not records or records[0].offset >= position:
        return batch
    kept = tuple(record for record in records if record.offset >= position)
    return msgspec.structs.replace(batch, records=kept)
