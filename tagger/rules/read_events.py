"""Which events are meant: selectors with their `where`, and named events."""

from typing import get_args

from tagger.domain.events import BrowseAction, ChatDirection, PurchaseKind
from tagger.rules.fields import EVENT_KEYS, FIELDS, LINE_FIELDS
from tagger.rules.nodes import Entry, ListNode, MapNode, Node, ScalarNode
from tagger.rules.read_operands import Left, read_comparison, read_operand
from tagger.rules.scope import Scope
from tagger.rules.syntax import FieldTest, NamedEvent, Position, Selector, UnlessPattern, Where
from tagger.rules.vocabulary import COMPARATORS, NAMED_EVENT, PATTERN, SELECTOR, WHERE
from tagger.rules.word_reader import (
    Words,
    check_name,
    read_list,
    read_mapping,
    read_text,
    report_unsupported,
)

CHOICES: dict[str, tuple[str, ...]] = {
    "kind": get_args(PurchaseKind),
    "action": get_args(BrowseAction),
    "direction": get_args(ChatDirection),
}
"""The fields of events that have a closed set of values."""


def read_selector(words: Words, scope: Scope) -> Selector | None:
    """`event` and `where` of a mapping that may hold other words too."""
    node = words.required("event")
    if node is None:
        return None
    names = read_event_names(node, scope)
    where_node = words.node_of("where")
    where = None if where_node is None else read_where(where_node, names, scope)
    return Selector(names, where, words.at) if names else None


def read_upon(node: Node, scope: Scope) -> Selector | None:
    """An event name, a list of them, or a mapping with `event` and `where`."""
    if isinstance(node, MapNode):
        return read_selector(Words(node, SELECTOR, "an event filter", scope.findings), scope)
    names = read_event_names(node, scope)
    return Selector(names, None, node.at) if names else None


def read_event_names(node: Node, scope: Scope) -> tuple[str, ...]:
    """Names of events that exist; others are reported."""
    members: tuple[Node, ...] = (node,)
    if isinstance(node, ListNode):
        several = read_list(node, "`event`", scope.findings)
        members = several.items if several is not None else ()
    names: dict[str, None] = {}
    for member in members:
        name = read_text(member, "`event`", scope.findings)
        if name is None:
            continue
        if scope.knows_event(name):
            names[name] = None
            continue
        known = [*EVENT_KEYS, *scope.events]
        hint = scope.findings.did_you_mean(member.at, name, known)
        sentence = f"there is no event `{name[:80]}`"
        scope.findings.add(member.at, "E-UNKNOWN-NAME", sentence, hint)
    return tuple(names)


def read_where(node: Node, names: tuple[str, ...], scope: Scope) -> Where | None:
    """Tests of fields that at least one of the events has."""
    mapping = read_mapping(node, "`where`", scope.findings)
    if mapping is None:
        return None
    types = scope.event_types(names)
    lefts = _fields_of(types)
    tests: list[FieldTest] = []
    any_line: tuple[FieldTest, ...] = ()
    for entry in mapping.entries:
        if entry.key in lefts:
            tests += _field_tests(entry, lefts[entry.key], scope)
        elif entry.key == "any_line":
            any_line = _line_tests(entry, types, scope)
        elif entry.key in WHERE:
            report_unsupported(scope.findings, entry.at, entry.key)
        elif types:
            _report_unknown_field(entry, names, types, lefts, scope)
    return Where(tuple(tests), any_line)


def _fields_of(types: frozenset[str]) -> dict[str, Left]:
    lefts: dict[str, Left] = {}
    for event_type in sorted(types):
        for name, (kind, *_) in FIELDS[event_type].items():
            if not _is_of_lines(event_type, name):
                lefts[name] = Left(kind, f"`{name}`", CHOICES.get(name, ()))
    return lefts


def _is_of_lines(event_type: str, name: str) -> bool:
    """Whether the field of a purchase is one of its lines' and not its own."""
    return event_type == "purchase" and name in LINE_FIELDS and name != "amount"


def _report_unknown_field(
    entry: Entry,
    names: tuple[str, ...],
    types: frozenset[str],
    lefts: dict[str, Left],
    scope: Scope,
) -> None:
    events = " or ".join(f"`{name}`" for name in names)
    sentence = f"{events} has no field `{entry.key[:80]}`"
    hint = scope.findings.did_you_mean(entry.at, entry.key, [*lefts, *WHERE])
    if "purchase" in types and entry.key in LINE_FIELDS:
        hint = f"it is a field of the order's lines: write `any_line: {{{entry.key}: ...}}`"
    scope.findings.add(entry.at, "E-UNKNOWN-NAME", sentence, hint)


