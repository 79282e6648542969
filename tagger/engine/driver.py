"""The engine on a virtual clock: time moves only when records come or `advance` says so.

What `replay`, test cases and `why` run. Nothing here reads a real clock, and there is no grace
and no skew limit: the records' own times are the only times.
"""

import heapq
from collections.abc import Iterable
from typing import Protocol

from tagger.domain.actions import WorkflowAction
from tagger.domain.commands import COMMAND_ORDER, CommandOutcome, TagCommand
from tagger.domain.event_types import TYPE_ORDER
from tagger.domain.tags import TagChange, TagValue
from tagger.engine.profile import Profile
from tagger.engine.step import BEFORE_TIME, Clock, Input, Step


class Decider(Protocol):
    """The engine, alone or with workflows."""

    def step(self, profile: Profile | None, record: Input, clock: Clock) -> Step: ...

    def run_deadlines(self, profile: Profile, clock: Clock) -> Step: ...


def instant_of(record: Input) -> int:
    """The record's own time."""
    return record.issued_at if isinstance(record, TagCommand) else record.occurred_at


def reading_order(record: Input) -> tuple[int, int]:
    """By time, and of one instant: profile, browse, chat, purchase, command. A stable sort by
    it keeps the given order of equals."""
    if isinstance(record, TagCommand):
        return record.issued_at, COMMAND_ORDER
    return record.occurred_at, TYPE_ORDER[type(record)]


class Driver:
    """Profiles, their deadlines and a virtual clock.

    `ordered` promises records in `reading_order`: then deadlines of all customers run in order
    of time before each record, and results come in order of `effective_at`. Without it a
    customer's clock is the customer's last event, and late events are corrections.
    """

    def __init__(self, decider: Decider, *, ordered: bool = True) -> None:
        self.profiles: dict[str, Profile] = {}
        self._decider = decider
        self._ordered = ordered
        self._deadlines: list[tuple[int, str]] = []

    def feed(self, record: Input) -> list[Step]:
        """Take one record; the steps that follow, those of deadlines before it first."""
        at = instant_of(record)
        steps = self.advance(at) if self._ordered else []
        frontier = at if self._ordered else BEFORE_TIME
        profile = self.profiles.get(record.customer_id)
        steps.append(self._keep(self._decider.step(profile, record, Clock(frontier))))
        return steps

    def advance(self, until: int) -> list[Step]:
        """Let time pass up to and including `until`; the steps that follow, in order of time."""
        steps = []
        while self._deadlines and self._deadlines[0][0] <= until:
            deadline, customer_id = heapq.heappop(self._deadlines)
            profile = self.profiles[customer_id]
            if profile.deadline == deadline:
                steps.append(self._keep(self._decider.run_deadlines(profile, Clock(deadline))))
        return steps

    def _keep(self, step: Step) -> Step:
        profile = step.profile
        if profile is not None:
            self.profiles[profile.customer_id] = profile
            if profile.deadline is not None:
                heapq.heappush(self._deadlines, (profile.deadline, profile.customer_id))
        return step


class Replayed:
    """What a replay found: changes, actions and outcomes in order of time, and the profiles as
    they stand at `until`."""

    def __init__(self) -> None:
        self.changes: list[TagChange] = []
        self.actions: list[WorkflowAction] = []
        self.outcomes: list[CommandOutcome] = []
        self.profiles: dict[str, Profile] = {}
        self.until: int | None = None

    def add(self, steps: Iterable[Step]) -> None:
        """Collect what the steps brought."""
        for step in steps:
            self.changes += step.changes
            self.actions += step.actions
            if step.outcome is not None:
                self.outcomes.append(step.outcome)


def replay(
    decider: Decider,
    records: Iterable[Input],
    *,
    until: int | None = None,
    as_is: bool = False,
) -> Replayed:
    """Feed records and let time pass up to `until` (the last record's instant by default);
    records after it are left out. Sorted into `reading_order` first, unless `as_is`."""
    chosen = [each for each in records if until is None or instant_of(each) <= until]
    if not as_is:
        chosen.sort(key=reading_order)
    found = Replayed()
    driver = Driver(decider, ordered=not as_is)
    for record in chosen:
        found.add(driver.feed(record))
    found.until = until if until is not None else max(map(instant_of, chosen), default=None)
    if found.until is not None:
        found.add(driver.advance(found.until))
    found.profiles = driver.profiles
    found.changes.sort(key=lambda each: (each.effective_at, each.customer_id, each.sequence))
    return found


def tags_of(profile: Profile, published: frozenset[str]) -> dict[str, TagValue]:
    """The values of the published tags that a customer holds, by name."""
    return {
        name: state.shown
        for name, state in sorted(profile.tags.items())
        if state.shown is not None and name in published
    }
