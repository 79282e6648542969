"""Identities: of events, so that a repeat is known, and of changes, so that a consumer can drop
a repeat. All are functions of content alone, equal in every process."""

import hashlib

from tagger.domain.commands import TagCommand
from tagger.domain.events import Event, type_name
from tagger.domain.tags import TagChange, TagValue, Trigger


def input_identity(record: Event | TagCommand) -> int:
    """64 bits of type, source and id; within one customer they tell inputs apart."""
    if isinstance(record, TagCommand):
        text = f"command 0 {record.command_id}"
    else:
        source = record.source
        text = f"{type_name(record)} {len(source)} {source}{record.event_id}"
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def change_id(
    customer_id: str, sequence: int, tag: str, value: TagValue | None, trigger: Trigger
) -> str:
    """32 hexadecimal digits, a function of the change's place and cause. When a correction took
    effect is no part of it: that depends on how far the clock had come when it was made."""
    return _digest(customer_id, sequence, tag, value, trigger.kind, trigger.id, trigger.at)


def action_id(workflow: str, version: int, change: TagChange, step: int) -> str:
    """32 hexadecimal digits, a function of workflow, version, triggering change and step."""
    return _digest("action", workflow, version, change.id, step)


def _digest(*parts: object) -> str:
    text = "\0".join(map(repr, parts))
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
