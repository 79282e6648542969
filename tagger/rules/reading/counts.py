"""Counts that no customer's profile could keep: found once the packs are read.

A count in a window is exact to the millisecond because as many of the newest events as it is
compared with are kept one by one.
"""

from collections.abc import Iterable
from decimal import Decimal

from tagger.rules.findings import Findings
from tagger.rules.plan import MOST_COUNTED
from tagger.rules.syntax import Aggregate, Compare, Pack
from tagger.rules.walk import all_conditions


def report_counts(packs: Iterable[Pack], findings: Findings) -> None:
    """`E-COUNT` for each count in a window that is compared with too great a number."""
    for pack in packs:
        for part in all_conditions(pack):
            if isinstance(part, Compare) and _is_windowed_count(part):
                _report(part, findings)


def _is_windowed_count(part: Compare) -> bool:
    measure = part.measure
    return isinstance(measure, Aggregate) and measure.kind == "count" and not measure.window.is_ever


def _report(part: Compare, findings: Findings) -> None:
    for value in part.operand.values:
        if isinstance(value, int | Decimal) and value > MOST_COUNTED:
            sentence = f"a count in a window is kept up to {MOST_COUNTED}, not up to {value}"
            hint = "take a shorter window and a smaller number, or count with `ever: true`"
            findings.add(part.operand.at, "E-COUNT", sentence, hint)
