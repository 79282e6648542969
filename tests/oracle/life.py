"""What a rule says of its tag at one evaluation, and what the language remembers for it.

Readings fixed here:

- `assign.when` alone, or with a `remove` that names an event, holds the tag exactly while the
  condition holds; a `remove` with `when` and no `upon` makes it a latch;
- `upon` with `when`, in `assign` as in `remove`, is an event that counts only where the condition
  holds; it is not a state;
- an evaluation that clears a tag while its `assign.when` is false leaves it unspent;
- at an instant where an expiry and a false condition meet, the expiry clears;
- `sticky` outlasts `remove`, a false condition and expiry.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from .conditions import View
from .happenings import Event, lets_through
from .packs import Tag, selectors_in
from .values import Doc, Value, duration, exact, published_number


@dataclass(frozen=True)
class Ruled:
    """A tag as its rule has it, whatever has been said by hand. A flag's value is True or None;
    `has_expired` tells that the last evaluation ended it by expiry."""

    value: Value | None = None
    expires_at: int | None = None
    is_spent: bool = False
    has_expired: bool = False


def evaluate(tag: Tag, before: Ruled, view: View, happened: Sequence[Event]) -> Ruled:
    """The rule's word at `view.at`; `happened` are the events that this evaluation is about."""
    if tag.doc.get("manual") == "only":
        return Ruled()
    if tag.form == "text":
        return Ruled(_first_match(tag, view))
    if tag.form == "number":
        return Ruled(_number(tag, view))
    if "upon" in tag.doc["assign"]:
        return _set_by_events(tag, before, view, happened)
    return _held_by_state(tag, before, view, happened)


def _first_match(tag: Tag, view: View) -> Value | None:
    for value, band in tag.doc["values"].items():
        if band.get("otherwise") or view.holds(band["when"]):
            return str(value)
    return None


def _number(tag: Tag, view: View) -> Value | None:
    value = view.measure(tag.doc["value"])
    if not isinstance(value, Fraction):
        return None
    if "step" in tag.doc:
        step = duration(tag.doc["step"])
        value = Fraction(value // step * step)
    return exact(published_number(value))


def _held_by_state(tag: Tag, before: Ruled, view: View, happened: Sequence[Event]) -> Ruled:
    assign, remove = tag.doc["assign"], tag.doc.get("remove", {})
    holds = view.holds(assign["when"])
    expired = _expires_now(tag, before, view)
    is_latch = "when" in remove and "upon" not in remove
    now = replace(before, is_spent=before.is_spent and holds, has_expired=False)
    if _is_sticky(tag):
        return _set(tag, now, view) if holds and before.value is None else now
    if expired or ("upon" in remove and _strikes(tag, remove, view, happened)):
        return Ruled(is_spent=holds, has_expired=expired)
    if is_latch and view.holds(remove["when"]):
        return _clear(now)
    if holds and not now.is_spent:
        return _hold(tag, now, view, renews=_renews_state(tag, happened))
    return now if is_latch else _clear(now)


def _set_by_events(tag: Tag, before: Ruled, view: View, happened: Sequence[Event]) -> Ruled:
    remove = tag.doc.get("remove", {})
    sets = _strikes(tag, tag.doc["assign"], view, happened)
    expired = _expires_now(tag, before, view)
    now = replace(before, has_expired=False)
    if not _is_sticky(tag):
        if expired:
            return Ruled(has_expired=True)
        if "upon" in remove and _strikes(tag, remove, view, happened):
            return Ruled()
        if "upon" not in remove and "when" in remove and view.holds(remove["when"]):
            return Ruled()
    return _hold(tag, now, view, renews=True) if sets else now


def _is_sticky(tag: Tag) -> bool:
    return bool(tag.doc.get("sticky"))


def _expires_now(tag: Tag, before: Ruled, view: View) -> bool:
    held_until = before.expires_at
    return not _is_sticky(tag) and held_until is not None and held_until <= view.at


def _strikes(tag: Tag, clause: Doc, view: View, happened: Sequence[Event]) -> bool:
    """Whether one of the events is meant by `upon`, and `when` (if any) holds."""
    if not any(lets_through(tag.pack, clause["upon"], event) for event in happened):
        return False
    return "when" not in clause or view.holds(clause["when"])


def _renews_state(tag: Tag, happened: Sequence[Event]) -> bool:
    """Whether a filter in `assign.when` lets one of the events through."""
    selectors = selectors_in(tag.pack, tag.doc["assign"]["when"])
    return any(lets_through(tag.pack, one, event) for one in selectors for event in happened)


def _hold(tag: Tag, now: Ruled, view: View, *, renews: bool) -> Ruled:
    """Set the tag, or start its expiry anew if it is held and `renew` says so."""
    if now.value is None or (renews and tag.doc.get("renew")):
        return _set(tag, now, view)
    return now


def _set(tag: Tag, now: Ruled, view: View) -> Ruled:
    lasts = tag.doc.get("expires_after")
    expires_at = None if lasts is None or _is_sticky(tag) else view.at + duration(lasts)
    return replace(now, value=True, expires_at=expires_at)


def _clear(now: Ruled) -> Ruled:
    return replace(now, value=None, expires_at=None)
