"""Comparators with the values on their right side, against the kind of value on the left."""

from dataclasses import replace
from decimal import Decimal
from typing import cast

from tagger.rules.reading.list_operands import doubt_value, read_members
from tagger.rules.reading.literals import KIND_NAMES, Left, read_literal
from tagger.rules.reading.nodes import Entry, MapNode, Node
from tagger.rules.reading.scope import Scope
from tagger.rules.reading.special_operands import read_days, read_expression
from tagger.rules.reading.word_reader import one_of, read_list
from tagger.rules.syntax import Comparator, Operand
from tagger.rules.vocabulary import COMPARATORS, OPERAND


def read_comparison(entry: Entry, left: Left, scope: Scope) -> tuple[Comparator, Operand] | None:
    """One comparator with its operand; None after reporting what is wrong."""
    comparator = check_comparator(entry, left, scope)
    operand = None if comparator is None else read_operand(comparator, entry.value, left, scope)
    return None if comparator is None or operand is None else (comparator, operand)


def check_comparator(entry: Entry, left: Left, scope: Scope) -> Comparator | None:
    """The comparator, if it goes with the left side; an unknown word has been reported before."""
    if entry.key in left.allowed:
        return cast("Comparator", entry.key)
    if entry.key not in COMPARATORS:
        return None
    sentence = f"`{entry.key}` does not go with {left.what}, which is {KIND_NAMES[left.kind]}"
    hint = one_of(left.allowed)
    if entry.key == "anniversary_within":
        hint = "it is for attributes that are dates, like `birth_date`"
    scope.findings.add(entry.at, "E-TYPE", sentence, hint)
    return None


def is_measure_operand(node: Node) -> bool:
    """Whether a right side means to be another measure."""
    return isinstance(node, MapNode) and any(entry.key in OPERAND for entry in node.entries)


def read_operand(comparator: str, node: Node, left: Left, scope: Scope) -> Operand | None:
    """A right side that is one value or several."""
    if is_measure_operand(node):
        sentence = f"`{comparator}` of {left.what} takes values, not another measure"
        hint = "eq, ne, gt, gte, lt and lte of a measure take one"
        scope.findings.add(node.at, "E-TYPE", sentence, hint)
        return None
    if not check_currency(node, left, scope):
        return None
    match comparator:
        case "is_set":
            return _one(node, Left("truth", "`is_set`"), scope)
        case "in" | "mentions":
            return read_members(comparator, node, left, scope)
        case "between":
            return _between(node, left, scope)
        case "matches":
            return read_expression(node, scope)
        case "anniversary_within":
            return read_days(node, scope)
    return _one(node, left, scope)


def check_currency(node: Node, left: Left, scope: Scope) -> bool:
    """Whether the left side can be compared as far as money is concerned."""
    if left.kind != "money" or scope.currency is not None:
        return True
    sentence = f"{left.what} is money, and the pack names no `currency`"
    scope.findings.add(node.at, "E-CURRENCY", sentence, "add for example `currency: EUR`")
    return False


def _one(node: Node, left: Left, scope: Scope) -> Operand | None:
    value = read_literal(node, left, scope)
    if value is not None and not left.choices:
        doubt_value(node, scope)
    return None if value is None else Operand((value,), node.at, left.kind == "duration")


def _between(node: Node, left: Left, scope: Scope) -> Operand | None:
    bounds = read_list(node, "`between`", scope.findings)
    if bounds is None:
        return None
    if len(bounds.items) != 2:
        scope.findings.add(node.at, "E-TYPE", "`between` takes two bounds, like [10, 20]")
        return None
    if left.highest is not None:
        left = replace(left, highest=left.highest + 1)
    low, high = (read_literal(bound, left, scope) for bound in bounds.items)
    if not isinstance(low, int | Decimal) or not isinstance(high, int | Decimal):
        return None
    if not low < high:
        sentence = "`between: [a, b]` means a <= x < b, which nothing satisfies here"
        scope.findings.add(node.at, "E-VALUE", sentence, "put the smaller bound first")
        return None
    return Operand((low, high), node.at, left.kind == "duration")
