"""The left side of a comparison, and single values on the right that are of its kind."""

from dataclasses import dataclass
from decimal import Decimal
from math import ceil, floor
from typing import Literal

from tagger.rules.reading.nodes import ListNode, Node, ScalarNode, describe
from tagger.rules.reading.scope import Scope
from tagger.rules.reading.word_reader import one_of, read_duration
from tagger.rules.syntax import Scalar

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
_ASK_FOR_A_VALUE = "to ask whether there is a value write `{is_set: false}`"


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
    if isinstance(value, str):
        return _text(node, value, left, scope)
    if left.highest is None:
        return value
    return _up_to(left.highest, node, value, left.what, scope)


def _text(node: Node, text: str, left: Left, scope: Scope) -> str | None:
    if not text:
        sentence = f"{left.what} is never an empty text: that is no value"
        scope.findings.add(node.at, "E-VALUE", sentence, _ASK_FOR_A_VALUE)
        return None
    if left.choices and text not in left.choices:
        hint = scope.findings.did_you_mean(node.at, text, left.choices) or one_of(left.choices)
        scope.findings.add(node.at, "E-VALUE", f"{left.what} is never `{text[:80]}`", hint)
        return None
    return text


def _up_to(
    highest: int, node: Node, number: int | Decimal, what: str, scope: Scope
) -> int | Decimal | None:
    if not 0 <= number <= highest:
        sentence = f"{what} lies between 0 and {highest}"
        scope.findings.add(node.at, "E-VALUE", sentence)
        return None
    if number % 1:
        hint = f"take {floor(number)} or {ceil(number)}"
        scope.findings.add(node.at, "E-VALUE", f"{what} is a whole number", hint)
        return None
    return number


def _hint(node: Node, left: Left) -> str | None:
    if isinstance(node, ListNode):
        return "compare with several values as `{in: [...]}`" if "in" in left.allowed else None
    if not isinstance(node, ScalarNode):
        return None
    if node.value is None:
        return _ASK_FOR_A_VALUE
    return f'put it in quotes: "{node.text[:40]}"' if left.kind == "text" else None
