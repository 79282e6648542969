"""Waits: `first`, unless something comes within a time.

A wait that starts at t covers [t, t + within): at its end time comes first. `by` gives each
value of a field a wait of its own; an event that lacks the field has the key "". A further
`first` starts its key's wait anew. An `unless` with a key ends that key's wait and the keyless
one, without a key every wait.
"""

from typing import NamedTuple

from tagger.domain.events import Event
from tagger.engine.profile import Limits, PatternState, Profile, Wait
from tagger.rules.plan import Pattern, Plan, derived_key


class Derived(NamedTuple):
    """A derived event: what happened (`key`, `id`) with the fields of its last `first`."""

    key: str
    id: str
    event: Event
    at: int
    correlation_key: str


def key_of(pattern: Pattern, event: Event) -> str:
    """The event's value of the pattern's `by` field, "" when it has none."""
    if pattern.by is None:
        return ""
    value = getattr(event, pattern.by, None)
    return "" if value is None else str(value)


def end_waits(pattern: Pattern, state: PatternState, event: Event, at: int) -> bool:
    """An `unless` of instant `at`: end the waits that it is about and that began by then."""
    key = key_of(pattern, event)
    if key:
        state.ended_at[key] = max(at, state.ended_at.get(key, at))
        ended = [each for each in (key, "") if each in state.waits]
        state.ended_at[""] = max(at, state.ended_at.get("", at))
    else:
        state.ended_all_at = max(at, state.ended_all_at or at)
        ended = list(state.waits)
    ended = [each for each in ended if state.waits[each].ends_at - pattern.within_ms <= at]
    for each in ended:
        del state.waits[each]
    return bool(ended)


def start_wait(
    pattern: Pattern, state: PatternState, event: Event, at: int, clock_at: int, limits: Limits
) -> bool:
    """A `first` of instant `at`. False when the wait is over already, or was ended, or a later
    `first` of its key has one."""
    ends_at = at + pattern.within_ms
    if at < clock_at and not _late_start(pattern, state, event, at, clock_at):
        return False
    key = key_of(pattern, event)
    state.waits.pop(key, None)
    state.waits[key] = Wait(event, ends_at)
    if limits.waits is not None and len(state.waits) > limits.waits:
        del state.waits[next(iter(state.waits))]
    return True


def _late_start(
    pattern: Pattern, state: PatternState, event: Event, at: int, clock_at: int
) -> bool:
    """Whether a `first` behind the clock still has a wait to start."""
    key = key_of(pattern, event)
    open_wait = state.waits.get(key)
    ended = (state.ended_at.get(key), state.ended_all_at)
    return (
        at + pattern.within_ms > clock_at
        and (open_wait is None or open_wait.ends_at <= at + pattern.within_ms)
        and not any(each is not None and each >= at for each in ended)
    )


def forget_ended(pattern: Pattern, state: PatternState, clock_at: int) -> None:
    """Drop memories of `unless` that no wait in the future of `clock_at` can need."""
    horizon = clock_at - pattern.within_ms
    if any(at <= horizon for at in state.ended_at.values()):
        state.ended_at = {key: at for key, at in state.ended_at.items() if at > horizon}


def due_waits(plan: Plan, profile: Profile, at: int) -> list[Derived]:
    """Take the waits that end at `at` or before out of the profile, as the derived events that
    happen now, in order of the plan and of their start."""
    found: list[Derived] = []
    for pattern in plan.patterns:
        state = profile.patterns.get(pattern.fingerprint)
        if state is None:
            continue
        due = [key for key, wait in state.waits.items() if wait.ends_at <= at]
        for key in due:
            wait = state.waits.pop(key)
            name = f"{pattern.name}/{wait.first.event_id}"
            found.append(
                Derived(derived_key(pattern.fingerprint), name, wait.first, wait.ends_at, key)
            )
    return found


def next_end(plan: Plan, profile: Profile) -> int | None:
    """When the first open wait ends."""
    ends = [
        wait.ends_at
        for pattern in plan.patterns
        if pattern.fingerprint in profile.patterns
        for wait in profile.patterns[pattern.fingerprint].waits.values()
    ]
    return min(ends, default=None)
