"""Doubts about what is compared: values that can be unset, and money finer than its currency."""

from collections.abc import Mapping
from decimal import Decimal

from tagger.rules.currencies import minor_per_major
from tagger.rules.fields import FIELDS, LINE_FIELDS
from tagger.rules.findings import Findings
from tagger.rules.syntax import (
    Aggregate,
    AttributeValueOf,
    Compare,
    Condition,
    Named,
    Not,
    Operand,
    Pack,
    Since,
)
from tagger.rules.walk import all_conditions, all_selectors, parts_of

_MONEY = frozenset(
    name
    for fields in (*FIELDS.values(), LINE_FIELDS)
    for name, (kind, *_) in fields.items()
    if kind == "money"
)


def check_unset(pack: Pack, findings: Findings) -> None:
    """`not` of a comparison that an unset value makes false is true of it."""
    named = {each.name: _unset_in(each.condition, {}) for each in pack.conditions}
    for part in all_conditions(pack):
        if isinstance(part, Not):
            unset = _unset_in(part.of, named)
            if unset is not None:
                sentence = f"`not` is also true while {unset} is unset"
                hint = "ask for `is_set: true` beside it, or turn the comparator around"
                findings.add(part.at, "W-UNSET", sentence, hint)


def _unset_in(condition: Condition, named: Mapping[str, str | None]) -> str | None:
    """Something in the condition that can be unset, in words."""
    for part in parts_of(condition):
        if isinstance(part, Named) and named.get(part.name) is not None:
            return named[part.name]
        if isinstance(part, Compare) and part.comparator != "is_set":
            if isinstance(part.measure, Since):
                return f"the time since {' or '.join(part.measure.selector.events)}"
            if isinstance(part.measure, AttributeValueOf):
                return f"the attribute `{part.measure.name}`"
    return None


def check_money(pack: Pack, findings: Findings) -> None:
    """Amounts with more digits than the currency has."""
    for part in all_conditions(pack):
        if not isinstance(part, Compare) or not isinstance(part.measure, Aggregate):
            continue
        if part.measure.of in _MONEY:
            _check_amount(part.operand, pack, findings)
    for selector in all_selectors(pack):
        if selector.where is not None:
            for test in (*selector.where.tests, *selector.where.any_line):
                if test.field in _MONEY:
                    _check_amount(test.operand, pack, findings)


def _check_amount(operand: Operand, pack: Pack, findings: Findings) -> None:
    for value in operand.values:
        if isinstance(value, Decimal) and value * minor_per_major(pack.currency or "") % 1:
            sentence = f"{value} is finer than the smallest amount in {pack.currency}"
            findings.add(operand.at, "W-MONEY", sentence)
