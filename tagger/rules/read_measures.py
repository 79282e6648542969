"""Measures: what a rule compares, and the kind of value each of them has."""

from typing import Literal, cast

from tagger.rules.attributes import DERIVED_ATTRIBUTES
from tagger.rules.fields import FIELDS
from tagger.rules.nodes import Entry, Node
from tagger.rules.read_events import read_selector
from tagger.rules.read_operands import Left
from tagger.rules.scope import Scope
from tagger.rules.syntax import (
    Aggregate,
    AttributeValueOf,
    Measure,
    Refunds,
    Selector,
    Since,
    TagValueOf,
    Window,
)
from tagger.rules.vocabulary import COUNT, SINCE, SUM, WINDOW
from tagger.rules.word_reader import Words, read_mapping, read_text, report_unsupported

SUMMABLE = ("amount", "discount", "quantity", "value", "rating")
SUMMABLE_LATER = frozenset({"profit"})
NET_OF_REFUNDS = "amount"
"""What a refund gives back, and `refunds` therefore speaks of."""


EXPECTED_LEFT: dict[str, Left] = {
    "count": Left("number", "a count"),
    "sum": Left("number", "a sum"),
    "since": Left("duration", "a time since an event"),
    "since_first": Left("duration", "a time since an event"),
}
"""The left side that a measure makes whatever is wrong inside it, so that its right side is
checked all the same."""


def read_measure(entry: Entry, scope: Scope) -> tuple[Measure, Left] | None:
    """A measure that stands alone, with the left side that it makes in a comparison."""
    match entry.key:
        case "count" | "sum":
            return _aggregate(entry, scope)
        case "since" | "since_first":
            return _since(entry, scope)
        case "attribute":
            return _attribute(entry.value, scope)
        case "tag":
            return _tag(entry.value, scope)
    return None


def _aggregate(entry: Entry, scope: Scope) -> tuple[Measure, Left] | None:
    mapping = read_mapping(entry.value, f"`{entry.key}`", scope.findings)
    if mapping is None:
        return None
    is_sum = entry.key == "sum"
    words = Words(mapping, SUM if is_sum else COUNT, f"`{entry.key}`", scope.findings)
    selector = read_selector(words, scope)
    window = _window(words, entry.key, scope)
    of = _of(words, selector, scope) if is_sum else None
    refunds = _refunds(words, of, scope) if is_sum else "by_order"
    if selector is None or window is None or (is_sum and of is None):
        return None
    is_money = of is not None and any(
        FIELDS[each].get(of, ("",))[0] == "money" for each in scope.event_types(selector.events)
    )
    left = Left("money" if is_money else "number", f"the sum of {of}" if of else "a count")
    kind: Literal["count", "sum"] = "sum" if is_sum else "count"
    return Aggregate(kind, selector, window, of, refunds, entry.at), left


def _window(words: Words, measure: str, scope: Scope) -> Window | None:
    findings = scope.findings
    kinds = [word for word in WINDOW if word != "ago" and word in words]
    if not kinds:
        sentence = f"`{measure}` names no window"
        findings.add(words.at, "E-NO-WINDOW", sentence, "add for example `within: 30d`")
    for second in kinds[1:]:
        sentence = f"`{measure}` has a window already: `{kinds[0]}`"
        findings.add(words.place(second), "E-WINDOW", sentence, f"take out `{second}`")
    within_ms, ago_ms = words.duration("within"), words.duration("ago")
    if "ago" in words and kinds[:1] != ["within"]:
        sentence = "`ago` needs the length of the window beside it"
        findings.add(words.place("ago"), "E-WINDOW", sentence, "add for example `within: 30d`")
    if "ever" in words:
        words.only_true("ever")
        return Window(None)
    return None if within_ms is None else Window(within_ms, ago_ms or 0)


def _of(words: Words, selector: Selector | None, scope: Scope) -> str | None:
    node = words.required("of")
    of = None if node is None else read_text(node, "`of`", scope.findings)
    if node is None or of is None:
        return None
    if of in SUMMABLE_LATER:
        report_unsupported(scope.findings, node.at, f"of: {of}")
        return None
    types = scope.event_types(selector.events) if selector is not None else frozenset()
    possible = [
        each for each in SUMMABLE if not types or any(each in FIELDS[kind] for kind in types)
    ]
    if of in possible:
        return of
    hint = scope.findings.did_you_mean(node.at, of, possible)
    events = " or ".join(f"`{name}`" for name in selector.events) if selector else "an event"
    sentence = f"{events} has no numeric field `{of[:80]}` to add"
    scope.findings.add(node.at, "E-UNKNOWN-NAME", sentence, hint)
    return None


def _refunds(words: Words, of: str | None, scope: Scope) -> Refunds:
    refunds = words.choice("refunds")
    if "refunds" in words and of is not None and of != NET_OF_REFUNDS:
        sentence = f"`refunds` speaks of money given back, which is no part of `{of}`"
        scope.findings.add(words.place("refunds"), "E-VALUE", sentence, "leave it out")
    return cast("Refunds", refunds or "by_order")


def _since(entry: Entry, scope: Scope) -> tuple[Measure, Left] | None:
    mapping = read_mapping(entry.value, f"`{entry.key}`", scope.findings)
    if mapping is None:
        return None
    words = Words(mapping, SINCE, f"`{entry.key}`", scope.findings)
    words.only_true("ever")
    selector = read_selector(words, scope)
    if selector is None:
        return None
    left = Left("duration", f"`{entry.key}`")
    return Since(selector, entry.key == "since_first", entry.at), left


def _attribute(node: Node, scope: Scope) -> tuple[Measure, Left] | None:
    name = read_text(node, "`attribute`", scope.findings)
    if name is None:
        return None
    kind = scope.attributes.get(name)
    if name in DERIVED_ATTRIBUTES:
        report_unsupported(scope.findings, node.at, f"attribute: {name}")
        return None
    if kind is None:
        hint = scope.findings.did_you_mean(node.at, name, scope.attributes)
        sentence = f"there is no attribute `{name[:80]}`"
        hint = hint or f"declare it: `attributes: {{{name[:40]}: {{type: text}}}}`"
        scope.findings.add(node.at, "E-UNKNOWN-NAME", sentence, hint)
        return None
    return AttributeValueOf(name, node.at), Left(kind, f"the attribute `{name}`")


def _tag(node: Node, scope: Scope) -> tuple[Measure, Left] | None:
    name = read_text(node, "`tag`", scope.findings)
    if name is None:
        return None
    sketch = scope.tags.get(name)
    if sketch is None:
        hint = scope.findings.did_you_mean(node.at, name, scope.tags)
        sentence = f"there is no tag `{name[:80]}` in this folder"
        scope.findings.add(node.at, "E-UNKNOWN-NAME", sentence, hint)
        return None
    what = f"the tag `{name}`"
    if sketch.form == "text":
        return TagValueOf(name, node.at), Left("text", what, sketch.values)
    if sketch.form == "number":
        return TagValueOf(name, node.at), Left("duration" if sketch.is_time else "number", what)
    return TagValueOf(name, node.at), Left("truth", what)
