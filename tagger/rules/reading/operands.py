"""Comparators and the values on their right side, against the kind of value on the left."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal, cast

from tagger.rules.reading.nodes import Entry, ListNode, MapNode, Node, ScalarNode, describe
from tagger.rules.reading.scope import Scope
from tagger.rules.reading.special_operands import read_days, read_expression
from tagger.rules.reading.word_reader import one_of, read_duration, read_list
from tagger.rules.syntax import Comparator, Operand, Scalar
from tagger.rules.vocabulary import COMPARATORS, OPERAND

ValueKind = Literal["text", "number", "money", "truth", "duration"]
NUMERIC: tuple[ValueKind, ...] = ("number", "money", "duration")

_OF_EVERY_KIND = ("eq", "ne", "is_set")
_ORDER = ("gt", "gte", "lt", "lte", "between", "in")
COMPARATORS_OF: dict[ValueKind, tuple[str, ...]] = {
    "text": (*_OF_EVERY_KIND, "in", "mentions", "matches"),
    "number": (*_OF_EVERY_KIND, *_ORDER),
    "money": (*_OF_EVERY_KIND, *_ORDER),
    "duration": (*_OF_EVERY_KIND, *_ORDER),
    "truth": _OF_EVERY_KIND,
}
"""Which comparators make sense for which kind of value."""

KIND_NAMES: dict[ValueKind, str] = {
    "text": "a text",
    "number": "a number",
    "money": "money",
    "duration": "a time",
    "truth": "true or false",
}
_WANTED: dict[ValueKind, str] = {
    "text": "a text",
    "number": "a number",
    "money": "an amount in major units, like 19.99",
    "duration": "a duration, like 30d",
    "truth": "true or false",
}


@dataclass(frozen=True, slots=True)
class Left:
    """The left side of a comparison; `what` names it in sentences.

    `choices` are all its values where those are known, `highest` its highest whole number from 0
    on, `comparators` those that go with it where they are not all of its kind.
    """

    kind: ValueKind
    what: str
    choices: tuple[str, ...] = ()
    highest: int | None = None
    comparators: tuple[str, ...] = ()

    @property
    def allowed(self) -> tuple[str, ...]:
        """The comparators that go with it."""
        return self.comparators or COMPARATORS_OF[self.kind]


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
            return _members(comparator, node, left, scope)
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


def read_literal(node: Node, left: Left, scope: Scope) -> Scalar | None:
    """One value of the kind that the left side has."""
    findings = scope.findings
    if left.kind == "duration":
        return read_duration(node, left.what, findings, lowest_ms=0, verb="is compared with")
    value = node.value if isinstance(node, ScalarNode) else None
    fits = {
        "text": isinstance(value, str),
        "truth": isinstance(value, bool),
    }.get(left.kind, isinstance(value, int | Decimal) and not isinstance(value, bool))
    if value is None or not fits:
        sentence = f"{left.what} is compared with {_WANTED[left.kind]}, not {describe(node)}"
        findings.add(node.at, "E-TYPE", sentence, _hint(node, left))
        return None
    if left.choices and isinstance(value, str) and value not in left.choices:
        hint = findings.did_you_mean(node.at, value, left.choices)
        hint = hint or one_of(left.choices)
        findings.add(node.at, "E-VALUE", f"{left.what} is never `{value[:80]}`", hint)
        return None
    if left.highest is not None and not isinstance(value, str) and not 0 <= value <= left.highest:
        sentence = f"{left.what} lies between 0 and {left.highest}"
        findings.add(node.at, "E-VALUE", sentence)
        return None
    return value


def _hint(node: Node, left: Left) -> str | None:
    if isinstance(node, ListNode):
        return "compare with several values as `{in: [...]}`" if "in" in left.allowed else None
    if not isinstance(node, ScalarNode):
        return None
    if node.value is None:
        return "to ask whether there is a value write `{is_set: false}`"
    return f'put it in quotes: "{node.text[:40]}"' if left.kind == "text" else None


def _one(node: Node, left: Left, scope: Scope) -> Operand | None:
    value = read_literal(node, left, scope)
    return None if value is None else Operand((value,), node.at, left.kind == "duration")


def _members(comparator: str, node: Node, left: Left, scope: Scope) -> Operand | None:
    findings = scope.findings
    if isinstance(node, ScalarNode) and isinstance(node.value, str):
        named = scope.lists.get(node.value)
        if named is not None:
            return _of_list(comparator, node, node.value, left, scope)
        if comparator == "in":
            hint = findings.did_you_mean(node.at, node.value, scope.lists)
            sentence = f"there is no list `{node.value[:80]}` in this pack"
            findings.add(node.at, "E-UNKNOWN-NAME", sentence, hint)
            return None
        node = ListNode(node.at, (node,))
    members = read_list(node, f"`{comparator}`", findings)
    if members is None:
        return None
    values = [_member(comparator, member, left, scope) for member in members.items]
    known = tuple(value for value in values if value is not None)
    return Operand(known, node.at, left.kind == "duration") if len(known) == len(values) else None


def _member(comparator: str, node: Node, left: Left, scope: Scope) -> Scalar | None:
    value = read_literal(node, left, scope)
    if comparator == "mentions" and isinstance(value, str) and not value.strip():
        scope.findings.add(node.at, "E-VALUE", "a blank text is mentioned nowhere")
        return None
    return value


def _of_list(
    comparator: str, node: ScalarNode, name: str, left: Left, scope: Scope
) -> Operand | None:
    values = []
    for value in scope.lists[name]:
        stand_in = ScalarNode(node.at, value, str(value))
        values.append(_member(comparator, stand_in, left, scope))
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
