"""Chains: steps that come in order within a time.

For each key and each step but the last, the chain with the latest first step stands there. An
event that is step k moves the chain that stands before it, if that is still open: its time, [start,
start + within), is over neither at the event's instant nor at the customer's clock. Nothing happens
when a chain's time is over, so it costs no deadline and is dropped when something is put beside it.
"""

from collections.abc import Iterable

from tagger.engine.profile import Limits, PatternState, Stage
from tagger.rules.plan import Pattern


def step(
    pattern: Pattern,
    state: PatternState,
    key: str,
    places: Iterable[int],
    at: int,
    clock_at: int,
    limits: Limits,
) -> tuple[bool, bool, int]:
    """An event of instant `at` that is each of the steps `places`, tried from the last to the
    first so that it moves no chain twice. Gives whether it moved or began a chain, whether it
    completed one, and how many open chains of other keys were dropped, the oldest, because there
    are too many."""
    stages = state.chains.get(key) or [None] * (len(pattern.steps) - 1)
    took = completed = False
    dropped = 0
    for place in sorted(places, reverse=True):
        if place == 0:
            if _begin(pattern, state, key, stages, at, clock_at):
                took, dropped = True, _forget_over(pattern, state, clock_at, limits)
            continue
        moved = _open_stage(pattern, stages[place - 1], at, clock_at)
        if moved is None:
            continue
        took = True
        stages[place - 1] = None
        if place < len(stages):
            stages[place] = _later(stages[place], Stage(moved.started_at, at))
        else:
            completed = True
            _drop_begun_by(state, key, stages, moved.started_at)
    return took, completed, dropped


def _open_stage(pattern: Pattern, stage: Stage | None, at: int, clock_at: int) -> Stage | None:
    """The stage, if an event of instant `at` comes after it, and its time is not over yet."""
    if stage is None or at < stage.reached_at:
        return None
    return stage if max(at, clock_at) < stage.started_at + pattern.within_ms else None


def _later(standing: Stage | None, moved: Stage) -> Stage:
    """The one that began later; after a late first step that may be the one that stands there."""
    if standing is None or standing.started_at <= moved.started_at:
        return moved
    return standing


def _drop_begun_by(
    state: PatternState, key: str, stages: list[Stage | None], started_at: int
) -> None:
    """Drop what began no later than the chain that is complete."""
    for place, stage in enumerate(stages):
        if stage is not None and stage.started_at <= started_at:
            stages[place] = None
    if all(stage is None for stage in stages):
        del state.chains[key]


def _begin(
    pattern: Pattern,
    state: PatternState,
    key: str,
    stages: list[Stage | None],
    at: int,
    clock_at: int,
) -> bool:
    """A first step. False when it is late and its time is over, or a later one stands there."""
    standing = stages[0]
    if standing is not None and standing.started_at > at:
        return False
    if at + pattern.within_ms <= clock_at:
        return False
    stages[0] = Stage(at, at)
    state.chains.pop(key, None)
    state.chains[key] = stages
    return True


def _forget_over(pattern: Pattern, state: PatternState, clock_at: int, limits: Limits) -> int:
    """Drop the keys with the oldest chains that are over, or too many; how many were not over."""
    dropped = 0
    while state.chains:
        oldest = next(iter(state.chains))
        begun = [stage.started_at for stage in state.chains[oldest] if stage is not None]
        is_over = max(begun, default=clock_at) + pattern.within_ms <= clock_at
        too_many = limits.waits is not None and len(state.chains) > limits.waits
        if not too_many and not is_over:
            return dropped
        del state.chains[oldest]
        dropped += not is_over
    return dropped
