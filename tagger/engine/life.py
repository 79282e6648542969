"""The life of a flag: what its rule says at an evaluation.

With `assign.when` alone a flag is wanted, and held, while the condition holds; with a
`remove.when` beside it nothing but that (or expiry) lets go. With `assign.upon` an event sets it.

    clear --> held    wanted for `hold_for` or set by an event; not spent, not cooling down,
                      and `remove` does not hold
    held --> clear    expired, or an event of `remove.upon`, or `remove.when` holds, or no longer
                      wanted; but not before `keep_at_least` is over, and never when `sticky`

An evaluation makes one of the two steps at most: one that clears does not set. A flag that
expired, or was cleared by an event, while it is still wanted is spent until it has not been.
"""

from typing import final

from tagger.engine.moment import Moment
from tagger.engine.profile import TagState
from tagger.engine.view import View, earliest
from tagger.rules.plan import NONE, Tag


@final
class _Found:
    """What an evaluation finds of a flag's rule: whether the state `assign.when` holds, an event
    sets the flag, an event clears it, the state `remove.when` holds."""

    __slots__ = ("against", "sets", "strikes", "wanted")

    def __init__(self, *, wanted: bool, sets: bool, strikes: bool, against: bool) -> None:
        self.wanted = wanted
        self.sets = sets
        self.strikes = strikes
        self.against = against


def live(view: View, tag: Tag, state: TagState, moment: Moment) -> bool:
    """Bring the rule's side of a flag up to the moment. True when the flag expired."""
    found = _Found(
        wanted=_has_assign_state(tag) and view.holds(tag.assign_when),
        sets=_happens(view, tag.assign_upon, tag.assign_when, moment),
        strikes=_happens(view, tag.remove_upon, tag.remove_when, moment),
        against=_has_remove_state(tag) and view.holds(tag.remove_when),
    )
    _follow_wanted(tag, state, found, moment)
    if state.value is None:
        _set_if_due(tag, state, found, moment)
        return False
    return _clear_if_due(tag, state, found, moment)


def is_plainly_kept(state: TagState) -> bool:
    """Whether nothing is remembered of a plain flag but whether it is held: neither something that
    was done by hand, nor what another rule has left of the time before an edit."""
    return (
        state.overlay is None
        and not state.spent
        and state.expires_at is None
        and state.wanted_since is None
        and state.held_since is None
        and state.shown_expires_at is None
        and state.shown_source == "rule"
    )


def live_plainly(view: View, tag: Tag, state: TagState) -> int | None:
    """Bring a plain flag of which nothing else is remembered up to the moment of the view; gives
    the first later instant at which its rule can say otherwise."""
    condition = tag.assign_when
    if not view.holds(condition):
        state.value = state.set_at = None
    elif state.value is None:
        state.value, state.set_at = True, view.at
    return view.next_change(condition)


def _has_assign_state(tag: Tag) -> bool:
    return tag.assign_when != NONE and tag.assign_upon == NONE


def _has_remove_state(tag: Tag) -> bool:
    return tag.remove_when != NONE and tag.remove_upon == NONE


def _happens(view: View, source: int, when: int, moment: Moment) -> bool:
    """Whether an `upon` event is part of the moment, and its condition holds."""
    if source == NONE or source not in moment.fired:
        return False
    return when == NONE or view.holds(when)


def _follow_wanted(tag: Tag, state: TagState, found: _Found, moment: Moment) -> None:
    """Remember since when the state has been true without a break, whatever else goes on."""
    if not found.wanted:
        state.spent = False
        state.wanted_since = None
    elif tag.hold_for_ms is not None and state.wanted_since is None:
        state.wanted_since = moment.at


def _set_if_due(tag: Tag, state: TagState, found: _Found, moment: Moment) -> None:
    """A clear flag: set it where the rule asks for it and nothing is in the way."""
    if found.strikes:
        state.spent = found.wanted
    elif not found.against and (found.sets or (found.wanted and not state.spent)):
        start_at = moment.happened_at() if found.sets else moment.at
        if all(instant <= start_at for instant in _obstacles(tag, state)):
            _set(tag, state, start_at, moment.at)


def _obstacles(tag: Tag, state: TagState) -> list[int]:
    """The instants at which `hold_for` and `cool_down` are over, where they count."""
    found = []
    if tag.hold_for_ms is not None and state.wanted_since is not None:
        found.append(state.wanted_since + tag.hold_for_ms)
    if tag.cool_down_ms is not None and state.cleared_at is not None:
        found.append(state.cleared_at + tag.cool_down_ms)
    return found


