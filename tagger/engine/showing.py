"""What the world is shown of a tag: a value set by hand if there is one, else the rule's.

A manual value ends at its `until`, at a `release`, and with the tag's last day; a tag hidden by
hand without `until` shows again once its rule says something else than it did then.
"""

from tagger.domain.commands import TagCommand
from tagger.domain.tags import Source, TagValue
from tagger.engine.commands import manual_value
from tagger.engine.forms import has_ended
from tagger.engine.profile import Overlay, TagState
from tagger.engine.view import earliest
from tagger.rules.plan import Tag

Shown = tuple[TagValue | None, int | None, Source]
"""What the world is told of a tag: its value, where None means that it is not held, the instant at
which it ends at the latest, and who set it."""


def lay_over(tag: Tag, state: TagState, command: TagCommand) -> None:
    """Put a command's effect over the rule's value."""
    if command.op == "assign":
        state.overlay = Overlay(manual_value(tag, command.value), command.until)
    elif command.op == "release":
        state.overlay = None
    elif command.until is not None:
        state.overlay = Overlay(None, command.until)
    elif state.value is None:
        state.overlay = None
    else:
        state.overlay = Overlay(None, None, until_differs=True, rule_value=state.value)


def lift_overlay(tag: Tag, state: TagState, at: int) -> bool:
    """End a manual value whose time is over. True when an instant ended it."""
    overlay = state.overlay
    if overlay is None:
        return False
    if has_ended(tag, at) or (overlay.until is not None and overlay.until <= at):
        state.overlay = None
        return True
    if overlay.until_differs and state.value != overlay.rule_value:
        state.overlay = None
    return False


def next_lift(tag: Tag, state: TagState) -> int | None:
    """The instant that ends a manual value."""
    return None if state.overlay is None else earliest([state.overlay.until, tag.ends_at])


def what_shows(tag: Tag, state: TagState) -> Shown:
    """What is to be told now."""
    overlay = state.overlay
    if overlay is None:
        value = state.value
        return value, _ends_at(tag, value, state.expires_at), "rule"
    return overlay.value, _ends_at(tag, overlay.value, overlay.until), "manual"


def _ends_at(tag: Tag, value: TagValue | None, own_end: int | None) -> int | None:
    if value is None:
        return None
    ends_at = tag.ends_at
    return own_end if ends_at is None else earliest((own_end, ends_at))
