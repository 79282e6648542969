"""Where times and tag values stand in the JSON of each record, and how they are written there.

Times are RFC 3339, UTC, with milliseconds; a tag's number is written without an exponent when it
is whole.
"""

from collections.abc import Callable, Iterable, Iterator
from math import isfinite
from typing import Any

import msgspec

from tagger.codecs.faults import FIRST_INSTANT_MS, LAST_INSTANT_MS
from tagger.domain.actions import WorkflowAction
from tagger.domain.commands import CommandOutcome, TagCommand
from tagger.domain.events import Browse, ChatMessage, ProfileUpdate, Purchase
from tagger.domain.tags import CurrentTags, TagChange, TagValue
from tagger.domain.times import format_instant

Path = tuple[str, ...]
"""Field names from the record down; `*` is every item of an array or value of a map."""

Output = TagChange | CurrentTags | WorkflowAction | CommandOutcome
Record = Output | Purchase | Browse | ChatMessage | ProfileUpdate | TagCommand

TIMES: dict[type, tuple[Path, ...]] = {
    Purchase: (("occurred_at",), ("period_start",), ("period_end",)),
    Browse: (("occurred_at",),),
    ChatMessage: (("occurred_at",),),
    ProfileUpdate: (("occurred_at",),),
    TagCommand: (("issued_at",), ("until",)),
    TagChange: (("effective_at",), ("processed_at",), ("expires_at",), ("trigger", "at")),
    CurrentTags: (("updated_at",), ("tags", "*", "since"), ("tags", "*", "expires_at")),
    WorkflowAction: (("due_at",),),
    CommandOutcome: (("at",),),
}
VALUES: dict[type, tuple[Path, ...]] = {
    TagCommand: (("value",),),
    TagChange: (
        ("value",),
        ("previous_value",),
        ("evidence", "*", "measured"),
        ("evidence", "*", "threshold"),
    ),
    CurrentTags: (("tags", "*", "value"),),
}


def to_json(record: Record) -> bytes:
    """The record as one JSON object; an input record begins with its `type`.

    Raises ValueError for a number that JSON cannot hold.
    """
    fields = msgspec.to_builtins(record)
    for path in TIMES[type(record)]:
        rewrite(fields, path, written_instant)
    for path in VALUES.get(type(record), ()):
        rewrite(fields, path, written_value)
    return msgspec.json.encode(fields)


def rewrite(fields: dict[str, Any], path: Path, change: Callable[[Any], Any]) -> None:
    """Replaces what stands at `path`, where anything but null stands there."""
    *above, name = path
    for holder in _at(fields, above):
        if isinstance(holder, dict) and holder.get(name) is not None:
            holder[name] = change(holder[name])


def _at(node: Any, path: list[str]) -> Iterator[Any]:
    if not path:
        yield node
        return
    name, *below = path
    found: Iterable[Any] = ()
    if isinstance(node, dict):
        found = node.values() if name == "*" else (node.get(name),)
    elif isinstance(node, list | tuple) and name == "*":
        found = node
    for item in found:
        yield from _at(item, below)


def written_instant(at_ms: int) -> str | int:
    """RFC 3339; a time outside the years 1 to 9999 stays a number of milliseconds."""
    if FIRST_INSTANT_MS <= at_ms <= LAST_INSTANT_MS:
        return format_instant(at_ms)
    return at_ms


def written_value(value: TagValue) -> TagValue:
    """A whole number of up to 63 bits as an integer: 5 and not 5.0, no 1e16.

    Raises ValueError when it is infinite or not a number.
    """
    if not isinstance(value, float):
        return value
    if not isfinite(value):
        raise ValueError(f"a tag's value cannot be {value}")
    return int(value) if value.is_integer() and abs(value) < 2**63 else value