def _set(tag: Tag, state: TagState, start_at: int, at: int) -> None:
    """Set the flag at `at` for what happened at `start_at`, unless its time is over already."""
    if tag.expires_after_ms is not None:
        if start_at + tag.expires_after_ms <= at:
            return
        state.expires_at = max(start_at + tag.expires_after_ms, at + (tag.keep_at_least_ms or 0))
    state.value = True
    state.set_at = start_at
    if tag.keep_at_least_ms is not None:
        state.held_since = at


def _clear_if_due(tag: Tag, state: TagState, found: _Found, moment: Moment) -> bool:
    """A held flag: clear it, or renew it, or leave it. True when it expired."""
    if tag.sticky:
        return False
    if not _is_kept(tag, state, moment.at):
        expired = state.expires_at is not None and state.expires_at <= moment.at
        struck = found.strikes and not _is_past(tag, state, moment)
        dropped = _is_held_while_wanted(tag) and not found.wanted
        if expired or struck or found.against or dropped:
            _clear(tag, state, moment.at)
            state.spent = found.wanted and (expired or struck)
            return expired
    if tag.renew and _qualifies(tag, found, moment):
        _renew(tag, state, moment.happened_at())
    return False


def _qualifies(tag: Tag, found: _Found, moment: Moment) -> bool:
    """Whether an event of the moment renews: one that would set the flag, or one that a filter
    in `assign` lets through while the state holds."""
    if found.sets:
        return not found.strikes and not found.against
    return found.wanted and not moment.fired.isdisjoint(tag.renew_on)


def _kept_until(tag: Tag, state: TagState) -> int | None:
    """The instant up to which `keep_at_least` does not let the rule clear the flag."""
    if tag.keep_at_least_ms is None or state.held_since is None:
        return None
    return state.held_since + tag.keep_at_least_ms


def _is_kept(tag: Tag, state: TagState, at: int) -> bool:
    kept_until = _kept_until(tag, state)
    return kept_until is not None and at < kept_until


def _is_past(tag: Tag, state: TagState, moment: Moment) -> bool:
    """Whether a late event happened before the flag was set or while it was kept, and so can no
    longer clear it."""
    at = moment.happened_at()
    came_before = state.set_at is not None and at < state.set_at
    return at < moment.at and (came_before or _is_kept(tag, state, at))


def _is_held_while_wanted(tag: Tag) -> bool:
    return _has_assign_state(tag) and not _has_remove_state(tag)


def _clear(tag: Tag, state: TagState, at: int) -> None:
    let_go(state)
    if tag.cool_down_ms is not None:
        state.cleared_at = at


def let_go(state: TagState) -> None:
    """Take the rule's value away, with what goes with it."""
    state.value = state.set_at = state.expires_at = state.held_since = None


def _renew(tag: Tag, state: TagState, start_at: int) -> None:
    if tag.expires_after_ms is not None and state.expires_at is not None:
        state.expires_at = max(state.expires_at, start_at + tag.expires_after_ms)
        state.set_at = start_at if state.set_at is None else max(state.set_at, start_at)


def held_back_until(tag: Tag, state: TagState, at: int) -> int | None:
    """The instant up to which time alone keeps the rule from setting a flag (`hold_for`,
    `cool_down`) or from clearing it (`keep_at_least`); None when nothing does."""
    kept_until = _kept_until(tag, state)
    held_back = _obstacles(tag, state) if state.value is None else [kept_until]
    return max((each for each in held_back if each is not None and each > at), default=None)


def next_look(view: View, tag: Tag, state: TagState) -> int | None:
    """The first instant after `view.at` at which the rule can say otherwise with no event."""
    if state.value is None:
        return _next_setting(view, tag, state)
    return _next_clearing(view, tag, state)


def _next_setting(view: View, tag: Tag, state: TagState) -> int | None:
    """When a clear flag may become wanted, or no longer be; or be set while it is wanted."""
    if not _has_assign_state(tag):
        return None
    instants = [view.next_change(tag.assign_when)]
    if view.holds(tag.assign_when) and not state.spent:
        ahead = [instant for instant in _obstacles(tag, state) if instant > view.at]
        if ahead:
            instants.append(max(ahead))
        elif _has_remove_state(tag):
            instants.append(view.next_change(tag.remove_when))
    return earliest(instants)


def _next_clearing(view: View, tag: Tag, state: TagState) -> int | None:
    """When a held flag may be cleared. Meanwhile `assign.when` counts where it holds the flag, or
    where `hold_for` is counted from it."""
    if tag.sticky:
        return None
    is_kept = _is_kept(tag, state, view.at)
    instants = [_kept_until(tag, state) if is_kept else state.expires_at]
    if _has_remove_state(tag) and not is_kept:
        instants.append(view.next_change(tag.remove_when))
    if (_is_held_while_wanted(tag) and not is_kept) or (_has_assign_state(tag) and tag.hold_for_ms):
        instants.append(view.next_change(tag.assign_when))
    return earliest(instants)
