"""What staff and systems ask for, and what they are answered."""

from typing import Literal, final

import msgspec

from tagger.domain.events import Int64, Name
from tagger.domain.tags import TagValue

CommandOp = Literal["assign", "remove", "release", "erase"]
OutcomeStatus = Literal["done", "refused"]
OutcomeCode = Literal[
    "done",
    "unchanged",
    "unknown-tag",
    "manual-forbidden",
    "role-not-permitted",
    "bad-value",
    "tag-ended",
    "until-passed",
    "id-taken",
    "superseded",
    "erase-unsupported",
]
"""Machine-readable answer; `unchanged` means done with nothing left to do."""

COMMAND_ORDER = 4
"""Rank of a command among the records of one instant: after every event type."""


@final
class TagCommand(msgspec.Struct, frozen=True, gc=False, tag_field="type", tag="command"):
    """A manual change of one tag, or the erasure of a customer.

    `release` gives the tag back to its rule. `until` ends a manual value; without it an
    assigned value stays until `release`, a removed one until its rule has been false.
    """

    command_id: Name
    customer_id: Name
    issued_at: Int64
    actor: Name
    role: str
    op: CommandOp
    tag: str = ""
    value: TagValue | None = None
    until: Int64 | None = None
    reason: str = ""


@final
class CommandOutcome(msgspec.Struct, frozen=True):
    """Every command yields one, also the refused."""

    command_id: str
    customer_id: str
    status: OutcomeStatus
    code: OutcomeCode
    reason: str
    at: int
