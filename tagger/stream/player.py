"""Gives a shard what a recording holds, again: in other batches, with other checkpoints, stops
and starts.

A *place* is a number of happenings: place n lies after the first n. A variation says what is done
at which places; a recording with a variation is one run. After a crash a new shard is opened from
what was durable. It reads again, in the recorded order, the records that the last checkpoint had
not done, hears the answer that stood there, and goes on from there.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

import msgspec

from tagger.engine.profile_codec import encode_profile
from tagger.stream.log import Batch, Checkpoint, Committed, Output
from tagger.stream.parts import Parts
from tagger.stream.recording import Answer, Happening, Look, Read, Recording
from tagger.stream.shard import Shard

Stop = Literal["batch", "checkpoint", "crash", "crash in commit"]
"""What is done at a place: a batch ends there, a checkpoint is made, the worker dies, or it dies
in a commit, when what it published is durable and its offsets are not."""


class Variation(msgspec.Struct, frozen=True):
    """How a recording is played. Records that follow one another in one topic are one batch up to
    the next stop. After each call the deadlines of up to `sweep_limit` customers are run, at the
    end all that are due. The worker's wall clock shows `later_ms` more than the recorded one."""

    stops: Mapping[int, Stop] = {}
    sweep_limit: int = 500
    later_ms: int = 0


class Played(msgspec.Struct, frozen=True):
    """What a run published, in order, repeats after crashes among it; every customer's encoded
    profile and the shard's clock at the end."""

    outputs: list[Output]
    profiles: dict[str, bytes]
    frontier: int


def play(recording: Recording, parts: Parts, variation: Variation) -> Played:
    """Run the recording to its end, and make a last checkpoint."""
    player = _Player(recording, parts, variation)
    player.run()
    return player.finish()


class _Player:
    """The worker's part, and what is durable: `_place` is that of the last checkpoint."""

    def __init__(self, recording: Recording, parts: Parts, variation: Variation) -> None:
        self._recording = recording
        self._happenings = recording.happenings
        self._parts = parts
        self._variation = variation
        self._place = 0
        self._committed: dict[str, Committed] = {}
        self._changelog: dict[bytes, bytes] = {}
        self._outputs: list[Output] = []
        self._shard = self._opened()

    def run(self) -> None:
        crashes_done: set[int] = set()
        place = 0
        while place < len(self._happenings):
            place = self._step(place)
            stop = self._variation.stops.get(place)
            if stop == "checkpoint":
                self._checkpoint(place)
            elif stop in ("crash", "crash in commit") and place not in crashes_done:
                crashes_done.add(place)
                place = self._crash(in_commit=stop == "crash in commit")

    def finish(self) -> Played:
        while self._shard.is_behind:
            self._shard.advance(self._happenings[-1].now)
        while self._shard.has_due():
            self._sweep(1_000, self._happenings[-1].now)
        self._checkpoint(len(self._happenings))
        profiles = {name: encode_profile(each) for name, each in self._shard.store.items()}
        return Played(self._outputs, profiles, self._shard.frontier.at)

    def _step(self, place: int) -> int:
        """Give the shard what comes next, as much of it as one call takes; the place after it."""
        happening = self._happenings[place]
        following = place + 1
        if isinstance(happening, Read):
            while self._goes_on(happening, following):
                following += 1
            self._read(self._happenings[place:following])
        else:
            self._hear(happening)
        self._sweep(self._variation.sweep_limit, happening.now)
        return following

    def _goes_on(self, first: Read, place: int) -> bool:
        """Whether the batch that begins with `first` has the record behind `place` in it too."""
        if place >= len(self._happenings) or place in self._variation.stops:
            return False
        behind = self._happenings[place]
        return isinstance(behind, Read) and (behind.topic, behind.now) == (first.topic, first.now)

    def _read(self, reads: Iterable[Happening]) -> None:
        batch = [each for each in reads if isinstance(each, Read)]
        records = tuple(each.record for each in batch)
        now = batch[0].now + self._variation.later_ms
        self._shard.receive(Batch(batch[0].topic, self._recording.shard, records), now)

    def _hear(self, happening: Answer | Look) -> None:
        later_ms = self._variation.later_ms
        if isinstance(happening, Answer):
            self._shard.answered(happening.ends, happening.asked_at, happening.now + later_ms)
        else:
            self._shard.frontier.age(happening.monotonic)
            self._shard.advance(happening.now + later_ms)

    def _sweep(self, limit: int, now: int) -> None:
        """Run what is due, of as many customers as may be."""
        turns = iter(range(1, limit))
        if limit:
            later = now + self._variation.later_ms
            self._shard.sweep(later, lambda: next(turns, None) is not None)

    def _checkpoint(self, place: int) -> None:
        checkpoint = self._shard.take_checkpoint()
        if checkpoint is not None:
            self._place = place
            self._publish(checkpoint)
            for topic, offset in checkpoint.offsets.items():
                self._committed[topic] = Committed(offset, checkpoint.metadata)

    def _publish(self, checkpoint: Checkpoint) -> None:
        self._outputs += checkpoint.outputs
        for key, value in checkpoint.changelog:
            if value is None:
                self._changelog.pop(key, None)
            else:
                self._changelog[key] = value

    def _crash(self, *, in_commit: bool) -> int:
        """Lose all that is not durable and begin again; the place at which it goes on."""
        if in_commit and (checkpoint := self._shard.take_checkpoint()) is not None:
            self._publish(checkpoint)
        self._shard = self._opened()
        before = self._happenings[: self._place]
        if before:
            self._shard.advance(before[-1].now + self._variation.later_ms)
            for happening in before:
                if isinstance(happening, Read) and self._is_open(happening):
                    self._read([happening])
            self._hear_again(before)
        return self._place

    def _hear_again(self, before: Sequence[Happening]) -> None:
        """Of each topic the newest answer, as old as it is."""
        for happening in before:
            if isinstance(happening, Answer):
                number = self._recording.shard
                self._shard.frontier.answered(happening.ends, number, happening.asked_at)
            elif isinstance(happening, Look):
                self._shard.frontier.age(happening.monotonic)
        self._shard.advance(before[-1].now + self._variation.later_ms)

    def _opened(self) -> Shard:
        shard = Shard(self._recording.shard, self._parts, self._committed)
        shard.restore(self._changelog.items())
        return shard

    def _is_open(self, read: Read) -> bool:
        """Whether the last checkpoint had not done the record."""
        position = self._committed.get(read.topic)
        return position is None or read.record.offset >= position.offset
