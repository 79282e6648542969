"""Waits: `first`, unless something comes within a time.

A wait that starts at t covers [t, t + within): at its end time comes first. A further `first`
starts its key's wait anew. An `unless` with a key ends that key's wait and the keyless one,
without a key every wait. Waits stand in order of their ends: all of a pattern are equally long.
"""

from typing import Any, Final

from msgspec.structs import replace

from tagger.domain.events import Browse, ChatMessage, Event, ProfileUpdate, Purchase
from tagger.engine.profile import Limits, PatternState, Wait
from tagger.rules.plan import Pattern

_LONG: Final[dict[type, tuple[tuple[str, Any], ...]]] = {
    Purchase: (("lines", ()),),
    Browse: (("page", ""), ("query", None)),
    ChatMessage: (("text", ""),),
    ProfileUpdate: (("attributes", {}),),
}
"""What an event may say at length, and what it says instead when that is left out."""


def end(
    pattern: Pattern, state: PatternState, key: str, at: int, clock_at: int, limits: Limits
) -> bool:
    """An `unless` of instant `at`: end the waits that it is about and that began by then. True
    when it ended one."""
    waits = state.waits
    if key:
        ended_at = state.ended_at
        _remember_end(ended_at, key, at)
        _remember_end(ended_at, "", at)
        about = [each for each in (key, "") if each in waits]
    else:
        state.ended_all_at = max(at, state.ended_all_at or at)
        about = list(waits)
    within_ms = pattern.within_ms
    _forget_ends(state, clock_at - within_ms, limits)
    ended = [each for each in about if waits[each].ends_at - within_ms <= at]
    for each in ended:
        del waits[each]
    return bool(ended)


def start(
    pattern: Pattern,
    state: PatternState,
    key: str,
    event: Event,
    at: int,
    clock_at: int,
    limits: Limits,
) -> tuple[bool, int]:
    """A `first` of instant `at`. Gives whether it has a wait, and how many others were dropped for
    it, the oldest, because there are too many. It is not taken when it is late and its wait is over
    already, or was ended, or a later `first` of its key has one."""
    is_late = at < clock_at
    if is_late and not _has_wait_to_start(pattern, state, key, at, clock_at):
        return False, 0
    waits, most = state.waits, limits.waits
    waits.pop(key, None)
    waits[key] = Wait(_kept(pattern, event), at + pattern.within_ms)
    if is_late:
        waits = dict(sorted(waits.items(), key=lambda each: each[1].ends_at))
        state.waits = waits
    dropped = 0
    while most is not None and len(waits) > most:
        del waits[next(iter(waits))]
        dropped += 1
    return True, dropped


def _kept(pattern: Pattern, event: Event) -> Event:
    """The event without the long things that it says and nobody asks of the derived event."""
    asked = pattern.asked
    left_out = {
        name: nothing
        for name, nothing in _LONG[type(event)]
        if name not in asked and getattr(event, name) != nothing
    }
    return replace(event, **left_out) if left_out else event


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


def _remember_end(ended_at: dict[str, int], key: str, at: int) -> None:
    before = ended_at.get(key)
    if before is None or before < at:
        ended_at.pop(key, None)
        ended_at[key] = at


def _forget_ends(state: PatternState, horizon: int, limits: Limits) -> None:
    """Drop memories that are too many, or that no `first` with an open wait can need."""
    ended_at = state.ended_at
    while ended_at:
        oldest = next(iter(ended_at))
        too_many = limits.waits is not None and len(ended_at) > limits.waits
        if not too_many and ended_at[oldest] > horizon:
            return
        del ended_at[oldest]
