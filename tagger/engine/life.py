"""The life of a tag: what its rule says at an evaluation, and what the world is shown.

A flag in state form is held while `assign.when` holds; with `remove.when` it is a latch, with
`sticky` nothing lets go. A flag in event form is set at an `assign.upon` and cleared at a
`remove.upon`. Of one evaluation, expiry and `remove` win over setting. A state that expired, or
that an event cleared, is spent until it has been false.
"""

from collections.abc import Set as AbstractSet
from fractions import Fraction
from typing import NamedTuple

from tagger.domain.tags import Source, TagValue
from tagger.engine.profile import Overlay, TagState
from tagger.engine.view import View, earliest
from tagger.rules.plan import NONE, Tag

_SIX_DECIMALS = 1_000_000


class Moment(NamedTuple):
    """An evaluation: its instant, the sources of the events that happen in it, and the instant
    of these events, which is earlier for a late one."""

    at: int
    fired: AbstractSet[int] = frozenset()
    event_at: int | None = None


class Shown(NamedTuple):
    """What the world is told of a tag; `value` None means that it is not held."""

    value: TagValue | None
    expires_at: int | None
    source: Source


def apply_rule(view: View, tag: Tag, state: TagState, moment: Moment) -> bool:
    """Bring the rule's side of `state` up to the moment. True when the tag expired."""
    if tag.form == "text":
        state.value = _first_band(view, tag)
        return False
    if tag.form == "number":
        state.value = _number(view, tag)
        return False
    return _apply_flag(view, tag, state, moment)


def _apply_flag(view: View, tag: Tag, state: TagState, moment: Moment) -> bool:
    at = moment.at
    is_state = tag.assign_when != NONE and tag.assign_upon == NONE
    wanted = is_state and view.holds(tag.assign_when)
    if not wanted:
        state.spent = False
    cleared_by_event = not _came_before(state, moment) and _happens(
        view, tag.remove_upon, tag.remove_when, moment
    )
    removing = tag.remove_upon == NONE and tag.remove_when != NONE
    removing = removing and view.holds(tag.remove_when)
    set_by_event = _happens(view, tag.assign_upon, tag.assign_when, moment)
    if state.value is not None:
        expired = state.expires_at is not None and state.expires_at <= at
        dropped = is_state and not wanted and not _is_latch(tag)
        if (expired or cleared_by_event or removing or dropped) and not tag.sticky:
            _clear(state)
            state.spent = wanted and (expired or cleared_by_event)
            return expired
        qualifies = set_by_event or (wanted and not moment.fired.isdisjoint(tag.renew_on))
        if qualifies and tag.renew:
            _restart_expiry(tag, state, moment)
        return False
    if cleared_by_event and not tag.sticky:
        state.spent = wanted
    elif (tag.sticky or not removing) and (set_by_event or (wanted and not state.spent)):
        _set(tag, state, moment, by_event=set_by_event)
    return False


def _came_before(state: TagState, moment: Moment) -> bool:
    """Whether a late event happened before the tag was set, and so cannot clear it."""
    return (
        moment.event_at is not None
        and state.set_at is not None
        and moment.event_at < moment.at
        and moment.event_at < state.set_at
    )


def _is_latch(tag: Tag) -> bool:
    """Whether a `remove.when` is a state of its own."""
    return tag.remove_when != NONE and tag.remove_upon == NONE


def _happens(view: View, source: int, when: int, moment: Moment) -> bool:
    """Whether an `upon` event is part of the moment, and its condition holds."""
    if source == NONE or source not in moment.fired:
        return False
    return when == NONE or view.holds(when)


def _set(tag: Tag, state: TagState, moment: Moment, *, by_event: bool) -> None:
    start_at = moment.event_at if by_event and moment.event_at is not None else moment.at
    lasts_ms = None if tag.sticky else tag.expires_after_ms
    expires_at = None if lasts_ms is None else start_at + lasts_ms
    if expires_at is not None and expires_at <= moment.at:
        return
    state.value = True
    state.set_at = start_at
    state.expires_at = expires_at


def _restart_expiry(tag: Tag, state: TagState, moment: Moment) -> None:
    start_at = moment.at if moment.event_at is None else moment.event_at
    if tag.expires_after_ms is not None and state.expires_at is not None:
        state.expires_at = max(state.expires_at, start_at + tag.expires_after_ms)
        state.set_at = start_at


def _clear(state: TagState) -> None:
    state.value = None
    state.set_at = None
    state.expires_at = None


def _first_band(view: View, tag: Tag) -> str | None:
    for band in tag.bands:
        if band.node == NONE or view.holds(band.node):
            return band.value
    return None


def _number(view: View, tag: Tag) -> TagValue | None:
    measure = view.plan.measures[tag.measure]
    value = view.value(tag.measure)
    if value is None or isinstance(value, str | bool):
        return None
    if tag.step_ms is not None:
        value = value // tag.step_ms * tag.step_ms
    try:
        return published_number(value, measure.scale)
    except OverflowError:
        return None


def published_number(value: int | Fraction, scale: int) -> float:
    """An exact number in major units, rounded half to even to six decimals.

    Raises OverflowError for one beyond what a double can hold.
    """
    if isinstance(value, int) and _SIX_DECIMALS % scale == 0:
        return value / scale
    return float(round(Fraction(value) / scale, 6))


def lift_overlay(state: TagState, at: int) -> bool:
    """End a manual value whose time is over. True when `until` ended it."""
    overlay = state.overlay
    if overlay is None:
        return False
    if overlay.until is not None and overlay.until <= at:
        state.overlay = None
        return True
    if overlay.until_differs and state.value != overlay.rule_value:
        state.overlay = None
    return False


def what_shows(state: TagState) -> Shown:
    """The manual value if there is one, else the rule's."""
    overlay: Overlay | None = state.overlay
    if overlay is not None:
        until = None if overlay.value is None else overlay.until
        return Shown(overlay.value, until, "manual")
    return Shown(state.value, state.expires_at, "rule")


def next_look(view: View, tag: Tag, state: TagState) -> int | None:
    """The first instant after `at` at which the tag can change with no event."""
    instants = [state.expires_at, None if state.overlay is None else state.overlay.until]
    if tag.assign_upon == NONE and tag.assign_when != NONE:
        instants.append(view.next_change(tag.assign_when))
    if tag.remove_upon == NONE and tag.remove_when != NONE:
        instants.append(view.next_change(tag.remove_when))
    if tag.form == "text":
        instants.append(_next_band(view, tag))
    if tag.form == "number":
        instants.append(view.next_value_change(tag.measure, tag.step_ms))
    return earliest(instants)


def _next_band(view: View, tag: Tag) -> int | None:
    """Only the band that holds and those before it can change which one is first."""
    instants = []
    for band in tag.bands:
        if band.node == NONE:
            break
        instants.append(view.next_change(band.node))
        if view.holds(band.node):
            break
    return earliest(instants)
