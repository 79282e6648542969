"""What a rule says of its tag at one evaluation, and what the language remembers for it.

Readings fixed here:

- `assign.when` alone, or with a `remove` that names an event, holds the tag exactly while the
  condition holds; a `remove` with `when` and no `upon` makes it a latch;
- `upon` with `when`, in `assign` as in `remove`, is an event that counts only where the condition
  holds; it is not a state;
- an evaluation that clears a tag while its `assign.when` is false leaves it unspent;
- at an instant where an expiry and a false condition meet, the expiry clears;
- `sticky` outlasts `remove`, a false condition and expiry;
- `hold_for` is measured whether or not the tag is held, spent or cooling down;
- `keep_at_least` counts from the setting, and `renew` does not prolong it;
- while a tag is kept, an event that `assign.upon` and the rule's `remove` both answer to renews
  nothing; a state is renewed wherever `assign.when` holds.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from .conditions import holds
from .happenings import Event, lets_through
from .measures import View, measure
from .packs import Tag, selectors_in
from .values import Doc, Value, duration, exact, published_number


@dataclass(frozen=True)
class Ruled:
    """A tag as its rule has it, whatever has been said by hand; instants in milliseconds.

    A flag's value is True or None. `has_expired` tells that the last evaluation ended it by
    expiry or by the end of the tag, `true_since` since when `assign.when` has held without a
    break.
    """

    value: Value | None = None
    expires_at: int | None = None
    has_expired: bool = False
    is_spent: bool = False
    set_at: int | None = None
    cleared_at: int | None = None
    true_since: int | None = None


@dataclass(frozen=True)
class Word:
    """What a flag's rule asks for at one evaluation. `removes` is a `remove.when` that is a
    state, `struck` an event that `remove.upon` names."""

    sets: bool
    is_state: bool
    is_latch: bool
    removes: bool
    struck: bool


def evaluate(tag: Tag, before: Ruled, view: View, happened: Sequence[Event]) -> Ruled:
    """The rule's word at `view.at`; `happened` are the events that this evaluation is about."""
    if tag.ends_at is not None and view.at >= tag.ends_at:
        return Ruled(has_expired=before.value is not None)
    if tag.doc.get("manual") == "only":
        return Ruled()
    if tag.form == "text":
        return Ruled(_first_match(tag, view))
    if tag.form == "number":
        return Ruled(_number(tag, view))
    word = _word(tag, view, happened)
    since = before.true_since if word.sets and word.is_state else None
    now = replace(
        before,
        has_expired=False,
        is_spent=before.is_spent and word.sets,
        true_since=view.at if since is None and word.sets and word.is_state else since,
    )
    if before.value is None:
        return _clear_flag(tag, now, view, word)
    return _held_flag(tag, now, view, word, happened)


def deadlines(tag: Tag, ruled: Ruled) -> Iterator[int]:
    """The instants at which what is remembered of a flag is due."""
    if ruled.expires_at is not None:
        yield ruled.expires_at
    for word, counted_from in (
        ("keep_at_least", ruled.set_at),
        ("cool_down", ruled.cleared_at),
        ("hold_for", ruled.true_since),
    ):
        if word in tag.doc and counted_from is not None:
            yield counted_from + duration(tag.doc[word])


def _first_match(tag: Tag, view: View) -> Value | None:
    for value, band in tag.doc["values"].items():
        if band.get("otherwise") or holds(view, band["when"]):
            return str(value)
    return None


def _number(tag: Tag, view: View) -> Value | None:
    value = measure(view, tag.doc["value"])
    if not isinstance(value, Fraction):
        return None
    if "step" in tag.doc:
        step = duration(tag.doc["step"])
        value = Fraction(value // step * step)
    return exact(published_number(value))


def _word(tag: Tag, view: View, happened: Sequence[Event]) -> Word:
    assign, remove = tag.doc["assign"], tag.doc.get("remove", {})
    is_state, removes_by_state = "upon" not in assign, "when" in remove and "upon" not in remove
    return Word(
        sets=holds(view, assign["when"]) if is_state else _strikes(tag, assign, view, happened),
        is_state=is_state,
        is_latch=is_state and removes_by_state,
        removes=removes_by_state and holds(view, remove["when"]),
        struck="upon" in remove and _strikes(tag, remove, view, happened),
    )


def _clear_flag(tag: Tag, now: Ruled, view: View, word: Word) -> Ruled:
    """A flag that is not held: set it, or not."""
    if _is_sticky(tag):
        word = replace(word, removes=False, struck=False)
    if word.struck and word.is_state and word.sets:
        now = replace(now, is_spent=True)
    is_held_back = (
        word.removes
        or word.struck
        or now.is_spent
        or _lasts(tag, "cool_down", now.cleared_at, view.at)
        or _lasts(tag, "hold_for", now.true_since, view.at)
    )
    if not word.sets or is_held_back:
        return now
    return replace(_with_expiry(tag, now, view), value=True, set_at=view.at)


def _held_flag(tag: Tag, now: Ruled, view: View, word: Word, happened: Sequence[Event]) -> Ruled:
    """A flag that is held: clear it, prolong it, or leave it alone."""
    is_kept = _lasts(tag, "keep_at_least", now.set_at, view.at)
    if not is_kept and not _is_sticky(tag):
        expired = now.expires_at is not None and now.expires_at <= view.at
        is_over = word.is_state and not word.is_latch and not word.sets
        if expired or word.struck or word.removes or is_over:
            return replace(
                now,
                value=None,
                expires_at=None,
                has_expired=expired,
                is_spent=(expired or word.struck) and word.is_state and word.sets,
                set_at=None,
                cleared_at=view.at,
            )
    if not tag.doc.get("renew") or not word.sets:
        return now
    if word.is_state:
        return _with_expiry(tag, now, view) if _is_renewal(tag, happened) else now
    return now if word.removes or word.struck else _with_expiry(tag, now, view)


def _is_sticky(tag: Tag) -> bool:
    return bool(tag.doc.get("sticky"))


def _lasts(tag: Tag, word: str, counted_from: int | None, at: int) -> bool:
    """Whether the time that the tag's document names under `word` is still running."""
    if word not in tag.doc or counted_from is None:
        return False
    return at < counted_from + duration(tag.doc[word])


def _strikes(tag: Tag, clause: Doc, view: View, happened: Sequence[Event]) -> bool:
    """Whether one of the events is meant by `upon`, and `when` (if any) holds."""
    if not any(lets_through(tag.pack, clause["upon"], event) for event in happened):
        return False
    return "when" not in clause or holds(view, clause["when"])


def _is_renewal(tag: Tag, happened: Sequence[Event]) -> bool:
    """Whether a filter in `assign.when` lets one of the events through."""
    if not happened:
        return False
    selectors = selectors_in(tag.pack, tag.doc["assign"]["when"])
    return any(lets_through(tag.pack, one, event) for one in selectors for event in happened)


def _with_expiry(tag: Tag, now: Ruled, view: View) -> Ruled:
    lasts = tag.doc.get("expires_after")
    expires_at = None if lasts is None or _is_sticky(tag) else view.at + duration(lasts)
    return replace(now, expires_at=expires_at)
