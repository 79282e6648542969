"""Customers who all have a deadline at one instant, and a decider that watches it pass."""

import random
from collections.abc import Iterator

import msgspec

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


class NothingEndsError(ValueError):
    """The rules decide nothing 30 days after a purchase."""


class Customers:
    """Each has bought once, 30 days before `midnight`, and was not heard of since."""

    def __init__(self, plan: Plan, midnight: int, count: int, partitions: int) -> None:
        self._count = count
        self._template = _template(plan, midnight)
        profile = msgspec.msgpack.decode(msgspec.msgpack.encode(self._template), type=Profile)
        step = Pipeline(plan).run_deadlines(profile, Clock(midnight))
        self.changes_each = len(step.changes)
        self.profile_bytes = len(encode_profile(self._template))
        self._numbers: list[list[int]] = [[] for _ in range(partitions)]
        for number in range(count):
            self._numbers[partition_of(_name(number).encode(), partitions)].append(number)

    def rows(self, partition: int) -> Iterator[tuple[bytes, bytes]]:
        """The changelog of a partition; what was read can be read again."""
        reached = changelog_record.encode_offsets({})
        for number in self._numbers[partition]:
            name = _name(number)
            profile = msgspec.structs.replace(self._template, customer_id=name)
            yield name.encode(), changelog_record.encode(profile, encode_profile(profile), reached)

    def draw(self, draw: random.Random) -> str:
        """One of the customers."""
        return self.name(draw.randrange(self._count))

    def name(self, number: int) -> str:
        """That of a customer; numbers begin with 0."""
        return _name(number)


def _name(number: int) -> str:
    return f"c-{number:08}"


def _template(plan: Plan, midnight: int) -> Profile:
    """A customer's profile just before midnight. Raises NothingEndsError."""
    bought_at = midnight - WINDOW_MS
    purchase = Purchase("p", "c", bought_at, "o", "sale", 5_000, "EUR")
    pipeline = Pipeline(plan)
    profile = pipeline.step(None, purchase, Clock(bought_at)).profile
    if profile is not None:
        profile = pipeline.run_deadlines(profile, Clock(midnight - 1)).profile
    if profile is None or profile.deadline != midnight:
        raise NothingEndsError("no rule of these packs decides anything 30 days after a purchase")
    return profile


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
