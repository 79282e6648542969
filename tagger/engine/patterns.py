"""Patterns: from events to derived events.

A pattern with `unless` makes waits, whose ends are derived events of a time evaluation; a chain
makes one at its last step, in the evaluation of that event. `by` gives each value of a field
waits and chains of its own; an event that lacks the field has the key "".
"""

from collections.abc import Sequence
from typing import final

from tagger.domain.events import Event
from tagger.engine import chains, waits
from tagger.engine.feeds import Source
from tagger.engine.happening import Happening
from tagger.engine.profile import Limits, PatternState, Profile
from tagger.rules.plan import Pattern, Plan, derived_key


@final
class Heard:
    """What patterns made of an event: whether any took it, the derived events of the chains that
    it completed, in order of the plan, and how many open waits and chains were dropped for it."""

    __slots__ = ("derived", "dropped", "took")

    def __init__(self) -> None:
        self.took = False
        self.derived: list[Happening] = []
        self.dropped = 0


def hear(
    plan: Plan,
    profile: Profile,
    sources: Sequence[Source],
    happening: Happening,
    clock_at: int,
    limits: Limits,
) -> Heard | None:
    """Let what happens, which is of these sources, end waits, move chains, and start both. What is
    both `unless` and `first` ends the wait and starts the next. None when no pattern asks about
    it."""
    ending, places = _concerned(sources)
    if not ending and not places:
        return None
    event, at = happening.event, happening.at
    heard = Heard()
    states = profile.patterns
    for index in sorted(ending.union(places)):
        pattern = plan.patterns[index]
        fingerprint = pattern.fingerprint
        state = states.get(fingerprint)
        if state is None:
            state = states[fingerprint] = PatternState()
        key = key_of(pattern, event)
        if index in ending and waits.end(pattern, state, key, at, clock_at, limits):
            heard.took = True
        own = places.get(index)
        if own is None:
            continue
        if len(pattern.steps) == 1:
            took, dropped = waits.start(pattern, state, key, event, at, clock_at, limits)
        else:
            took, completed, dropped = chains.step(pattern, state, key, own, at, clock_at, limits)
            if completed:
                heard.derived.append(_derived(pattern, event, at))
        heard.took = heard.took or took
        heard.dropped += dropped
    return heard


def _concerned(sources: Sequence[Source]) -> tuple[set[int], dict[int, list[int]]]:
    """The patterns whose `unless` an event of these sources is, and those of which it is a step,
    with its places among the steps."""
    ending: set[int] = set()
    places: dict[int, list[int]] = {}
    for source in sources:
        if source.is_heard:
            ending.update(source.ends)
            for index, place in source.steps:
                places.setdefault(index, []).append(place)
    return ending, places


def key_of(pattern: Pattern, event: Event) -> str:
    """The event's value of the pattern's `by` field, "" when it has none."""
    by = pattern.by
    if by is None:
        return ""
    value = getattr(event, by, None)
    return "" if value is None else str(value)


def due(plan: Plan, profile: Profile, at: int) -> list[Happening]:
    """Take the waits that end at `at` or before out of the profile, as the derived events that
    happen now, in order of the plan and of their starts."""
    found: list[Happening] = []
    states = profile.patterns
    for pattern in plan.patterns:
        state = states.get(pattern.fingerprint)
        if state is not None:
            ended = waits.take_due(state, at)
            found += [_derived(pattern, wait.first, wait.ends_at) for wait in ended]
    return found


def next_end(plan: Plan, profile: Profile) -> int | None:
    """When the first open wait ends."""
    first: int | None = None
    states = profile.patterns
    for pattern in plan.patterns:
        state = states.get(pattern.fingerprint)
        ends_at = None if state is None else waits.next_end(state)
        if ends_at is not None and (first is None or ends_at < first):
            first = ends_at
    return first


def _derived(pattern: Pattern, event: Event, at: int) -> Happening:
    name = f"{pattern.name}/{event.event_id}"
    return Happening(derived_key(pattern.fingerprint), name, event, at)
