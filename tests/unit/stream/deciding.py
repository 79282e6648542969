"""A decider with one rule, small enough to check by hand.

A customer holds `busy` at t while at least two events lie in (t - 10 s, t]. A command adds the
tag `marked` or takes it away. Time and lateness follow the rules of the real engine.
"""

from tagger.domain.commands import CommandOutcome, TagCommand
from tagger.domain.event_types import type_name
from tagger.domain.events import Event
from tagger.domain.tags import Cause, CurrentTag, CurrentTags, TagChange, Trigger
from tagger.engine.profile import Profile, TagState
from tagger.engine.step import Clock, Input, Step, Verdict

WITHIN_MS = 10_000
MINIMUM = 2


class TwoWithinTenSeconds:
    """Remembers in `seen` which records it was given, in order."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.frontiers: list[int] = []

    def step(self, profile: Profile | None, record: Input, clock: Clock) -> Step:
        self.frontiers.append(clock.frontier)
        if isinstance(record, TagCommand):
            self.seen.append(record.command_id)
            return self._command(profile, record, clock)
        self.seen.append(record.event_id)
        at = record.occurred_at
        if profile is None:
            profile = Profile(record.customer_id, known_since=at, clock_at=at)
        identity = hash_of(record)
        if identity in profile.seen:
            return Step(profile, [], profile.deadline, "duplicate")
        stands = max(profile.clock_at, clock.frontier)
        changes = self._run_to(profile, max(at, clock.frontier))
        profile.clock_at = max(stands, at)
        profile.seen[identity] = at
        verdict: Verdict = "late" if at < stands else "applied"
        cause: Cause = "correction" if at < stands else "event"
        changes += self._show(profile, profile.clock_at, cause, record.event_id)
        return self._done(profile, changes, verdict)

    def run_deadlines(self, profile: Profile, clock: Clock) -> Step:
        return self._done(profile, self._run_to(profile, clock.frontier))

    def current_tags(self, profile: Profile) -> CurrentTags:
        tags = {
            name: CurrentTag(True, tag.shown_since or 0, None, "rule", 0, "1")
            for name, tag in profile.tags.items()
            if tag.shown
        }
        return CurrentTags(profile.customer_id, profile.sequence, profile.updated_at, tags)

    def _command(self, profile: Profile | None, command: TagCommand, clock: Clock) -> Step:
        if command.op not in ("assign", "remove"):
            outcome = CommandOutcome(
                command.command_id, command.customer_id, "refused", "unknown-tag", "", 0
            )
            return Step(profile, [], profile.deadline if profile else None, "refused", [], outcome)
        if profile is None:
            at = command.issued_at
            profile = Profile(command.customer_id, known_since=at, clock_at=at)
        at = max(command.issued_at, profile.clock_at, clock.frontier)
        change = self._set(
            profile, "marked", command.op == "assign", at, "manual", command.command_id
        )
        step = self._done(profile, [change] if change else [])
        step.outcome = CommandOutcome(
            command.command_id, command.customer_id, "done", "done", "", at
        )
        return step

    def _run_to(self, profile: Profile, until: int) -> list[TagChange]:
        changes = []
        while profile.deadline is not None and profile.deadline <= until:
            at = profile.deadline
            profile.clock_at = max(profile.clock_at, at)
            changes += self._show(profile, at, "time", "window")
            profile.deadline = next_edge(profile, at)
        return changes

    def _show(self, profile: Profile, at: int, cause: Cause, trigger: str) -> list[TagChange]:
        change = self._set(profile, "busy", is_busy(profile, at), at, cause, trigger)
        profile.deadline = next_edge(profile, at)
        return [change] if change else []

    def _set(
        self, profile: Profile, tag: str, holds: bool, at: int, cause: Cause, trigger: str
    ) -> TagChange | None:
        state = profile.tags.setdefault(tag, TagState())
        if bool(state.shown) == holds:
            return None
        state.shown, state.shown_since = holds, at
        profile.sequence += 1
        profile.updated_at = at
        return TagChange(
            id=f"{profile.customer_id}:{profile.sequence}:{trigger}",
            customer_id=profile.customer_id,
            sequence=profile.sequence,
            tag=tag,
            op="added" if holds else "removed",
            value=True if holds else None,
            previous_value=None if holds else True,
            effective_at=at,
            processed_at=at,
            cause=cause,
            trigger=Trigger("event", trigger, at),
            actor=None,
            reason=None,
            rule=tag,
            rule_version="1",
            source="rule",
            priority=0,
            evidence=(),
            expires_at=None,
        )

    def _done(
        self, profile: Profile, changes: list[TagChange], verdict: Verdict = "applied"
    ) -> Step:
        return Step(profile, changes, profile.deadline, verdict)


def hash_of(event: Event) -> int:
    """An event's identity, the same in every process."""
    return int.from_bytes(f"{type_name(event)}/{event.event_id}".encode()[-7:])


def is_busy(profile: Profile, at: int) -> bool:
    """Whether enough events lie in the window that ends at `at`."""
    return sum(at - WITHIN_MS < seen <= at for seen in profile.seen.values()) >= MINIMUM


def next_edge(profile: Profile, at: int) -> int | None:
    """The first instant after `at` at which an event leaves the window."""
    edges = [seen + WITHIN_MS for seen in profile.seen.values() if seen + WITHIN_MS > at]
    return min(edges, default=None)
