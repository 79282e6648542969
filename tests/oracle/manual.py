"""What staff say of a tag by hand, and who may say it.

Readings fixed here: without `manual` a tag allows commands; an empty or missing `manual_roles`
means every role; a flag takes the value true or none, a text tag one of its values, a number tag a
number; `until` must lie after the command; a new word replaces the one before; where a tag has
ended, nobody may assign it.
"""

from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass

from .life import Ruled
from .packs import Tag
from .values import Doc, Value, exact, instant, published_number


@dataclass
class Overlay:
    """A value (None: hidden) that stands over the rule's. `baseline` is the value that the rule
    had at a `remove` without `until`, once that evaluation has been made."""

    value: Value | None
    until: int | None
    form: str
    baseline: Value | None = None
    has_baseline: bool = False

    @property
    def is_held(self) -> bool:
        return self.value is not None

    @property
    def waits_for_rule(self) -> bool:
        return not self.is_held and self.until is None


def is_refused(tags: Mapping[str, Tag], command: Doc, at: int) -> bool:
    """Whether the command may not be carried out."""
    tag = tags.get(command.get("tag", ""))
    if command["op"] == "erase" or tag is None or tag.doc.get("manual") == "forbidden":
        return True
    roles = tag.doc.get("manual_roles", [])
    if roles and command["role"] not in roles:
        return True
    if command["op"] == "release":
        return False
    until = command.get("until")
    if until is not None and instant(until) <= at:
        return True
    if command["op"] != "assign":
        return False
    return _has_ended(tag, at) or not _fits(tag, command.get("value"))


def _has_ended(tag: Tag, at: int) -> bool:
    return tag.ends_at is not None and tag.ends_at <= at


def _fits(tag: Tag, value: object) -> bool:
    match tag.form:
        case "flag":
            return value is None or value is True
        case "text":
            return isinstance(value, str) and value in tag.doc["values"]
    return isinstance(value, int | float) and not isinstance(value, bool)


def overlay_of(tag: Tag, command: Doc) -> Overlay:
    """What an `assign` or `remove` lays over the rule."""
    until = command.get("until")
    ends_at = None if until is None else instant(until)
    if command["op"] == "remove":
        return Overlay(None, ends_at, tag.form)
    value = command.get("value")
    if tag.form == "flag":
        return Overlay(True, ends_at, tag.form)
    if tag.form == "text":
        return Overlay(str(value), ends_at, tag.form)
    assert isinstance(value, int | float)
    return Overlay(exact(published_number(exact(value))), ends_at, tag.form)


def runs_out(overlays: MutableMapping[str, Overlay], tag: Tag, ruled: Ruled, at: int) -> bool:
    """End a word whose time is over; True where its own `until` or the tag's end ended it."""
    overlay = overlays.get(tag.name)
    if overlay is None:
        return False
    if _has_ended(tag, at) or (overlay.until is not None and overlay.until <= at):
        del overlays[tag.name]
        return True
    if overlay.waits_for_rule and overlay.form != "flag":
        if not overlay.has_baseline:
            overlay.baseline, overlay.has_baseline = ruled.value, True
        elif ruled.value != overlay.baseline:
            del overlays[tag.name]
    return False


def end_if_rule_is_false(overlays: MutableMapping[str, Overlay], name: str, ruled: Ruled) -> None:
    """A hidden flag may come back once its rule has been false; so ends the word that hid it."""
    overlay = overlays[name]
    if overlay.waits_for_rule and overlay.form == "flag" and ruled.value is None:
        del overlays[name]
