"""Workflows: which actions follow a change of a tag of the same pack."""

from typing import Literal, cast

from tagger.domain.actions import ActionType
from tagger.domain.times import UNIT_MS, parse_instant
from tagger.rules.reading.nodes import Entry, MapNode, Node, ScalarNode, describe
from tagger.rules.reading.scope import Scope
from tagger.rules.reading.word_reader import Words, check_name, read_list, read_mapping, read_text
from tagger.rules.syntax import ActionStep, WorkflowRule
from tagger.rules.vocabulary import ACTION, ACTIONS, UPON_CHANGE, WORKFLOW

MAX_AGE_MS = UNIT_MS["h"]
"""How old a tag change may be to start a workflow that says nothing of it."""


def read_workflow(entry: Entry, own_tags: frozenset[str], scope: Scope) -> WorkflowRule | None:
    """One workflow; `own_tags` are the tags of its pack."""
    findings = scope.findings
    check_name(entry.key, entry.at, findings)
    mapping = read_mapping(entry.value, f"the workflow `{entry.key[:80]}`", findings)
    if mapping is None:
        return None
    words = Words(mapping, WORKFLOW, "a workflow", findings)
    words.required("version")
    version = words.whole("version", 1)
    upon_node, steps_node = words.required("upon"), words.required("steps")
    upon = None if upon_node is None else _upon(upon_node, own_tags, scope)
    steps = () if steps_node is None else _steps(steps_node, scope)
    status = cast("Literal['active', 'shadow', 'paused']", words.choice("status") or "active")
    max_age_ms = words.duration("max_age") or MAX_AGE_MS
    active_from = _instant(words, scope)
    if version is None or upon is None or not steps:
        return None
    op, tag = upon
    at = entry.at
    return WorkflowRule(entry.key, version, op, tag, steps, max_age_ms, active_from, status, at)


def _upon(
    node: Node, own_tags: frozenset[str], scope: Scope
) -> tuple[Literal["added", "removed", "updated"], str] | None:
    findings = scope.findings
    mapping = read_mapping(node, "`upon` of a workflow", findings)
    if mapping is None:
        return None
    words = Words(mapping, UPON_CHANGE, "`upon` of a workflow", findings)
    ops = [op for op in UPON_CHANGE if op in words]
    if len(ops) != 1 and not words.has_unknown:
        sentence = "`upon` of a workflow names one change of one tag"
        findings.add(words.at, "E-MISSING", sentence, "write for example `{added: a_tag}`")
    if len(ops) != 1:
        return None
    tag, tag_node = words.text(ops[0]), words.node_of(ops[0])
    if tag is None or tag_node is None:
        return None
    if tag not in own_tags:
        hint = findings.did_you_mean(tag_node.at, tag, own_tags)
        sentence = f"there is no tag `{tag[:80]}` in this pack"
        if tag in scope.tags:
            hint = "a workflow stands in the pack that owns its tag"
        findings.add(tag_node.at, "E-UNKNOWN-NAME", sentence, hint)
        return None
    return cast("Literal['added', 'removed', 'updated']", ops[0]), tag


def _steps(node: Node, scope: Scope) -> tuple[ActionStep, ...]:
    members = read_list(node, "`steps`", scope.findings)
    read = [_step(member, scope) for member in members.items] if members is not None else []
    return tuple(step for step in read if step is not None)


def _step(node: Node, scope: Scope) -> ActionStep | None:
    findings = scope.findings
    mapping = read_mapping(node, "a step", findings)
    if mapping is None:
        return None
    Words(mapping, ACTIONS, "a step", findings)
    actions = [entry for entry in mapping.entries if entry.key in ACTIONS]
    if len(mapping.entries) != 1:
        sentence = "a step is one action"
        findings.add(mapping.at, "E-TYPE", sentence, "write for example `{coupon: {...}}`")
    if not actions:
        return None
    body = read_mapping(actions[0].value, f"`{actions[0].key}`", findings)
    if body is None:
        return None
    words = Words(body, ACTION, f"`{actions[0].key}`", findings)
    words.required("template")
    template = words.text("template")
    parameters = _parameters(words.mapping("parameters"), scope)
    if template is None:
        return None
    kind = cast("ActionType", actions[0].key)
    return ActionStep(kind, template, parameters, actions[0].at)


def _parameters(mapping: MapNode | None, scope: Scope) -> dict[str, str]:
    """Parameters as texts; a number or truth value stands as its author wrote it."""
    parameters: dict[str, str] = {}
    for entry in mapping.entries if mapping is not None else ():
        if not isinstance(entry.value, ScalarNode) or entry.value.value is None:
            sentence = f"the parameter `{entry.key[:80]}` takes a text"
            scope.findings.add(entry.value.at, "E-TYPE", f"{sentence}, not {describe(entry.value)}")
            continue
        parameters[entry.key] = entry.value.text
    return parameters


def _instant(words: Words, scope: Scope) -> int | None:
    node = words.node_of("active_from")
    text = None if node is None else read_text(node, "`active_from`", scope.findings)
    if node is None or text is None:
        return None
    try:
        return parse_instant(text)
    except ValueError:
        hint = "write it like 2026-03-01T09:00:00Z"
        sentence = "`active_from` is an RFC 3339 time with offset"
        scope.findings.add(node.at, "E-TYPE", sentence, hint)
        return None
