"""Which events are meant: selectors with their `where`."""

from tagger.rules.fields import EVENT_KEYS, FIELDS, LINE_FIELDS
from tagger.rules.reading.literals import Left
from tagger.rules.reading.misplaced import is_pattern, report_pattern
from tagger.rules.reading.nodes import Entry, ListNode, MapNode, Node
from tagger.rules.reading.operands import read_comparison, read_operand
from tagger.rules.reading.scope import Scope
from tagger.rules.reading.word_reader import Words, one_of, read_list, read_mapping, read_text
from tagger.rules.syntax import FieldTest, Selector, Where
from tagger.rules.vocabulary import CHOICES, COMPARATORS, SELECTOR, WEEKDAYS, is_of_lines

CLOCK: dict[str, Left] = {
    "hour": Left("number", "`hour`", highest=23),
    "weekday": Left("text", "`weekday`", choices=WEEKDAYS, comparators=("eq", "ne", "in")),
}
"""What every event has by the instant at which it happens."""


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
    if is_pattern(node):
        report_pattern(node, scope.findings)
        return None
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
        if is_pattern(member):
            report_pattern(member, scope.findings)
            continue
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
    _check_says_something(mapping, "`where`", "channel: web", scope)
    types = scope.event_types(names)
    lefts = {**fields_of(types), **CLOCK}
    tests: list[FieldTest] = []
    any_line: tuple[FieldTest, ...] = ()
    for entry in mapping.entries:
        if entry.key in lefts:
            tests += _field_tests(entry, lefts[entry.key], scope)
        elif entry.key == "any_line":
            any_line = _line_tests(entry, types, scope)
        elif types:
            _report_unknown_field(entry, names, types, lefts, scope)
    return Where(tuple(tests), any_line)


def _check_says_something(mapping: MapNode, what: str, example: str, scope: Scope) -> None:
    if not mapping.entries:
        hint = f"leave it out, or add a test like `{example}`"
        scope.findings.add(mapping.at, "E-MISSING", f"{what} tests no field", hint)


def fields_of(types: frozenset[str]) -> dict[str, Left]:
    """The fields that at least one of the event types has of its own."""
    lefts: dict[str, Left] = {}
    for event_type in sorted(types):
        for name, (kind, *_) in FIELDS[event_type].items():
            if not is_of_lines(event_type, name):
                lefts[name] = Left(kind, f"`{name}`", CHOICES.get(name, ()))
    return lefts


def _report_unknown_field(
    entry: Entry,
    names: tuple[str, ...],
    types: frozenset[str],
    lefts: dict[str, Left],
    scope: Scope,
) -> None:
    events = " or ".join(f"`{name}`" for name in names)
    sentence = f"{events} has no field `{entry.key[:80]}`"
    known = [*lefts, "any_line"] if "purchase" in types else list(lefts)
    hint = scope.findings.did_you_mean(entry.at, entry.key, known) or one_of(known)
    if "purchase" in types and entry.key in LINE_FIELDS:
        hint = f"it is a field of the order's lines: write `any_line: {{{entry.key}: ...}}`"
    scope.findings.add(entry.at, "E-UNKNOWN-NAME", sentence, hint)


def _line_tests(entry: Entry, types: frozenset[str], scope: Scope) -> tuple[FieldTest, ...]:
    if types and "purchase" not in types:
        sentence = "`any_line` is about purchases, which alone have lines"
        scope.findings.add(entry.at, "E-TYPE", sentence)
    mapping = read_mapping(entry.value, "`any_line`", scope.findings)
    if mapping is not None:
        _check_says_something(mapping, "`any_line`", "category: shoes", scope)
    tests: list[FieldTest] = []
    for each in mapping.entries if mapping is not None else ():
        if each.key in LINE_FIELDS:
            left = Left(LINE_FIELDS[each.key][0], f"`{each.key}`")
            tests += _field_tests(each, left, scope)
            continue
        hint = scope.findings.did_you_mean(each.at, each.key, LINE_FIELDS) or one_of(LINE_FIELDS)
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
