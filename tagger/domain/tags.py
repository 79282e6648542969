"""Tags held and tag changes: what the product is for.

None of them can refer to itself, so the collector of garbage need not know of them (`gc=False`).
"""

from typing import Literal, final

import msgspec

TagValue = bool | str | int | float
"""A flag's value is True, a text tag's one of its values, a number tag's a rounded number."""

Op = Literal["added", "removed", "updated"]
Source = Literal["rule", "manual"]
Cause = Literal[
    "event", "time", "ttl", "manual", "correction", "rule_edit", "backfill", "merge", "erase"
]
"""Why a change happened: an event, a window that slid (`time`), an expiry (`ttl`), a command
(`manual`), a late event (`correction`), an edited rule and so on."""

TriggerKind = Literal["event", "deadline", "command"]


class Trigger(msgspec.Struct, frozen=True, gc=False):
    """What set off the evaluation: an event or command by id, or a deadline by what was due."""

    kind: TriggerKind
    id: str
    at: int


class Evidence(msgspec.Struct, frozen=True, gc=False):
    """One condition as it stood: its measured value against its threshold.

    Durations are in milliseconds, money in major units, instants in milliseconds since the
    epoch. `measured` is null when the value was unset.
    """

    condition: str
    measured: TagValue | None
    comparator: str
    threshold: TagValue | None
    holds: bool
    approximate: bool = False


@final
class TagChange(msgspec.Struct, frozen=True, gc=False):
    """One tag of one customer changed, once. `sequence` counts a customer's changes from 1."""

    id: str
    customer_id: str
    sequence: int
    tag: str
    op: Op
    value: TagValue | None
    previous_value: TagValue | None
    effective_at: int
    processed_at: int
    cause: Cause
    trigger: Trigger
    actor: str | None
    reason: str | None
    rule: str
    rule_version: str
    source: Source
    priority: int
    evidence: tuple[Evidence, ...]
    expires_at: int | None


class CurrentTag(msgspec.Struct, frozen=True, gc=False):
    """A tag as it is held now. `since` is when its value last changed."""

    value: TagValue
    since: int
    expires_at: int | None
    source: Source
    priority: int
    rule_version: str


@final
class CurrentTags(msgspec.Struct, frozen=True, gc=False):
    """All tags of a customer: the fold of the customer's changes up to `sequence`."""

    customer_id: str
    sequence: int
    updated_at: int
    tags: dict[str, CurrentTag]


def fold(current: CurrentTags | None, change: TagChange) -> CurrentTags:
    """`current` after `change`; changes of a customer are folded in order of `sequence`."""
    tags = dict(current.tags) if current is not None else {}
    before = tags.pop(change.tag, None)
    if change.op != "removed" and change.value is not None:
        kept = before is not None and before.value == change.value
        tags[change.tag] = CurrentTag(
            value=change.value,
            since=before.since if kept and before is not None else change.effective_at,
            expires_at=change.expires_at,
            source=change.source,
            priority=change.priority,
            rule_version=change.rule_version,
        )
    return CurrentTags(change.customer_id, change.sequence, change.effective_at, tags)
