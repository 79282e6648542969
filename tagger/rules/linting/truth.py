"""Comparisons that hold for every customer, or for none, whatever happens."""

from collections.abc import Iterable
from fractions import Fraction

from tagger.rules import words
from tagger.rules.findings import Findings
from tagger.rules.linting.intervals import (
    Interval,
    first_gap,
    fraction_in,
    interval_of,
    whole_hint,
)
from tagger.rules.linting.ranges import can_be_unset, interval_taken, is_whole, range_of
from tagger.rules.linting.shape import condition_shape
from tagger.rules.syntax import (
    AllOf,
    AnyOf,
    AtLeast,
    Compare,
    Condition,
    Not,
    Pack,
    Position,
    Scalar,
)
from tagger.rules.walk import all_conditions

NEVER_HINT = "mend the bounds or take it out"
ALWAYS_HINT = "take it out or ask for more"


def check_truth(pack: Pack, always_set: frozenset[str], findings: Findings) -> None:
    """`W-NEVER` and `W-ALWAYS`; `always_set` are the tags that every customer has a value of."""
    for condition in all_conditions(pack):
        match condition:
            case Compare():
                _check_comparison(condition, always_set, findings)
            case AtLeast():
                _check_at_least(condition, findings)
            case AllOf(of):
                _check_all(of, findings)
            case AnyOf(of, at):
                _check_any(of, at, always_set, findings)


def _check_comparison(condition: Compare, always_set: frozenset[str], findings: Findings) -> None:
    measure, what = condition.measure, words.measure(condition.measure)
    is_set = not can_be_unset(measure, always_set)
    if condition.comparator == "is_set":
        if is_set:
            holds = condition.operand.values == (True,)
            _report(holds, f"the {what} is always set", condition.at, findings)
        return
    fraction = fraction_in(condition.comparator, condition.operand)
    if fraction is not None and is_whole(measure):
        holds, sentence = condition.comparator == "ne", f"the {what} is never {fraction}"
        if is_set or not holds:
            _report(holds, sentence, condition.operand.at, findings, whole_hint(fraction))
        return
    found = interval_taken(condition)
    if found is None:
        return
    domain = range_of(measure)
    said = f"{condition.comparator} {words.operand(condition.operand)}"
    if found.both(domain).is_empty:
        _report(False, f"the {what} is never {said}", condition.at, findings)
    elif is_set and found.covers(domain):
        _report(True, f"the {what} is always {said}", condition.at, findings)


def _check_at_least(condition: AtLeast, findings: Findings) -> None:
    found = interval_of(condition.comparator, condition.operand, whole=True)
    number = len(condition.of)
    domain = Interval((Fraction(0), 0), (Fraction(number), 1))
    if found is None:
        return
    if found.both(domain).is_empty:
        sentence = f"of {number} conditions there are never that many"
        _report(False, sentence, condition.operand.at, findings)
    elif found.covers(domain):
        sentence = f"of {number} conditions there are always that many"
        _report(True, sentence, condition.operand.at, findings)


def _check_all(of: tuple[Condition, ...], findings: Findings) -> None:
    """Comparisons of one measure that contradict each other, and a condition with its `not`."""
    taken: dict[str, Interval] = {}
    texts: dict[str, frozenset[Scalar]] = {}
    for each in of:
        if not isinstance(each, Compare):
            continue
        what = words.measure(each.measure)
        found = interval_taken(each)
        before = taken.get(what, range_of(each.measure))
        if found is not None and not found.both(range_of(each.measure)).is_empty:
            taken[what] = before.both(found)
            if taken[what].is_empty and not before.is_empty:
                _report_contradiction(what, each.at, findings)
        values = _texts(each)
        if values is not None:
            earlier = texts.get(what)
            texts[what] = values if earlier is None else earlier & values
            if earlier and not texts[what]:
                _report_contradiction(what, each.at, findings)
    for at in _opposites(of):
        _report(False, "this and its `not` never hold together", at, findings)


def _report_contradiction(what: str, at: Position, findings: Findings) -> None:
    _report(False, f"no {what} is this and what stands before it", at, findings)


def _texts(comparison: Compare) -> frozenset[Scalar] | None:
    """The texts that the measure may be; None when the comparison does not list them."""
    values = comparison.operand.values
    is_list = comparison.comparator in ("eq", "in") and comparison.operand.measure is None
    if is_list and all(isinstance(value, str) for value in values):
        return frozenset(values)
    return None


def _check_any(
    of: tuple[Condition, ...], at: Position, always_set: frozenset[str], findings: Findings
) -> None:
    """Comparisons that take every value of their measure between them."""
    alike: dict[str, tuple[Interval, list[Interval]]] = {}
    for each in of:
        if isinstance(each, Compare) and not can_be_unset(each.measure, always_set):
            found = interval_taken(each)
            domain = range_of(each.measure)
            if found is not None and not found.covers(domain):
                alike.setdefault(words.measure(each.measure), (domain, []))[1].append(found)
    for what, (domain, intervals) in alike.items():
        if first_gap(intervals, domain) is None:
            _report(True, f"every {what} is one of these", at, findings)
    for opposite in _opposites(of):
        _report(True, "either this or its `not` holds", opposite, findings)


def _opposites(of: Iterable[Condition]) -> list[Position]:
    """Where the later one of a condition and its `not` stands."""
    held: set[str] = set()
    denied: set[str] = set()
    found = []
    for each in of:
        shape = condition_shape(each.of if isinstance(each, Not) else each)
        own, other = (denied, held) if isinstance(each, Not) else (held, denied)
        if shape in other:
            found.append(each.at)
        own.add(shape)
    return found


def _report(
    holds: bool, sentence: str, at: Position, findings: Findings, hint: str | None = None
) -> None:
    if holds:
        findings.add(at, "W-ALWAYS", sentence, hint or ALWAYS_HINT)
    else:
        findings.add(at, "W-NEVER", sentence, hint or NEVER_HINT)