def _line_tests(entry: Entry, types: frozenset[str], scope: Scope) -> tuple[FieldTest, ...]:
    if types and "purchase" not in types:
        sentence = "`any_line` is about purchases, which alone have lines"
        scope.findings.add(entry.at, "E-TYPE", sentence)
    mapping = read_mapping(entry.value, "`any_line`", scope.findings)
    tests: list[FieldTest] = []
    for each in mapping.entries if mapping is not None else ():
        if each.key in LINE_FIELDS:
            left = Left(LINE_FIELDS[each.key][0], f"`{each.key}`")
            tests += _field_tests(each, left, scope)
            continue
        hint = scope.findings.did_you_mean(each.at, each.key, LINE_FIELDS)
        sentence = f"a line has no field `{each.key[:80]}`"
        scope.findings.add(each.at, "E-UNKNOWN-NAME", sentence, hint)
    return tuple(tests)


def _field_tests(entry: Entry, left: Left, scope: Scope) -> list[FieldTest]:
    if not isinstance(entry.value, MapNode):
        operand = read_operand("eq", entry.value, left, scope)
        return [] if operand is None else [FieldTest(entry.key, "eq", operand, entry.at)]
    words = Words(entry.value, COMPARATORS, f"a test of {left.what}", scope.findings)
    if not entry.value.entries:
        sentence = f"{left.what} is compared with nothing"
        scope.findings.add(words.at, "E-MISSING", sentence, "add for example `gte: 3`")
    tests = []
    for each in entry.value.entries:
        comparison = read_comparison(each, left, scope)
        if comparison is not None:
            tests.append(FieldTest(entry.key, *comparison, each.at))
    return tests


def read_named_event(entry: Entry, scope: Scope) -> NamedEvent | None:
    if entry.key in EVENT_KEYS:
        sentence = f"`{entry.key}` is an event that every pack knows"
        scope.findings.add(entry.at, "E-RESERVED-NAME", sentence, "choose another name")
    check_name(entry.key, entry.at, scope.findings)
    what = f"the event `{entry.key[:80]}`"
    mapping = read_mapping(entry.value, what, scope.findings)
    if mapping is None:
        return None
    words = Words(mapping, NAMED_EVENT, "a named event", scope.findings)
    is_pattern = any(word in words for word in PATTERN)
    for word in SELECTOR:
        if is_pattern and word in words:
            sentence = f"`{word}` does not go with a pattern"
            hint = "give the pattern's `first` the filter"
            scope.findings.add(words.place(word), "E-TYPE", sentence, hint)
    definition = _pattern(words, scope) if is_pattern else read_selector(words, scope)
    return None if definition is None else NamedEvent(entry.key, definition, entry.at)


def _pattern(words: Words, scope: Scope) -> UnlessPattern | None:
    if "then" in words or "steps" in words:
        return None
    first, unless = (_part(words, part, scope) for part in ("first", "unless"))
    if "within" not in words:
        sentence = "a pattern names how long it waits"
        scope.findings.add(words.at, "E-NO-WINDOW", sentence, "add for example `within: 30m`")
    within_ms = words.duration("within")
    by = words.text("by")
    if by is not None and first is not None:
        _check_key(by, first, words, scope)
    if first is None or unless is None or within_ms is None:
        return None
    return UnlessPattern(first, unless, by, within_ms, words.at)


def _part(words: Words, part: str, scope: Scope) -> Selector | None:
    node = words.required(part)
    return None if node is None else read_upon(node, scope)


def _check_key(by: str, first: Selector, words: Words, scope: Scope) -> None:
    lefts = _fields_of(scope.event_types(first.events))
    texts = [name for name, left in lefts.items() if left.kind == "text"]
    if by in texts or not lefts:
        return
    node = words.node_of("by")
    at: Position = node.at if isinstance(node, ScalarNode) else words.place("by")
    sentence = f"`first` has no text field `{by[:80]}` to wait by"
    scope.findings.add(at, "E-UNKNOWN-NAME", sentence, scope.findings.did_you_mean(at, by, texts))
