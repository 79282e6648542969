"""Measures: what a rule compares, and the kind of value each of them has."""

from typing import Literal, cast

from tagger.rules.reading.aggregates import AGGREGATES, read_aggregate
from tagger.rules.reading.events import read_selector
from tagger.rules.reading.literals import COMPARATORS_OF, KIND_NAMES, NUMERIC, Left, ValueKind
from tagger.rules.reading.misplaced import put_in_place
from tagger.rules.reading.nodes import Entry, Node
from tagger.rules.reading.operands import check_currency
from tagger.rules.reading.scope import Scope, TagSketch
from tagger.rules.reading.windows import read_bounded_window, read_optional_window
from tagger.rules.reading.word_reader import Words, read_mapping, read_text
from tagger.rules.syntax import (
    AttributeValueOf,
    Measure,
    Ratio,
    ResponseTime,
    Since,
    TagAge,
    TagValueOf,
)
from tagger.rules.vocabulary import MEASURES, RATIO, RESPONSE_TIME, SINCE

MOST_RATIOS_DEEP = 4
"""Ratios in one another."""
EXPECTED_LEFT: dict[str, Left] = {
    "count": Left("number", "the count"),
    "sum": Left("number", "the sum"),
    "avg": Left("number", "the mean"),
    "min": Left("number", "the smallest value"),
    "max": Left("number", "the largest value"),
    "distinct": Left("number", "the number of different values"),
    "since": Left("duration", "`since`"),
    "since_first": Left("duration", "`since_first`"),
    "interval": Left("duration", "the time between events"),
    "response_time": Left("duration", "`response_time`"),
    "tag_age": Left("duration", "`tag_age`"),
}
"""The left side that a measure makes whatever is wrong inside it, so that its right side is
checked all the same."""

Read = tuple[Measure, Left]


def read_measure(entry: Entry, scope: Scope, ratios_deep: int = 0) -> Read | None:
    """A measure, with the left side that it makes in a comparison."""
    if entry.key in AGGREGATES:
        return read_aggregate(entry, scope)
    match entry.key:
        case "since" | "since_first":
            return _since(entry, scope)
        case "response_time":
            return _response_time(entry, scope)
        case "ratio":
            return _ratio(entry, scope, ratios_deep + 1)
        case "attribute":
            return _attribute(entry.value, scope)
        case "tag":
            return _tag(entry.value, scope)
        case "tag_age":
            return _tag_age(entry.value, scope)
    return None


def read_lone_measure(node: Node, what: str, scope: Scope, ratios_deep: int = 0) -> Read | None:
    """A mapping that is one measure with nothing beside it; `what` names it in sentences."""
    findings = scope.findings
    mapping = read_mapping(node, what, findings)
    if mapping is None:
        return None
    mapping = put_in_place(mapping, findings)
    words = Words(mapping, MEASURES, what, findings)
    heads = [entry for entry in mapping.entries if entry.key in MEASURES]
    if not heads and words.has_unknown:
        return None
    if len(heads) != 1:
        sentence = f"{what} is one measure"
        findings.add(mapping.at, "E-MISSING", sentence, "write for example `{count: {...}}`")
        return None
    return read_measure(heads[0], scope, ratios_deep)


def always_moves(measure: Measure) -> bool:
    """Whether the value changes at every instant, without an event or an edge."""
    if isinstance(measure, Ratio):
        return always_moves(measure.of) or always_moves(measure.to)
    return isinstance(measure, Since | TagAge)


def _since(entry: Entry, scope: Scope) -> Read | None:
    mapping = read_mapping(entry.value, f"`{entry.key}`", scope.findings)
    if mapping is None:
        return None
    words = Words(mapping, SINCE, f"`{entry.key}`", scope.findings)
    window = read_optional_window(words, entry.key, scope)
    selector = read_selector(words, scope)
    if selector is None or window is None:
        return None
    left = Left("duration", f"`{entry.key}`")
    return Since(selector, entry.key == "since_first", entry.at, window), left


