"""Conditions: measures against operands, put together with all, any, not and at_least."""

from tagger.rules.reading.comparisons import read_comparisons
from tagger.rules.reading.events import read_selector
from tagger.rules.reading.literals import Left
from tagger.rules.reading.measures import read_measure
from tagger.rules.reading.misplaced import put_in_place
from tagger.rules.reading.nodes import Entry, ListNode, MapNode, Node, ScalarNode, describe
from tagger.rules.reading.operands import read_comparison
from tagger.rules.reading.scope import Scope
from tagger.rules.reading.word_reader import Words, check_name, read_list, read_mapping, read_text
from tagger.rules.syntax import (
    Absent,
    AllOf,
    AnyOf,
    AtLeast,
    Condition,
    Named,
    NamedCondition,
    Not,
)
from tagger.rules.vocabulary import ABSENT, AT_LEAST, COMPARATORS, LOGIC, MEASURES

_CONDITION = {**MEASURES, **LOGIC, **COMPARATORS}


def read_named_condition(entry: Entry, scope: Scope) -> NamedCondition | None:
    check_name(entry.key, entry.at, scope.findings)
    condition = read_condition(entry.value, scope)
    return None if condition is None else NamedCondition(entry.key, condition, entry.at)


def read_condition(node: Node, scope: Scope) -> Condition | None:
    """One condition; None when nothing of it can be used, after reporting everything."""
    if not isinstance(node, MapNode):
        sentence = f"a condition is a mapping, not {describe(node)}"
        scope.findings.add(node.at, "E-TYPE", sentence, _condition_hint(node, scope))
        return None
    node = put_in_place(node, scope.findings)
    words = Words(node, _CONDITION, "a condition", scope.findings)
    heads = [entry for entry in node.entries if entry.key in MEASURES or entry.key in LOGIC]
    if not heads and words.has_unknown:
        return None
    if not heads:
        hint = "begin with a measure such as `count`, or with `all`, `any`, `not`"
        scope.findings.add(node.at, "E-MISSING", "the condition says nothing to look at", hint)
        return None
    for second in heads[1:]:
        sentence = f"a condition says one thing, and this one has `{heads[0].key}` already"
        hint = "put several into a list under `all` or `any`"
        scope.findings.add(second.at, "E-TYPE", sentence, hint)
        if second.key in MEASURES:
            read_measure(second, scope)
        else:
            _logic(second, scope)
    return _read_head(heads[0], node, scope, is_told=words.has_unknown)


def _condition_hint(node: Node, scope: Scope) -> str | None:
    if isinstance(node, ListNode):
        return "put the list under `all` or `any`"
    if isinstance(node, ScalarNode) and node.value in scope.conditions:
        return f"write `{{condition: {node.text}}}`"
    if isinstance(node, ScalarNode) and node.value in scope.tags:
        return f"write `{{tag: {node.text}}}`"
    return None


def _read_head(head: Entry, node: MapNode, scope: Scope, *, is_told: bool) -> Condition | None:
    if head.key in MEASURES:
        return read_comparisons(head, node, scope, is_told=is_told)
    for entry in node.entries:
        if entry.key in COMPARATORS:
            sentence = f"`{entry.key}` needs a measure, and `{head.key}` is none"
            scope.findings.add(entry.at, "E-TYPE", sentence)
    return _logic(head, scope)


def _logic(head: Entry, scope: Scope) -> Condition | None:
    match head.key:
        case "all" | "any":
            members = _members(head.value, f"`{head.key}`", scope)
            combine = AllOf if head.key == "all" else AnyOf
            return combine(members, head.at) if members else None
        case "not":
            negated = read_condition(head.value, scope)
            return None if negated is None else Not(negated, head.at)
        case "at_least":
            return _at_least(head, scope)
        case "condition":
            return _named(head, scope)
    return _absent(head, scope)


def _members(node: Node, what: str, scope: Scope) -> tuple[Condition, ...]:
    members = read_list(node, what, scope.findings)
    read = [read_condition(each, scope) for each in members.items] if members is not None else []
    return tuple(condition for condition in read if condition is not None)


def _at_least(head: Entry, scope: Scope) -> Condition | None:
    mapping = read_mapping(head.value, "`at_least`", scope.findings)
    if mapping is None:
        return None
    words = Words(mapping, AT_LEAST, "`at_least`", scope.findings, more=COMPARATORS)
    node = words.required("of")
    members = () if node is None else _members(node, "`of`", scope)
    comparators = [entry for entry in mapping.entries if entry.key in COMPARATORS]
    if len(comparators) != 1:
        sentence = "`at_least` needs one comparator"
        scope.findings.add(head.at, "E-MISSING", sentence, "add for example `gte: 2`")
        return None
    left = Left("number", "the number of conditions that hold")
    comparison = read_comparison(comparators[0], left, scope)
    if comparison is None or not members:
        return None
    return AtLeast(members, *comparison, at=head.at)


def _named(head: Entry, scope: Scope) -> Condition | None:
    name = read_text(head.value, "`condition`", scope.findings)
    if name is None:
        return None
    if name not in scope.conditions:
        hint = scope.findings.did_you_mean(head.value.at, name, scope.conditions)
        sentence = f"there is no condition `{name[:80]}` in this pack"
        scope.findings.add(head.value.at, "E-UNKNOWN-NAME", sentence, hint)
        return None
    return Named(name, head.value.at)


def _absent(head: Entry, scope: Scope) -> Condition | None:
    mapping = read_mapping(head.value, "`absent`", scope.findings)
    if mapping is None:
        return None
    words = Words(mapping, ABSENT, "`absent`", scope.findings)
    selector = read_selector(words, scope)
    if words.lacks("within"):
        hint = "add for example `within: 30d`"
        scope.findings.add(words.at, "E-NO-WINDOW", "`absent` names no window", hint)
    within_ms = words.duration("within")
    include_new = words.truth("include_new")
    if selector is None or within_ms is None:
        return None
    return Absent(selector, within_ms, bool(include_new), head.at)
