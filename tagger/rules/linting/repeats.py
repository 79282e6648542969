"""The same thing said twice in one list."""

from collections.abc import Iterable

from tagger.rules.findings import Findings
from tagger.rules.linting.shape import condition_shape
from tagger.rules.syntax import AllOf, AnyOf, AtLeast, Pack, Position, Scalar
from tagger.rules.text_match import normalise_term
from tagger.rules.walk import all_comparisons, all_conditions

_LONGEST_SHOWN = 60


def check_repeats(pack: Pack, findings: Findings) -> None:
    """`W-REPEATED` for members of lists of values and of conditions."""
    for named in pack.lists:
        _check_values(named.members, named.at, findings)
    for comparator, operand in all_comparisons(pack):
        if operand.list_name is None and comparator in ("in", "mentions"):
            values = operand.values
            if comparator == "mentions":
                values = tuple(normalise_term(str(value)) for value in values)
            _check_values(values, operand.at, findings)
    for condition in all_conditions(pack):
        if isinstance(condition, AllOf | AnyOf | AtLeast):
            seen: set[str] = set()
            for each in condition.of:
                shape = condition_shape(each)
                if shape in seen:
                    _report(shape, each.at, findings)
                seen.add(shape)


def _check_values(values: Iterable[Scalar], at: Position, findings: Findings) -> None:
    seen: set[tuple[bool, Scalar]] = set()
    for value in values:
        key = (isinstance(value, bool), value)
        if key in seen:
            _report(str(value), at, findings)
            return
        seen.add(key)


def _report(what: str, at: Position, findings: Findings) -> None:
    shown = what if len(what) <= _LONGEST_SHOWN else what[: _LONGEST_SHOWN - 3] + "..."
    findings.add(at, "W-REPEATED", f"`{shown}` stands twice in this list", "take one out")
