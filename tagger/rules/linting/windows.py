"""Windows of `assign` and `remove` beside each other."""

from collections.abc import Iterable

from tagger.domain.times import UNIT_MS
from tagger.rules.findings import Findings
from tagger.rules.syntax import (
    Absent,
    Aggregate,
    Clause,
    Condition,
    Named,
    Pack,
    Period,
    ResponseTime,
    Window,
)
from tagger.rules.walk import measures_of, parts_of

_SHORTEST_DAYS: dict[Period, int] = {"day": 1, "week": 7, "month": 28, "quarter": 90, "year": 365}
_LONGEST_DAYS: dict[Period, int] = {"day": 1, "week": 7, "month": 31, "quarter": 92, "year": 366}
Windows = frozenset[Window]


def check_returns(pack: Pack, findings: Findings) -> None:
    """`W-RETURNS` for a `remove.when` that looks less far back than its `assign.when`."""
    named: dict[str, Windows] = {}
    conditions = {each.name: each.condition for each in pack.conditions}
    for tag in pack.tags:
        assign = _windows(tag.assign, conditions, named)
        remove = _windows(tag.remove, conditions, named)
        if tag.remove is not None and _is_shorter(remove, assign):
            sentence = (
                f"`remove` of `{tag.name}` looks at a shorter window than `assign`, so that the"
                " tag can come back by time alone"
            )
            findings.add(tag.remove.at, "W-RETURNS", sentence, "give both the same window")


def _is_shorter(remove: Windows, assign: Windows) -> bool:
    """Whether there is an instant at which the longest window of `remove` is the shorter one. Of
    calendar periods the length changes: the present one has just begun now and then."""
    if not remove or not assign or max(assign, key=_longest_ms) in remove:
        return False
    return max(map(_shortest_ms, remove)) < max(map(_longest_ms, assign))


def _longest_ms(window: Window) -> float:
    if window.is_ever:
        return float("inf")
    if window.period is not None:
        days = _LONGEST_DAYS[window.period]
        return days * (1 + window.periods_ago) * UNIT_MS["d"]
    return (window.within_ms or 0) + window.ago_ms


def _shortest_ms(window: Window) -> float:
    if window.period is None:
        return _longest_ms(window)
    return _SHORTEST_DAYS[window.period] * window.periods_ago * UNIT_MS["d"]


def _windows(
    clause: Clause | None, conditions: dict[str, Condition], named: dict[str, Windows]
) -> Windows:
    if clause is None or clause.when is None:
        return frozenset()
    return _windows_in(clause.when, conditions, named)


def _windows_in(
    condition: Condition, conditions: dict[str, Condition], named: dict[str, Windows]
) -> Windows:
    """Every window in the condition, named conditions followed; `named` are those known."""
    found: Windows = frozenset()
    for part in parts_of(condition):
        if isinstance(part, Named):
            if part.name not in named:
                named[part.name] = _windows_in(conditions[part.name], conditions, named)
            found |= named[part.name]
        elif isinstance(part, Absent):
            found |= {Window(part.within_ms)}
        else:
            found |= frozenset(_of_measures(part))
    return found


def _of_measures(condition: Condition) -> Iterable[Window]:
    for measure in measures_of(condition):
        if isinstance(measure, Aggregate | ResponseTime):
            yield measure.window
