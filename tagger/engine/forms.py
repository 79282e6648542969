"""What a tag's rule says at an evaluation, in each form; and when it can say otherwise.

A flag has a life of its own (`life`). A text tag has its first value whose condition holds, a
number tag the value of its measure. From `ends_at` on no rule says anything.
"""

from tagger.domain.tags import TagValue
from tagger.engine import life
from tagger.engine.moment import Moment
from tagger.engine.presenting import published_number
from tagger.engine.profile import TagState
from tagger.engine.view import View, earliest
from tagger.rules.plan import NONE, Tag

Followed = tuple[bool, int | None]
"""Whether the value's time was over, and the first later instant at which the rule can say
otherwise with no event."""


def has_ended(tag: Tag, at: int) -> bool:
    """Whether the tag's last day is over."""
    return tag.ends_at is not None and tag.ends_at <= at


def follow(view: View, tag: Tag, state: TagState, moment: Moment) -> Followed:
    """Bring the rule's side of `state` up to the moment, which is that of the view."""
    if has_ended(tag, moment.at):
        was_held = state.value is not None
        life.let_go(state)
        return was_held, None
    expired = False
    if tag.form == "flag":
        expired = life.live(view, tag, state, moment)
        own = life.next_look(view, tag, state)
    elif tag.form == "text":
        state.value, own = _first_band(view, tag)
    else:
        state.value = _number(view, tag)
        own = view.next_value_change(tag.measure, tag.step_ms)
    return expired, own if state.value is None or tag.ends_at is None else earliest(
        (own, tag.ends_at)
    )


def _first_band(view: View, tag: Tag) -> tuple[str | None, int | None]:
    """The first value whose condition holds, and when that may be another one: only the condition
    that holds and those before it can change that."""
    turn: int | None = None
    for band in tag.bands:
        node = band.node
        if node == NONE:
            return band.value, turn
        change = view.next_change(node)
        if change is not None and (turn is None or change < turn):
            turn = change
        if view.holds(node):
            return band.value, turn
    return None, turn


def _number(view: View, tag: Tag) -> TagValue | None:
    measure = view.plan.measures[tag.measure]
    value = view.value(tag.measure)
    if value is None or isinstance(value, (str, bool)):
        return None
    if tag.step_ms is not None:
        value = value // tag.step_ms * tag.step_ms
    try:
        return published_number(value, measure.scale)
    except OverflowError:
        return None
