"""Identities: of events, so that a repeat is known, and of changes, so that a consumer can drop
a repeat. All are functions of content alone, equal in every process."""

from hashlib import blake2b
from struct import Struct
from typing import Final

from tagger.domain.commands import TagCommand
from tagger.domain.event_types import type_name
from tagger.domain.events import Event
from tagger.domain.tags import TagChange, TagValue, Trigger

_signed: Final = Struct(">q").unpack
"""Of 8 bytes one integer."""

_unused: Final = blake2b(digest_size=8).copy
_unused_long: Final = blake2b(digest_size=16).copy
"""Hashes of 8 and of 16 bytes that have taken nothing yet: a copy costs less than a new one."""


def input_identity(record: Event | TagCommand) -> int:
    """64 bits of type, source and id; within one customer they tell inputs apart."""
    if type(record) is TagCommand:
        text = f"command 0 {record.command_id}"
    else:
        source = record.source
        text = f"{type_name(record)} {len(source)} {source}{record.event_id}"
    hashed = _unused()
    hashed.update(_encoded(text))
    identity: int = _signed(hashed.digest())[0]
    return identity


def change_id(
    customer_id: str, sequence: int, tag: str, value: TagValue | None, trigger: Trigger
) -> str:
    """32 hexadecimal digits, a function of the change's place and cause. When a correction took
    effect is no part of it: that depends on how far the clock had come when it was made."""
    return _digest(
        repr(customer_id),
        str(sequence),
        repr(tag),
        repr(value),
        repr(trigger.kind),
        repr(trigger.id),
        str(trigger.at),
    )


def action_id(workflow: str, version: int, change: TagChange, step: int) -> str:
    """32 hexadecimal digits, a function of workflow, version, triggering change and step."""
    return _digest("'action'", repr(workflow), str(version), repr(change.id), str(step))


def _digest(*parts: str) -> str:
    hashed = _unused_long()
    hashed.update(_encoded("\0".join(parts)))
    return hashed.hexdigest()


def _encoded(text: str) -> bytes:
    """As UTF-8, half a surrogate pair like any other character."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")
