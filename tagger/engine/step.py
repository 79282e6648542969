"""A decision and what it is made from."""

from typing import Literal

import msgspec

from tagger.domain.actions import WorkflowAction
from tagger.domain.commands import CommandOutcome, TagCommand
from tagger.domain.events import Event
from tagger.domain.tags import TagChange
from tagger.engine.profile import Profile

BEFORE_TIME = -(2**62)
"""A frontier that nothing lies behind."""

Input = Event | TagCommand

Verdict = Literal[
    "applied", "late", "too_late", "duplicate", "conflicting", "refused", "quarantined"
]
"""What became of an input: `late` is an event behind its customer's clock that some measure took,
`too_late` one that none took; a `duplicate` has come before, a `conflicting` one has the id of
another one with other content. Neither of the two changes anything, nor does a `refused` command,
nor whatever comes for a `quarantined` customer."""


class Clock(msgspec.Struct, frozen=True, gc=False):
    """Where time stands. `frontier`: no event before it is expected any more. `now`: the wall
    clock, for `processed_at`; None on a virtual clock, where `processed_at` is `effective_at`."""

    frontier: int
    now: int | None = None


class Step(msgspec.Struct):
    """What follows from one input or from the passing of time. `profile` is None for a customer
    who is still unknown; `deadline` is the earliest instant at which anything can change with no
    event. Changes are in order of `sequence`. `wrong_types` counts the attributes of a profile
    update whose values are of another type than declared, and so unset; `dropped_waits` the open
    waits and chains of patterns that were too many, and `shortened` how many times the older
    events of a series were put together further because the profile was too large."""

    profile: Profile | None
    changes: list[TagChange]
    deadline: int | None
    verdict: Verdict = "applied"
    actions: list[WorkflowAction] = []
    outcome: CommandOutcome | None = None
    wrong_types: int = 0
    dropped_waits: int = 0
    shortened: int = 0
