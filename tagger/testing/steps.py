"""What can happen in a test, as data: a test is a list of steps, and the same list is the same run.

Nothing happens between two steps. While time passes (`Wait`, `WaitUntil`), workers read what was
written, in the order of the topics, and make their checkpoints; what is held stays where it is.
Steps are plain values: equal when they say the same, and they go through JSON unchanged.
"""

from typing import Any

import msgspec

from tagger.stream.topics import InputKind
from tagger.testing.stage import Stage
from tagger.testing.times import Duration, Instant


class Step(msgspec.Struct, frozen=True, tag_field="step", tag=True, omit_defaults=True):
    """Something that happens; this one is nothing at all."""

    async def happen(self, stage: Stage) -> None:
        """Make it happen. Raises StepError when it cannot."""


class Write(Step, frozen=True):
    """An application writes an event, or a command, that happened `ago` before; a negative `ago`
    is a producer whose clock is ahead. `fields` are those of event files; what a record must have
    and they leave out is filled in. An `occurred_at` among them wins over `ago`."""

    kind: InputKind
    customer: str
    fields: dict[str, Any] = {}
    ago: Duration = 0

    async def happen(self, stage: Stage) -> None:
        stage.write(self.kind, self.customer, self.fields, self.ago)


class Raw(Step, frozen=True):
    """An application writes these bytes, whatever they are, under the customer's key; to the
    key's own partition, unless `partition` says otherwise."""

    kind: InputKind
    customer: str
    value: bytes | None
    partition: int | None = None

    async def happen(self, stage: Stage) -> None:
        stage.write_raw(self.kind, self.customer, self.value, self.partition)


class Wait(Step, frozen=True):
    """Time passes."""

    duration: Duration

    async def happen(self, stage: Stage) -> None:
        await stage.wait(self.duration)


class WaitUntil(Step, frozen=True):
    """Time passes until an instant, which must not lie in the past."""

    at: Instant

    async def happen(self, stage: Stage) -> None:
        await stage.wait_until(self.at)


class Feed(Step, frozen=True):
    """History is being written up to this instant, whose clock stands in for the wall clock; None
    ends that."""

    until: Instant | None

    async def happen(self, stage: Stage) -> None:
        stage.feed(self.until)


class Tick(Step, frozen=True):
    """Every worker does what it does regularly: ask the broker, move its clocks, commit."""

    async def happen(self, stage: Stage) -> None:
        await stage.tick()


class Settle(Step, frozen=True):
    """All accidents are over, and no time passes until everything that was written has been read,
    decided and committed, by workers that are started where shards have none."""

    async def happen(self, stage: Stage) -> None:
        await stage.settle()


class Hold(Step, frozen=True):
    """What is written to a topic reaches nobody, until it is released."""

    kind: InputKind

    async def happen(self, stage: Stage) -> None:
        stage.hold(self.kind)


class Release(Step, frozen=True):
    """A topic that was held is delivered again."""

    kind: InputKind

    async def happen(self, stage: Stage) -> None:
        stage.release(self.kind)


class Deliver(Step, frozen=True):
    """Up to `count` records of a topic reach the worker of a shard at once, as one batch."""

    kind: InputKind
    count: int
    shard: int = 0

    async def happen(self, stage: Stage) -> None:
        await stage.deliver(self.kind, self.count, self.shard)


class Repeat(Step, frozen=True):
    """The last `count` records that reached the worker of a shard reach it once more."""

    kind: InputKind
    count: int
    shard: int = 0

    async def happen(self, stage: Stage) -> None:
        await stage.repeat(self.kind, self.count, self.shard)


class SkipOffsets(Step, frozen=True):
    """A partition goes on with offsets that hold no records, as after a transaction."""

    kind: InputKind
    count: int
    shard: int = 0

    async def happen(self, stage: Stage) -> None:
        stage.skip_offsets(self.kind, self.count, self.shard)
