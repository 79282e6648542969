"""Filters of events that let nothing through, or test what is so anyway."""

from collections.abc import Iterable
from typing import get_args

from tagger.domain.events import PurchaseKind
from tagger.rules import words
from tagger.rules.fields import BROWSE_ACTIONS, EVENT_KEYS
from tagger.rules.findings import Findings
from tagger.rules.linting.intervals import (
    ALL,
    Interval,
    fraction_in,
    interval_of,
    whole_hint,
)
from tagger.rules.linting.ranges import FIELD_RANGES, WHOLE_FIELDS
from tagger.rules.syntax import ChainPattern, FieldTest, Pack, Selector, UnlessPattern
from tagger.rules.walk import all_selectors

_KINDS: frozenset[str] = frozenset(get_args(PurchaseKind))
_REFUND = frozenset({"refund"})


def check_events(pack: Pack, findings: Findings) -> None:
    """`W-NEVER` for tests that no such event passes, `W-ALWAYS` for those that every one does."""
    names = _Names(pack)
    for selector in all_selectors(pack):
        where = selector.where
        if where is None:
            continue
        for test in where.tests:
            _check_choice(test, names.possible(test.field, selector.events), findings)
        _check_ranges(where.tests, findings)
        _check_ranges(where.any_line, findings)


def _check_choice(test: FieldTest, possible: frozenset[str] | None, findings: Findings) -> None:
    if possible is None:
        return
    if test.comparator in ("eq", "in"):
        passing = possible.intersection(map(str, test.operand.values))
    elif test.comparator == "ne":
        passing = possible.difference(map(str, test.operand.values))
    else:
        return
    said = f"`{test.field}` {test.comparator} {words.operand(test.operand)}"
    if not passing:
        sentence = f"no such event has {said}"
        hint = "name the event that you mean: a refund is `event: refund`"
        findings.add(test.at, "W-NEVER", sentence, hint if test.field == "kind" else None)
    elif passing == possible:
        findings.add(test.at, "W-ALWAYS", f"every such event has {said}", "leave the test out")


def _check_ranges(tests: Iterable[FieldTest], findings: Findings) -> None:
    taken: dict[str, Interval] = {}
    for test in tests:
        whole = test.field in WHOLE_FIELDS
        fraction = fraction_in(test.comparator, test.operand) if whole else None
        if fraction is not None:
            if test.comparator != "ne":
                sentence = f"no `{test.field}` is {fraction}"
                findings.add(test.operand.at, "W-NEVER", sentence, whole_hint(fraction))
            continue
        found = interval_of(test.comparator, test.operand, whole=whole)
        if found is None:
            continue
        domain = FIELD_RANGES.get(test.field, ALL)
        before = taken.get(test.field, domain)
        taken[test.field] = before.both(found)
        said = f"{test.comparator} {words.operand(test.operand)}"
        if taken[test.field].is_empty and not before.is_empty:
            also = "" if before == domain else " and what stands before it"
            sentence = f"no `{test.field}` is {said}{also}"
            findings.add(test.at, "W-NEVER", sentence, "mend the bounds")
        elif domain != ALL and found.covers(domain) and test.field == "hour":
            findings.add(test.at, "W-ALWAYS", f"every hour is {said}", "leave the test out")


class _Names:
    """What is known of events by their names alone."""

    def __init__(self, pack: Pack) -> None:
        self._definitions = {each.name: each.definition for each in pack.events}
        self._keys: dict[str, frozenset[str]] = {}

    def possible(self, field: str, names: Iterable[str]) -> frozenset[str] | None:
        """The values of `kind` or `action` that such events can have; None for other fields."""
        if field not in ("kind", "action"):
            return None
        keys = frozenset[str]().union(*(self._of(name) for name in names))
        if field == "action":
            return keys.intersection(BROWSE_ACTIONS)
        sales = _KINDS - _REFUND if "purchase" in keys else frozenset()
        return sales | (keys & _REFUND)

    def _of(self, name: str) -> frozenset[str]:
        """The keys of the built-in events that `name` stands for or gets its fields from."""
        if name in EVENT_KEYS:
            return frozenset(EVENT_KEYS[name])
        if name not in self._keys:
            selector = _source(self._definitions[name])
            self._keys[name] = frozenset[str]().union(*map(self._of, selector.events))
        return self._keys[name]


def _source(definition: Selector | UnlessPattern | ChainPattern) -> Selector:
    """The filter of the events whose fields the named event has."""
    if isinstance(definition, Selector):
        return definition
    return definition.first if isinstance(definition, UnlessPattern) else definition.steps[-1]
