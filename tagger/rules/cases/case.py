"""Test cases of rule packs: what is fed to the engine, and what must come of it."""

from dataclasses import dataclass
from typing import Literal

from tagger.domain.commands import TagCommand
from tagger.domain.events import Event
from tagger.domain.tags import Cause, Op
from tagger.rules.syntax import Position, Scalar

Covering = Literal["assigning", "near-miss", "revoking"]
Record = Event | TagCommand


@dataclass(frozen=True, slots=True)
class Expectation:
    """Tags with their values, and tags not held, at the end of the instant `at_ms`; tags that
    are not named may be anything."""

    at_ms: int
    tags: dict[str, Scalar]
    not_held: tuple[str, ...]
    at: Position


@dataclass(frozen=True, slots=True)
class ExpectedChange:
    """One change of the exact list; None is anything."""

    at_ms: int
    tag: str
    op: Op
    cause: Cause | None
    value: Scalar | None
    at: Position


@dataclass(frozen=True, slots=True)
class Case:
    """One customer's history and what it must lead to. `starts_at_ms` is the instant of `+0d`."""

    name: str
    at: Position
    starts_at_ms: int
    customer_id: str
    is_story: bool
    covers: dict[str, tuple[Covering, ...]]
    records: tuple[Record, ...]
    expectations: tuple[Expectation, ...]
    changes: tuple[ExpectedChange, ...]

    @property
    def plays(self) -> int:
        """How many records are fed to the engine in all: it plays up to each instant that an
        expectation asks about, and to the end."""
        return (1 + len(self.records)) * (1 + len(self.expectations))

    @property
    def asked_tags(self) -> frozenset[str]:
        """The tags of which the case expects something."""
        asked = {change.tag for change in self.changes}
        for each in self.expectations:
            asked |= {*each.tags, *each.not_held}
        return frozenset(asked)

    @property
    def until_ms(self) -> int:
        """The last instant that the case speaks of."""
        instants = [instant_of(record) for record in self.records]
        instants += [each.at_ms for each in self.expectations]
        instants += [each.at_ms for each in self.changes]
        return max(instants, default=self.starts_at_ms)


@dataclass(frozen=True, slots=True)
class CaseFile:
    """The cases of one pack."""

    file: str
    pack: str
    cases: tuple[Case, ...]


def instant_of(record: Record) -> int:
    """The record's own time."""
    return record.issued_at if isinstance(record, TagCommand) else record.occurred_at