def _response_time(entry: Entry, scope: Scope) -> Read | None:
    mapping = read_mapping(entry.value, "`response_time`", scope.findings)
    if mapping is None:
        return None
    words = Words(mapping, RESPONSE_TIME, "`response_time`", scope.findings, refused=("ever",))
    window = read_bounded_window(words, "response_time", scope)
    of = cast("Literal['agent', 'customer']", words.choice("of") or "agent")
    if window is None:
        return None
    return ResponseTime(window, of, entry.at), Left("duration", "`response_time`")


def _ratio(entry: Entry, scope: Scope, ratios_deep: int) -> Read | None:
    if ratios_deep > MOST_RATIOS_DEEP:
        sentence = f"ratios lie more than {MOST_RATIOS_DEEP} deep in one another"
        scope.findings.add(entry.at, "E-LIMIT", sentence)
        return None
    mapping = read_mapping(entry.value, "`ratio`", scope.findings)
    if mapping is None:
        return None
    words = Words(mapping, RATIO, "`ratio`", scope.findings)
    of = _part(words, "of", scope, ratios_deep)
    to = _part(words, "to", scope, ratios_deep)
    if of is None or to is None:
        return None
    kind = _kind_of_ratio(of[1], to[1])
    if kind is None:
        sentence = (
            f"a ratio divides by a number or by the same kind: {of[1].what} is"
            f" {KIND_NAMES[of[1].kind]}, {to[1].what} is {KIND_NAMES[to[1].kind]}"
        )
        scope.findings.add(words.place("to"), "E-TYPE", sentence)
        return None
    return Ratio(of[0], to[0], entry.at), Left(kind, "the ratio")


def _part(words: Words, word: str, scope: Scope, ratios_deep: int) -> Read | None:
    node = words.required(word)
    what = f"`{word}` of a ratio"
    read = None if node is None else read_lone_measure(node, what, scope, ratios_deep)
    if node is None or read is None:
        return None
    left = read[1]
    if left.kind not in NUMERIC:
        sentence = f"{what} is a number, and {left.what} is {KIND_NAMES[left.kind]}"
        scope.findings.add(node.at, "E-TYPE", sentence)
        return None
    return read if check_currency(node, left, scope) else None


def _kind_of_ratio(of: Left, to: Left) -> ValueKind | None:
    if of.kind == to.kind:
        return "number"
    return of.kind if to.kind == "number" else None


def _attribute(node: Node, scope: Scope) -> Read | None:
    name = read_text(node, "`attribute`", scope.findings)
    if name is None:
        return None
    kind = scope.attributes.get(name)
    if kind is None:
        hint = scope.findings.did_you_mean(node.at, name, scope.attributes)
        sentence = f"there is no attribute `{name[:80]}`"
        hint = hint or f"declare it: `attributes: {{{name[:40]}: {{type: text}}}}`"
        scope.findings.add(node.at, "E-UNKNOWN-NAME", sentence, hint)
        return None
    comparators = (*COMPARATORS_OF["text"], "anniversary_within") if kind == "text" else ()
    left = Left(kind, f"the attribute `{name}`", comparators=comparators)
    return AttributeValueOf(name, node.at), left


def _tag(node: Node, scope: Scope) -> Read | None:
    found = _known_tag(node, "`tag`", scope)
    if found is None:
        return None
    name, sketch = found
    what = f"the tag `{name}`"
    if sketch.form == "text":
        return TagValueOf(name, node.at), Left("text", what, sketch.values)
    if sketch.form == "number":
        return TagValueOf(name, node.at), Left("duration" if sketch.is_time else "number", what)
    return TagValueOf(name, node.at), Left("truth", what)


def _tag_age(node: Node, scope: Scope) -> Read | None:
    found = _known_tag(node, "`tag_age`", scope)
    if found is None:
        return None
    return TagAge(found[0], node.at), Left("duration", f"the age of the tag `{found[0]}`")


def _known_tag(node: Node, what: str, scope: Scope) -> tuple[str, TagSketch] | None:
    name = read_text(node, what, scope.findings)
    if name is None:
        return None
    sketch = scope.tags.get(name)
    if sketch is not None:
        return name, sketch
    hint = scope.findings.did_you_mean(node.at, name, scope.tags)
    sentence = f"there is no tag `{name[:80]}` in this folder"
    scope.findings.add(node.at, "E-UNKNOWN-NAME", sentence, hint)
    return None
