"""Test cases against an engine that is handed in, and the comparison of what came of them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from difflib import SequenceMatcher
from typing import Protocol

from tagger.domain.tags import TagChange, TagValue
from tagger.domain.times import format_duration, format_instant
from tagger.rules.cases.case import Case, CaseFile, Expectation, ExpectedChange, Record, instant_of
from tagger.rules.cases.results import CaseResult, Failure, Row
from tagger.rules.syntax import Scalar

NOT_HELD = "not held"
_MOST_EXPLAINED = 3
_MOST_BEFORE, _MOST_AFTER = 4, 2
"""How many changes are shown around an instant."""


@dataclass(frozen=True, slots=True)
class Played:
    """What came of one customer's records.

    All changes in order, the tags held at the end, and a tag's conditions as they then stood, in
    lines for people.
    """

    changes: Sequence[TagChange]
    held: Mapping[str, TagValue]
    why: Callable[[str], tuple[str, ...]]


class Run(Protocol):
    """The engine on a virtual clock that ends at `until_ms`, that instant included."""

    def __call__(self, customer_id: str, records: Sequence[Record], until_ms: int) -> Played: ...


def run_cases(files: Iterable[CaseFile], run: Run) -> tuple[CaseResult, ...]:
    """Every case against the engine, in the order of the files."""
    return tuple(run_case(case, run) for file in files for case in file.cases)


def run_case(case: Case, run: Run) -> CaseResult:
    """The case played up to each instant that it asks about, and to its end."""
    whole = _play(case, run, case.until_ms)
    failures: list[Failure] = []
    for expectation in case.expectations:
        played = _play(case, run, expectation.at_ms)
        failures += _compare_tags(case, expectation, played, whole.changes)
    failures += _compare_changes(case, whole.changes)
    failures += _check_covering(case, whole.changes)
    return CaseResult(case, tuple(failures))


def _play(case: Case, run: Run, until_ms: int) -> Played:
    records = [each for each in case.records if instant_of(each) <= until_ms]
    return run(case.customer_id, records, until_ms)


def _compare_tags(
    case: Case, expectation: Expectation, played: Played, changes: Sequence[TagChange]
) -> list[Failure]:
    wanted: dict[str, Scalar | None] = {**expectation.tags}
    wanted.update(dict.fromkeys(expectation.not_held))
    rows = [
        Row(
            tag,
            _shown(value),
            _shown(played.held.get(tag)),
            same_value(value, played.held.get(tag)),
        )
        for tag, value in wanted.items()
    ]
    wrong = [row.what for row in rows if not row.agrees]
    if not wrong:
        return []
    around = _around(case, [each for each in changes if each.tag in wrong], expectation.at_ms)
    why = tuple(line for tag in wrong[:_MOST_EXPLAINED] for line in played.why(tag))
    sentence = f"at {_instant(case, expectation.at_ms)}"
    return [Failure(expectation.at, sentence, tuple(rows), around, why)]


def _around(case: Case, changes: list[TagChange], at_ms: int) -> tuple[str, ...]:
    """The changes about that time; after those up to the instant itself stands a line for it."""
    before = [_found(case, each) for each in changes if each.effective_at <= at_ms]
    after = [_found(case, each) for each in changes if each.effective_at > at_ms]
    shown = ["..."] if len(before) > _MOST_BEFORE else []
    shown += before[-_MOST_BEFORE:]
    shown += [f"{_instant(case, at_ms)} asked here"]
    shown += after[:_MOST_AFTER]
    shown += ["..."] if len(after) > _MOST_AFTER else []
    return tuple(shown)


def _compare_changes(case: Case, changes: Sequence[TagChange]) -> list[Failure]:
    if not case.changes:
        return []
    named = {each.tag for each in case.changes}
    found = [each for each in changes if each.tag in named]
    rows = tuple(_side_by_side(case, found))
    if all(row.agrees for row in rows):
        return []
    sentence = f"all changes of {', '.join(sorted(named))}"
    return [Failure(case.changes[0].at, sentence, rows)]


def _side_by_side(case: Case, found: list[TagChange]) -> Iterable[Row]:
    """The two lists aligned: what was expected beside what it most resembles."""
    expected = case.changes
    matcher = SequenceMatcher(
        None,
        [(each.at_ms, each.tag, each.op) for each in expected],
        [(each.effective_at, each.tag, each.op) for each in found],
        autojunk=False,
    )
    for kind, start, end, found_start, found_end in matcher.get_opcodes():
        if kind == "equal":
            for one, other in zip(expected[start:end], found[found_start:found_end], strict=True):
                agrees = _is_as_expected(one, other)
                yield Row("", _expected(case, one), _found(case, other), agrees)
            continue
        for one in expected[start:end]:
            yield Row("", _expected(case, one), "", agrees=False)
        for other in found[found_start:found_end]:
            yield Row("", "", _found(case, other), agrees=False)


def _is_as_expected(expected: ExpectedChange, found: TagChange) -> bool:
    return expected.cause in (None, found.cause) and (
        expected.value is None or same_value(expected.value, found.value)
    )


def _expected(case: Case, change: ExpectedChange) -> str:
    value = "" if change.value is None else f" {_shown(change.value)}"
    cause = f" by {change.cause}" if change.cause else ""
    return f"{_instant(case, change.at_ms)} {change.op} {change.tag}{value}{cause}"


def _found(case: Case, change: TagChange) -> str:
    value = "" if change.value is None or change.value is True else f" {_shown(change.value)}"
    where = _instant(case, change.effective_at)
    return f"{where} {change.op} {change.tag}{value} by {change.cause}"


def _check_covering(case: Case, changes: Sequence[TagChange]) -> Iterable[Failure]:
    """A case that says it covers a change of a tag must have one."""
    for tag, coverings in case.covers.items():
        ops = {each.op for each in changes if each.tag == tag}
        for covering, needed in (("assigning", "added"), ("revoking", "removed")):
            if covering in coverings and ops.isdisjoint((needed, "updated")):
                sentence = f"covers {tag}: {covering}, but {tag} is never {needed} in this case"
                yield Failure(case.at, sentence)


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
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:.6f}".rstrip("0").rstrip(".")
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _instant(case: Case, at_ms: int) -> str:
    offset_ms = at_ms - case.starts_at_ms
    sign = "+" if offset_ms >= 0 else ""
    offset = format_duration(offset_ms) if offset_ms else "0d"
    return f"{sign}{offset} ({format_instant(at_ms)})"
