"""Right sides that are several values, written there or named as a list of the pack."""

from tagger.rules.reading.literals import Left, read_literal
from tagger.rules.reading.nodes import ListNode, Node, ScalarNode
from tagger.rules.reading.scope import Scope
from tagger.rules.reading.word_reader import read_list
from tagger.rules.syntax import Operand, Scalar

_ALIKE = 0.8
"""How alike a text and the name of a list are, of 1, where the list is surely meant."""


def read_members(comparator: str, node: Node, left: Left, scope: Scope) -> Operand | None:
    """The right side of `in` or `mentions`."""
    findings = scope.findings
    if isinstance(node, ScalarNode) and isinstance(node.value, str):
        if node.value in scope.lists:
            return _of_list(comparator, node, node.value, left, scope)
        if comparator == "in":
            hint = findings.did_you_mean(node.at, node.value, scope.lists)
            sentence = f"there is no list `{node.value[:80]}` in this pack"
            findings.add(node.at, "E-UNKNOWN-NAME", sentence, hint)
            return None
        _doubt_text(comparator, node, node.value, scope)
        node = ListNode(node.at, (node,))
    members = read_list(node, f"`{comparator}`", findings)
    if members is None:
        return None
    if len(members.items) > 1 and not left.choices:
        for member in members.items:
            _doubt_member(comparator, member, scope)
    values = [_member(comparator, member, left, scope) for member in members.items]
    known = tuple(value for value in values if value is not None)
    return Operand(known, node.at, left.kind == "duration") if len(known) == len(values) else None


def doubt_value(node: Node, scope: Scope) -> None:
    """`W-LIST-NAME` for one text to compare with that is a list's name."""
    if isinstance(node, ScalarNode) and node.value in scope.lists:
        hint = f"write `in: {node.text}`, or `in: [{node.text}]` for the text"
        _report(node, node.text, hint, scope)


def _doubt_text(comparator: str, node: ScalarNode, text: str, scope: Scope) -> None:
    near = scope.findings.nearest(node.at, text, scope.lists, _ALIKE)
    if near is not None:
        hint = f"write `{comparator}: {near}`, or `{comparator}: [{text}]` for the text"
        _report(node, near, hint, scope)


def _doubt_member(comparator: str, member: Node, scope: Scope) -> None:
    if isinstance(member, ScalarNode) and member.value in scope.lists:
        alone = f"a list stands alone, as `{comparator}: {member.text}`"
        _report(member, member.text, f"{alone}; make one list of all that is meant", scope)


def _report(node: ScalarNode, name: str, hint: str, scope: Scope) -> None:
    sentence = f"`{node.text}` is read as a text, and there is a list `{name}`"
    scope.findings.add(node.at, "W-LIST-NAME", sentence, hint)


def _member(comparator: str, node: Node, left: Left, scope: Scope) -> Scalar | None:
    value = read_literal(node, left, scope)
    if comparator == "mentions" and isinstance(value, str) and not value.strip():
        scope.findings.add(node.at, "E-VALUE", "a blank text is mentioned nowhere")
        return None
    return value


def _of_list(
    comparator: str, node: ScalarNode, name: str, left: Left, scope: Scope
) -> Operand | None:
    """The members, each reported where the list is used."""
    values = []
    for member in scope.lists[name]:
        stand_in = ScalarNode(node.at, member.value, member.text)
        values.append(_member(comparator, stand_in, left, scope))
    known = tuple(value for value in values if value is not None)
    if len(known) < len(values):
        return None
    return Operand(known, node.at, left.kind == "duration", list_name=name)
