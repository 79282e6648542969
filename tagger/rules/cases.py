"""Test cases of rule packs: what is fed to the engine, what must come of it, and the comparison.

The engine is a function that is handed in. A case that fails says what was expected and what was
found, with the instants.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, Protocol

from tagger.domain.commands import TagCommand
from tagger.domain.events import Event
from tagger.domain.tags import Cause, Op, TagChange, TagValue
from tagger.domain.times import format_duration, format_instant
from tagger.rules.syntax import Position, Scalar

Covering = Literal["assigning", "near-miss", "revoking"]
Record = Event | TagCommand
NOT_HELD = "not held"


class Run(Protocol):
    """The engine on a virtual clock that ends at `until_ms`, that instant included.

    Gives all changes in order, and the tags that each customer holds at the end.
    """

    def __call__(
        self, records: Sequence[Record], until_ms: int
    ) -> tuple[list[TagChange], dict[str, dict[str, TagValue]]]: ...


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


@dataclass(frozen=True, slots=True)
class Failure:
    """One thing that came out otherwise; `lines` show expected and found."""

    at: Position
    lines: tuple[str, ...]

    def __str__(self) -> str:
        return "\n".join((f"{self.at.file}:{self.at.line}:{self.at.column}", *self.lines))


@dataclass(frozen=True, slots=True)
class CaseResult:
    case: Case
    failures: tuple[Failure, ...]

    @property
    def passed(self) -> bool:
        return not self.failures


def instant_of(record: Record) -> int:
    """The record's own time."""
    return record.issued_at if isinstance(record, TagCommand) else record.occurred_at


def run_cases(files: Iterable[CaseFile], run: Run) -> tuple[CaseResult, ...]:
    """Every case against the engine, in the order of the files."""
    return tuple(run_case(case, run) for file in files for case in file.cases)


def run_case(case: Case, run: Run) -> CaseResult:
    """The case played up to each instant that it asks about, and to its end."""
    failures: list[Failure] = []
    for expectation in case.expectations:
        _, held = _play(case, run, expectation.at_ms)
        failures += _compare_tags(case, expectation, held.get(case.customer_id, {}))
    changes, _ = _play(case, run, case.until_ms)
    failures += _compare_changes(case, changes)
    failures += _check_covering(case, changes)
    return CaseResult(case, tuple(failures))


def _play(
    case: Case, run: Run, until_ms: int
) -> tuple[list[TagChange], dict[str, dict[str, TagValue]]]:
    return run([each for each in case.records if instant_of(each) <= until_ms], until_ms)


def _compare_tags(case: Case, expectation: Expectation, held: dict[str, TagValue]) -> list[Failure]:
    lines: list[str] = []
    wanted: dict[str, Scalar | None] = {**expectation.tags}
    wanted.update(dict.fromkeys(expectation.not_held))
    for tag, value in wanted.items():
        found = held.get(tag)
        if not same_value(value, found):
            lines.append(f"  expected  {tag}: {_shown(value)}")
            lines.append(f"  got       {tag}: {_shown(found)}")
    if not lines:
        return []
    return [Failure(expectation.at, (f"  at {_instant(case, expectation.at_ms)}", *lines))]


def _compare_changes(case: Case, changes: list[TagChange]) -> list[Failure]:
    if not case.changes:
        return []
    named = {each.tag for each in case.changes}
    found = [each for each in changes if each.tag in named and each.customer_id == case.customer_id]
    pairs = zip(case.changes, found, strict=False)
    if len(found) == len(case.changes) and all(_is_as_expected(*pair) for pair in pairs):
        return []
    lines = ["  expected changes:"]
    for change in case.changes:
        what = f"{change.op} {change.tag}" + (f" {_shown(change.value)}" if change.value else "")
        cause = f" by {change.cause}" if change.cause else ""
        lines.append(f"    {_instant(case, change.at_ms)} {what}{cause}")
    lines.append("  got:")
    for got in found:
        value = f" {_shown(got.value)}" if got.value is not None else ""
        where = _instant(case, got.effective_at)
        lines.append(f"    {where} {got.op} {got.tag}{value} by {got.cause}")
    if not found:
        lines.append("    none")
    return [Failure(case.changes[0].at, tuple(lines))]


def _is_as_expected(expected: ExpectedChange, found: TagChange) -> bool:
    return (
        (expected.at_ms, expected.tag, expected.op) == (found.effective_at, found.tag, found.op)
        and expected.cause in (None, found.cause)
        and (expected.value is None or same_value(expected.value, found.value))
    )


def _check_covering(case: Case, changes: list[TagChange]) -> list[Failure]:
    """A case that says it covers a change of a tag must have one."""
    failures = []
    for tag, coverings in case.covers.items():
        ops = {each.op for each in changes if each.tag == tag}
        for covering, needed in (("assigning", "added"), ("revoking", "removed")):
            if covering in coverings and ops.isdisjoint((needed, "updated")):
                line = f"  covers {tag}: {covering}, but {tag} is never {needed} in this case"
                failures.append(Failure(case.at, (line,)))
    return failures


def same_value(expected: Scalar | None, found: TagValue | None) -> bool:
    """Equal in kind and value; numbers as they are written in decimal digits."""
    if expected is None or found is None:
        return expected is None and found is None
    if isinstance(expected, bool) or isinstance(found, bool):
        return expected is found
    if isinstance(expected, str) or isinstance(found, str):
        return expected == found
    return Decimal(str(found)) == expected


def _shown(value: Scalar | TagValue | None) -> str:
    if value is None:
        return NOT_HELD
    return str(value).lower() if isinstance(value, bool) else str(value)


def _instant(case: Case, at_ms: int) -> str:
    offset_ms = at_ms - case.starts_at_ms
    sign = "+" if offset_ms >= 0 else ""
    return f"{sign}{format_duration(offset_ms)} ({format_instant(at_ms)})"
