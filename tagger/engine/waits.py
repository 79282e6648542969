"""Waits: `first`, unless something comes within a time.

A wait that starts at t covers [t, t + within): at its end time comes first. A further `first`
starts its key's wait anew. An `unless` with a key ends that key's wait and the keyless one,
without a key every wait. Waits stand in order of their ends: all of a pattern are equally long.
"""

from typing import Any, NamedTuple

import msgspec

from tagger.domain.events import Event
from tagger.engine.profile import Limits, PatternState, Wait
from tagger.rules.plan import Pattern

_LONG: dict[str, Any] = {"text": "", "query": None, "page": "", "lines": (), "attributes": {}}
"""What an event may say at length, and what it says instead when that is left out."""


class Started(NamedTuple):
    """What became of a `first`: whether it has a wait, and how many others were dropped for it,
    the oldest, because there are too many."""

    took: bool
    dropped: int = 0


def end(
    pattern: Pattern, state: PatternState, key: str, at: int, clock_at: int, limits: Limits
) -> bool:
    """An `unless` of instant `at`: end the waits that it is about and that began by then. True
    when it ended one."""
    if key:
        _remember_end(state, key, at)
        _remember_end(state, "", at)
        about = [each for each in (key, "") if each in state.waits]
    else:
        state.ended_all_at = max(at, state.ended_all_at or at)
        about = list(state.waits)
    _forget_ends(state, clock_at - pattern.within_ms, limits)
    ended = [each for each in about if state.waits[each].ends_at - pattern.within_ms <= at]
    for each in ended:
        del state.waits[each]
    return bool(ended)


def start(
    pattern: Pattern,
    state: PatternState,
    key: str,
    event: Event,
    at: int,
    clock_at: int,
    limits: Limits,
) -> Started:
    """A `first` of instant `at`. It is not taken when it is late and its wait is over already, or
    was ended, or a later `first` of its key has one."""
    is_late = at < clock_at
    if is_late and not _has_wait_to_start(pattern, state, key, at, clock_at):
        return Started(took=False)
    state.waits.pop(key, None)
    state.waits[key] = Wait(_kept(pattern, event), at + pattern.within_ms)
    if is_late:
        state.waits = dict(sorted(state.waits.items(), key=lambda each: each[1].ends_at))
    dropped = 0
    while limits.waits is not None and len(state.waits) > limits.waits:
        del state.waits[next(iter(state.waits))]
        dropped += 1
    return Started(True, dropped)


def _kept(pattern: Pattern, event: Event) -> Event:
    """The event without the long things that it says and nobody asks of the derived event."""
    left_out = {
        name: nothing
        for name, nothing in _LONG.items()
        if name not in pattern.asked and getattr(event, name, nothing) != nothing
    }
    return msgspec.structs.replace(event, **left_out) if left_out else event


def take_due(state: PatternState, at: int) -> list[Wait]:
    """Take out the waits that end at `at` or before, in order of their starts."""
    due = []
    while (ends_at := next_end(state)) is not None and ends_at <= at:
        due.append(state.waits.pop(next(iter(state.waits))))
    return due


def next_end(state: PatternState) -> int | None:
    """When the first open wait ends."""
    for wait in state.waits.values():
        return wait.ends_at
    return None


def _has_wait_to_start(
    pattern: Pattern, state: PatternState, key: str, at: int, clock_at: int
) -> bool:
    """Whether a `first` behind the clock still has a wait to start."""
    open_wait = state.waits.get(key)
    ended = (state.ended_at.get(key), state.ended_all_at)
    return (
        at + pattern.within_ms > clock_at
        and (open_wait is None or open_wait.ends_at <= at + pattern.within_ms)
        and not any(each is not None and each >= at for each in ended)
    )


def _remember_end(state: PatternState, key: str, at: int) -> None:
    before = state.ended_at.get(key)
    if before is None or before < at:
        state.ended_at.pop(key, None)
        state.ended_at[key] = at


def _forget_ends(state: PatternState, horizon: int, limits: Limits) -> None:
    """Drop memories that are too many, or that no `first` with an open wait can need."""
    while state.ended_at:
        oldest = next(iter(state.ended_at))
        too_many = limits.waits is not None and len(state.ended_at) > limits.waits
        if not too_many and state.ended_at[oldest] > horizon:
            return
        del state.ended_at[oldest]
