"""What would have to be otherwise, told for people and supposed for the rules."""

from typing import Literal

import msgspec

from tagger.domain.tags import TagValue
from tagger.engine.field_values import Value
from tagger.rules.plan import NONE

Unit = Literal["", "ms"]
"""Of measured numbers: milliseconds, or none that needs to be told."""

Relation = Literal[
    "reaches",
    "rises above",
    "falls to",
    "falls below",
    "is",
    "is something else",
    "gets a value",
    "has no value",
    "happens",
    "mentions",
    "matches",
]
_OF_MANY_VALUES: tuple[Relation, ...] = (
    "rises above",
    "falls below",
    "is something else",
    "gets a value",
)
_WAYS: tuple[tuple[Relation, ...], ...] = (
    ("reaches", "rises above"),
    ("falls to", "falls below"),
)


class Need(msgspec.Struct, frozen=True):
    """One thing that would have to be otherwise: what `text` names is worth `value` and would
    have to stand in this relation to `wanted`. Money is in major units, times in milliseconds
    (`unit`)."""

    text: str
    relation: Relation
    value: TagValue | None = None
    wanted: TagValue | None = None
    unit: Unit = ""


class Alternative(msgspec.Struct, frozen=True):
    """A need, and what is then so: a measure has another value, or a condition another outcome
    (`measure` NONE)."""

    need: Need
    measure: int
    node: int
    value: Value | None = None
    holds: bool = False

    @property
    def thing(self) -> tuple[int, int]:
        """What is otherwise: of two alternatives about the same thing only one can be."""
        return self.measure, self.node if self.measure == NONE else NONE

    @property
    def is_open(self) -> bool:
        """Whether many values fulfil the need, so that nothing can be held against one."""
        return self.need.relation in _OF_MANY_VALUES

    @property
    def direction(self) -> object:
        """Equal for alternatives of which the first is the smallest."""
        for way in _WAYS:
            if self.need.relation in way:
                return self.thing, way
        return self.thing, self.need.relation, self.need.wanted
