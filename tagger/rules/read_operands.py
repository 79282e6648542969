"""Comparators and what stands on their right side, against the kind of value on the left."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, cast

from tagger.rules.nodes import Entry, ListNode, MapNode, Node, ScalarNode, describe
from tagger.rules.scope import Scope
from tagger.rules.syntax import Comparator, Operand, Scalar
from tagger.rules.vocabulary import COMPARATORS, MEASURE_OPERAND
from tagger.rules.word_reader import read_duration, read_list, report_unsupported

ValueKind = Literal["text", "number", "money", "truth", "duration"]

_OF_EVERY_KIND = ("eq", "ne", "is_set")
_ORDER = ("gt", "gte", "lt", "lte", "between", "in")
COMPARATORS_OF: dict[ValueKind, tuple[str, ...]] = {
    "text": (*_OF_EVERY_KIND, "in", "mentions"),
    "number": (*_OF_EVERY_KIND, *_ORDER),
    "money": (*_OF_EVERY_KIND, *_ORDER),
    "duration": (*_OF_EVERY_KIND, *_ORDER),
    "truth": _OF_EVERY_KIND,
}
"""Which comparators make sense for which kind of value."""

_WANTED: dict[ValueKind, str] = {
    "text": "a text",
    "number": "a number",
    "money": "an amount in major units, like 19.99",
    "duration": "a duration, like 30d",
    "truth": "true or false",
}


@dataclass(frozen=True, slots=True)
class Left:
    """The left side of a comparison; `what` names it in sentences, `choices` are all its values
    where those are known."""

    kind: ValueKind
    what: str
    choices: tuple[str, ...] = ()


def read_comparison(entry: Entry, left: Left, scope: Scope) -> tuple[Comparator, Operand] | None:
    """One comparator with its operand; None after reporting what is wrong."""
    word = COMPARATORS.get(entry.key)
    if word is None or not word.evaluated:
        return None
    allowed = COMPARATORS_OF[left.kind]
    if entry.key not in allowed:
        sentence = f"`{entry.key}` does not go with {left.what}, which is {_WANTED[left.kind]}"
        hint = f"use one of {', '.join(allowed)}"
        scope.findings.add(entry.at, "E-TYPE", sentence, hint)
        return None
    operand = read_operand(entry.key, entry.value, left, scope)
    return None if operand is None else (cast("Comparator", entry.key), operand)


def read_operand(comparator: str, node: Node, left: Left, scope: Scope) -> Operand | None:
    if isinstance(node, MapNode) and MEASURE_OPERAND.intersection(e.key for e in node.entries):
        report_unsupported(scope.findings, node.at, "measure` on the right side of `" + comparator)
        return None
    if comparator == "is_set":
        left = Left("truth", "`is_set`")
    if comparator in ("in", "mentions"):
        return _members(comparator, node, left, scope)
    if comparator == "between":
        return _between(node, left, scope)
    value = read_literal(node, left, scope)
    return None if value is None else Operand((value,), node.at, left.kind == "duration")


def read_literal(node: Node, left: Left, scope: Scope) -> Scalar | None:
    """One value of the kind that the left side has."""
    findings = scope.findings
    if left.kind == "duration":
        return read_duration(node, left.what, findings, lowest_ms=0)
    value = node.value if isinstance(node, ScalarNode) else None
    fits = {
        "text": isinstance(value, str),
        "truth": isinstance(value, bool),
    }.get(left.kind, isinstance(value, int | Decimal) and not isinstance(value, bool))
    if value is None or not fits:
        sentence = f"{left.what} is compared with {_WANTED[left.kind]}, not {describe(node)}"
        findings.add(node.at, "E-TYPE", sentence, _hint(node, left))
        return None
    if left.kind == "money" and scope.currency is None:
        sentence = f"{left.what} is money, and the pack names no `currency`"
        findings.add(node.at, "E-CURRENCY", sentence, "add for example `currency: EUR`")
        return None
    if left.choices and isinstance(value, str) and value not in left.choices:
        hint = findings.did_you_mean(node.at, value, left.choices)
        findings.add(node.at, "E-VALUE", f"{left.what} is never `{value[:80]}`", hint)
        return None
    return value


def _hint(node: Node, left: Left) -> str | None:
    if isinstance(node, ListNode):
        return "compare with several values as `{in: [...]}`"
    if not isinstance(node, ScalarNode):
        return None
    if node.value is None:
        return "to ask whether there is a value write `{is_set: false}`"
    return f'put it in quotes: "{node.text[:40]}"' if left.kind == "text" else None


def _members(comparator: str, node: Node, left: Left, scope: Scope) -> Operand | None:
    findings = scope.findings
    if isinstance(node, ScalarNode) and isinstance(node.value, str):
        named = scope.lists.get(node.value)
        if named is not None:
            return _of_list(node, node.value, left, scope)
        if comparator == "in":
            hint = findings.did_you_mean(node.at, node.value, scope.lists)
            sentence = f"there is no list `{node.value[:80]}` in this pack"
            findings.add(node.at, "E-UNKNOWN-NAME", sentence, hint)
            return None
        node = ListNode(node.at, (node,))
    members = read_list(node, f"`{comparator}`", findings)
    if members is None:
        return None
    values = [read_literal(member, left, scope) for member in members.items]
    for member, value in zip(members.items, values, strict=True):
        if comparator == "mentions" and isinstance(value, str) and not value.strip():
            findings.add(member.at, "E-VALUE", "a blank text is mentioned nowhere")
            return None
    known = tuple(value for value in values if value is not None)
    return Operand(known, node.at, left.kind == "duration") if len(known) == len(values) else None


def _of_list(node: ScalarNode, name: str, left: Left, scope: Scope) -> Operand | None:
    values = []
    for value in scope.lists[name]:
        stand_in = ScalarNode(node.at, value, str(value))
        values.append(read_literal(stand_in, left, scope))
    known = tuple(value for value in values if value is not None)
    if len(known) < len(values):
        return None
    return Operand(known, node.at, left.kind == "duration", list_name=name)


def _between(node: Node, left: Left, scope: Scope) -> Operand | None:
    bounds = read_list(node, "`between`", scope.findings)
    if bounds is None:
        return None
    if len(bounds.items) != 2:
        scope.findings.add(node.at, "E-TYPE", "`between` takes two bounds, like [10, 20]")
        return None
    low, high = (read_literal(bound, left, scope) for bound in bounds.items)
    if not isinstance(low, int | Decimal) or not isinstance(high, int | Decimal):
        return None
    if not low < high:
        sentence = "`between: [a, b]` means a <= x < b, which nothing satisfies here"
        scope.findings.add(node.at, "E-VALUE", sentence, "put the smaller bound first")
        return None
    return Operand((low, high), node.at, left.kind == "duration")
