"""Customers who have deadlines at one instant or at many, and a decider that watches one pass."""

import random
from collections.abc import Iterator

import msgspec

from bench.job.purchases import Baskets
from bench.visits import StartedClock, Visits
from tagger.domain.commands import TagCommand
from tagger.domain.events import Purchase
from tagger.domain.tags import TagChange
from tagger.engine.profile import Profile
from tagger.engine.profile_codec import encode_profile
from tagger.engine.step import Clock, Input, Step
from tagger.rules.plan import Plan
from tagger.stream import changelog_record
from tagger.stream.murmur2 import partition_of
from tagger.workflows.pipeline import Pipeline

WINDOW_MS = 30 * 86_400_000
KINDS = 1_000


class NothingEndsError(ValueError):
    """The rules decide nothing 30 days after a purchase."""


class Customers:
    """Each has bought once, 30 days before an instant from `first_end` to `last_end`, and was not
    heard of since. Their profiles are those of `known_at`. No two of `KINDS` neighbours have the
    same, so that a disk or a broker cannot make little of them."""

    def __init__(
        self, plan: Plan, ends: tuple[int, int], known_at: int, count: int, partitions: int
    ) -> None:
        first_end, last_end = ends
        draw = random.Random(9)  # noqa: S311 - the same ones again, and no secrets
        pipeline, baskets = Pipeline(plan), Baskets(9)
        self._count = count
        self._templates: list[Profile] = []
        self.changes = 0
        """That become due in the end of their windows."""
        for kind in range(min(KINDS, count)):
            end_at = draw.randint(first_end, last_end)
            purchase = baskets.purchase(kind, "c", end_at - WINDOW_MS)
            profile = _after(pipeline, purchase, known_at)
            self._templates.append(profile)
            alike = len(range(kind, count, KINDS))
            self.changes += alike * _changes(pipeline, profile, end_at)
        sizes = [len(encode_profile(each)) for each in self._templates]
        self.profile_bytes = round(sum(sizes) / len(sizes))
        self._numbers: list[list[int]] = [[] for _ in range(partitions)]
        for number in range(count):
            self._numbers[partition_of(_name(number).encode(), partitions)].append(number)

    def rows(self, partition: int) -> Iterator[tuple[bytes, bytes]]:
        """The changelog of a partition; what was read can be read again."""
        reached = changelog_record.encode_offsets({})
        for number in self._numbers[partition]:
            name = _name(number)
            template = self._templates[number % KINDS]
            profile = msgspec.structs.replace(template, customer_id=name)
            yield name.encode(), changelog_record.encode(profile, encode_profile(profile), reached)

    def draw(self, draw: random.Random) -> str:
        """One of the customers."""
        return self.name(draw.randrange(self._count))

    def name(self, number: int) -> str:
        """That of a customer; numbers begin with 0."""
        return _name(number)


def _name(number: int) -> str:
    return f"c-{number:08}"


def _after(pipeline: Pipeline, purchase: Purchase, known_at: int) -> Profile:
    """The profile of a customer who has bought, at a later instant."""
    profile = pipeline.step(None, purchase, Clock(purchase.occurred_at)).profile
    if profile is None:
        raise NothingEndsError("these packs remember nothing of a purchase")
    return pipeline.run_deadlines(profile, Clock(known_at)).profile or profile


def _changes(pipeline: Pipeline, profile: Profile, end_at: int) -> int:
    """How many tags the end of the window changes. Raises NothingEndsError without any."""
    copy = msgspec.msgpack.decode(msgspec.msgpack.encode(profile), type=Profile)
    before = pipeline.run_deadlines(copy, Clock(end_at - 1)).profile or copy
    if before.deadline != end_at:
        raise NothingEndsError("no rule of these packs decides anything 30 days after a purchase")
    return len(pipeline.run_deadlines(before, Clock(end_at)).changes)


class WatchedPipeline(Pipeline):
    """Tells when live events are decided, and counts what `midnight` changes and when."""

    def __init__(self, plan: Plan, clock: StartedClock, visits: Visits, midnight: int) -> None:
        super().__init__(plan)
        self.changed = 0
        self.first_at = self.last_at = 0.0
        self._clock = clock
        self._visits = visits
        self._midnight = midnight

    def step(self, profile: Profile | None, record: Input, clock: Clock) -> Step:
        step = super().step(profile, record, clock)
        if not isinstance(record, TagCommand):
            self._visits.was_decided(record.event_id)
        self._count(step.changes)
        return step

    def run_deadlines(self, profile: Profile, clock: Clock) -> Step:
        step = super().run_deadlines(profile, clock)
        if self._count(step.changes):
            self.last_at = self._clock.seconds()
            self.first_at = self.first_at or self.last_at
        return step

    def _count(self, changes: list[TagChange]) -> int:
        found = sum(
            each.cause == "time" and each.effective_at == self._midnight for each in changes
        )
        self.changed += found
        return found
