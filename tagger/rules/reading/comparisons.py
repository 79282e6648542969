"""A measure beside its comparators: `{count: {...}, gte: 3}`.

The right side is a value, several, or another measure of the same kind.
"""

from decimal import Decimal

from tagger.rules.reading.literals import KIND_NAMES, NUMERIC, Left
from tagger.rules.reading.measures import EXPECTED_LEFT, read_lone_measure, read_measure
from tagger.rules.reading.misplaced import with_measure
from tagger.rules.reading.nodes import Entry, MapNode, Node, ScalarNode, describe
from tagger.rules.reading.operands import (
    check_comparator,
    check_currency,
    is_measure_operand,
    read_operand,
)
from tagger.rules.reading.scope import Scope
from tagger.rules.reading.spelling import spelt_entry
from tagger.rules.reading.word_reader import Words
from tagger.rules.syntax import (
    AllOf,
    Comparator,
    Compare,
    Condition,
    Measure,
    Operand,
    TagValueOf,
)
from tagger.rules.vocabulary import COMPARATORS, OPERAND

AGAINST_MEASURES = ("eq", "ne", "gt", "gte", "lt", "lte")
"""The comparators whose right side may be a measure."""


def read_comparisons(
    head: Entry, node: MapNode, scope: Scope, *, is_told: bool = False
) -> Condition | None:
    """The measure of `head` with the comparators of `node`, all of which must hold. `is_told`: a
    word of `node` is reported as unknown, which may be the comparator that is missed."""
    found = read_measure(head, scope)
    comparators = [entry for entry in node.entries if entry.key in COMPARATORS]
    if found is None:
        _check_right_sides(EXPECTED_LEFT.get(head.key), comparators, scope)
        return None
    measure, left = found
    if not comparators:
        return None if is_told else _without_comparator(measure, left, node, scope)
    compares: list[Condition] = []
    for entry in comparators:
        comparison = _comparison(entry, left, scope)
        if comparison is not None:
            compares.append(Compare(measure, *comparison, at=node.at))
    if len(compares) == 1:
        return compares[0]
    return AllOf(tuple(compares), node.at) if compares else None


def _check_right_sides(left: Left | None, comparators: list[Entry], scope: Scope) -> None:
    """Report what is wrong beside a measure that is wrong itself."""
    for entry in comparators:
        if is_measure_operand(entry.value):
            _right_measure(entry.value, scope)
        elif left is not None:
            _comparison(entry, left, scope)


def _without_comparator(
    measure: Measure, left: Left, node: MapNode, scope: Scope
) -> Condition | None:
    if isinstance(measure, TagValueOf) and left.kind == "truth":
        return Compare(measure, "eq", Operand((True,), node.at), node.at)
    sentence = f"{left.what} is compared with nothing"
    example = "`eq: ...`" if left.kind in ("text", "truth") else "`gte: ...`"
    scope.findings.add(node.at, "E-MISSING", sentence, f"add for example {example}")
    return None


def _comparison(entry: Entry, left: Left, scope: Scope) -> tuple[Comparator, Operand] | None:
    comparator = check_comparator(entry, left, scope)
    if comparator is None:
        if is_measure_operand(entry.value):
            _right_measure(entry.value, scope)
        return None
    operand: Operand | None
    if comparator not in AGAINST_MEASURES:
        operand = read_operand(comparator, entry.value, left, scope)
    elif (meant := with_measure(entry)) is not None:
        sentence = f"{left.what} is compared with a value, or with what stands under `measure`"
        hint = f"write `{spelt_entry(meant)}`"
        scope.findings.add(entry.value.at, "E-TYPE", sentence, hint)
        operand = _measure_operand(meant.value, left, scope)
    elif is_measure_operand(entry.value):
        operand = _measure_operand(entry.value, left, scope)
    else:
        operand = read_operand(comparator, entry.value, left, scope)
    return None if operand is None else (comparator, operand)


def _measure_operand(node: Node, left: Left, scope: Scope) -> Operand | None:
    found = _right_measure(node, scope)
    if found is None:
        return None
    measure, right, times = found
    if right.kind != left.kind:
        sentence = (
            f"{left.what} is {KIND_NAMES[left.kind]}, and {right.what}, to compare it with, is"
            f" {KIND_NAMES[right.kind]}"
        )
        scope.findings.add(node.at, "E-TYPE", sentence)
        return None
    if times != 1 and left.kind not in NUMERIC:
        sentence = f"`times` multiplies numbers, and {right.what} is {KIND_NAMES[right.kind]}"
        scope.findings.add(node.at, "E-TYPE", sentence, "leave `times` out")
        return None
    if not check_currency(node, left, scope):
        return None
    is_duration = left.kind == "duration"
    return Operand((), node.at, is_duration, measure=measure, times=times)


def _right_measure(node: Node, scope: Scope) -> tuple[Measure, Left, int | Decimal] | None:
    if not isinstance(node, MapNode):
        return None
    words = Words(node, OPERAND, "a right side", scope.findings)
    measure_node = words.required("measure")
    times = _times(words, scope)
    found = None if measure_node is None else read_lone_measure(measure_node, "`measure`", scope)
    return None if found is None or times is None else (*found, times)


def _times(words: Words, scope: Scope) -> int | Decimal | None:
    node = words.node_of("times")
    if node is None:
        return 1
    value = node.value if isinstance(node, ScalarNode) else None
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        sentence = f"`times` takes a number, not {describe(node)}"
        scope.findings.add(node.at, "E-TYPE", sentence)
        return None
    if value <= 0:
        sentence = "`times` must be above 0"
        scope.findings.add(node.at, "E-VALUE", sentence, "leave it out for 1")
        return None
    return value
