"""Doubts about amounts: more digits than their currency has."""

from decimal import Decimal

from tagger.rules.currencies import minor_per_major
from tagger.rules.fields import FIELDS, LINE_FIELDS
from tagger.rules.findings import Findings
from tagger.rules.syntax import Aggregate, AggregateKind, Compare, Operand, Pack
from tagger.rules.walk import all_conditions, all_selectors, tests_of

_MONEY = frozenset(
    name
    for fields in (*FIELDS.values(), LINE_FIELDS)
    for name, (kind, *_) in fields.items()
    if kind == "money"
)
_WHOLE: frozenset[AggregateKind] = frozenset({"sum", "min", "max", "earliest", "latest"})
"""The measures that are whole in minor units; a mean may lie between two of them."""


def check_money(pack: Pack, findings: Findings) -> None:
    """`W-MONEY` for each amount that no sum in the pack's currency ever equals."""
    for part in all_conditions(pack):
        if isinstance(part, Compare) and isinstance(part.measure, Aggregate):
            measure = part.measure
            if measure.kind in _WHOLE and measure.of in _MONEY:
                _check_amount(part.operand, pack, findings)
    for selector in all_selectors(pack):
        for test in tests_of(selector):
            if test.field in _MONEY:
                _check_amount(test.operand, pack, findings)


def _check_amount(operand: Operand, pack: Pack, findings: Findings) -> None:
    for value in operand.values:
        if isinstance(value, Decimal) and value * minor_per_major(pack.currency or "") % 1:
            sentence = f"{value} is finer than the smallest amount in {pack.currency}"
            findings.add(operand.at, "W-MONEY", sentence, "round it")
