"""Where times and tag values stand in the JSON of each record."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import msgspec

from tagger.codecs.written import written_instant, written_value
from tagger.domain.actions import WorkflowAction
from tagger.domain.commands import CommandOutcome, TagCommand
from tagger.domain.events import Browse, ChatMessage, ProfileUpdate, Purchase
from tagger.domain.tags import CurrentTags, TagChange

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
