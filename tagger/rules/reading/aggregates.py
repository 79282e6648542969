"""Measures over the events of a window: `count`, `sum`, `distinct` and so on, with the field that
each of them looks at."""

from typing import Literal, NamedTuple, cast

from tagger.rules.fields import DATE_FIELDS, FIELDS, LINE_FIELDS
from tagger.rules.reading.events import read_selector
from tagger.rules.reading.literals import Left
from tagger.rules.reading.nodes import Entry, ScalarNode
from tagger.rules.reading.scope import Scope
from tagger.rules.reading.windows import read_bounded_window, read_window
from tagger.rules.reading.word_reader import Words, one_of, read_mapping, read_text
from tagger.rules.syntax import Aggregate, AggregateKind, Refunds, Selector
from tagger.rules.vocabulary import CHOICES, EXTREME, MEASURES, REFUNDED

FieldKind = Literal["text", "number", "money"]
_NAMES: dict[AggregateKind, str] = {
    "count": "the count",
    "sum": "the sum of `{of}`",
    "avg": "the mean of `{of}`",
    "min": "the smallest `{of}`",
    "max": "the largest `{of}`",
    "distinct": "the number of different `{of}`",
    "earliest": "the earliest `{of}`",
    "latest": "the latest `{of}`",
    "interval": "the time between events",
}
AGGREGATES = tuple(_NAMES)


class _Field(NamedTuple):
    name: str
    kind: FieldKind


def read_aggregate(entry: Entry, scope: Scope) -> tuple[Aggregate, Left] | None:
    """A measure over events, with the left side that it makes in a comparison."""
    kind = cast("AggregateKind", entry.key)
    mapping = read_mapping(entry.value, f"`{kind}`", scope.findings)
    if mapping is None:
        return None
    table = MEASURES[kind].words
    refused = ("ever",) if kind == "distinct" else ()
    words = Words(mapping, table, f"`{kind}`", scope.findings, refused=refused)
    selector = read_selector(words, scope)
    read = read_bounded_window if kind == "distinct" else read_window
    window = read(words, kind, scope)
    field = _field(words, kind, selector, scope) if "of" in table else None
    refunds = _refunds(words, kind, field, selector, scope) if "refunds" in table else "by_order"
    if selector is None or window is None or ("of" in table and field is None):
        return None
    of = None if field is None else field.name
    left = _left(kind, field)
    return Aggregate(kind, selector, window, of, refunds, entry.at), left


def _left(kind: AggregateKind, field: _Field | None) -> Left:
    if kind == "interval":
        return Left("duration", _NAMES[kind])
    if field is None or kind == "distinct":
        return Left("number", _NAMES[kind].format(of=field.name if field is not None else ""))
    choices = CHOICES.get(field.name, ()) if kind in ("earliest", "latest") else ()
    return Left(field.kind, _NAMES[kind].format(of=field.name), choices)


def _field(
    words: Words, kind: AggregateKind, selector: Selector | None, scope: Scope
) -> _Field | None:
    node = words.required("of")
    of = None if node is None else read_text(node, "`of`", scope.findings)
    if node is None or of is None:
        return None
    types = scope.event_types(selector.events) if selector is not None else frozenset()
    fields = _fields(types or frozenset(FIELDS), kind)
    possible = {name: each for name, each in fields.items() if _fits(each, kind)}
    if of in possible:
        return _Field(of, possible[of])
    if of in fields:
        sentence = f"`{of}` is {_A_KIND[fields[of]]}, and `{kind}` looks at {_looks_at(kind)}"
        hint = one_of(possible) if possible else None
        scope.findings.add(node.at, "E-TYPE", sentence, hint)
        return None
    events = " or ".join(f"`{name}`" for name in selector.events) if selector else "an event"
    sentence = f"{events} has no field `{of[:80]}` for `{kind}`"
    hint = scope.findings.did_you_mean(node.at, of, possible)
    hint = hint or (one_of(possible) if possible else None)
    if "purchase" in types and of in LINE_FIELDS:
        hint = f"`{of}` is a field of the order's lines, which `distinct` ranges over"
    scope.findings.add(node.at, "E-UNKNOWN-NAME", sentence, hint)
    return None


_A_KIND: dict[FieldKind, str] = {"text": "a text", "number": "a number", "money": "money"}


def _looks_at(kind: AggregateKind) -> str:
    return "texts" if kind == "distinct" else "numbers and money"


def _fits(field: FieldKind, kind: AggregateKind) -> bool:
    if kind in ("earliest", "latest"):
        return True
    return (field == "text") is (kind == "distinct")


def _fields(types: frozenset[str], kind: AggregateKind) -> dict[str, FieldKind]:
    """The fields of such events that a measure can name; those of lines for `distinct` alone."""
    found: dict[str, FieldKind] = {}
    for event_type in sorted(types):
        found |= {name: each[0] for name, each in FIELDS[event_type].items()}
    if kind == "distinct":
        found |= {name: each[0] for name, each in DATE_FIELDS.items()}
        if "purchase" in types:
            texts = {name: each[0] for name, each in LINE_FIELDS.items() if each[0] == "text"}
            found |= texts
    return found


def _refunds(
    words: Words, kind: AggregateKind, field: _Field | None, selector: Selector | None, scope: Scope
) -> Refunds:
    node = words.node_of("refunds")
    is_by_date = isinstance(node, ScalarNode) and node.value == "by_date"
    events = scope.base_events(selector.events) if selector is not None else frozenset()
    if is_by_date and node is not None and "refund" in events:
        sentence = "`refunds: by_date` takes refunds off, and here they would be added as well"
        scope.findings.add(node.at, "E-VALUE", sentence, "leave `refund` out of the events")
    made = scope.made_by_patterns(selector.events) if selector is not None else ()
    if is_by_date and node is not None and made:
        sentence = (
            f"`{made[0]}` is made by a pattern, and no refund is one of it to be taken off at its"
            " own date"
        )
        hint = "take `by_order`, which knows the purchase that it was made from"
        scope.findings.add(node.at, "E-VALUE", sentence, hint)
    if kind in ("min", "max") and is_by_date and node is not None:
        sentence = f"`{kind}` looks at purchases, and a refund at its own date is none"
        scope.findings.add(node.at, "E-VALUE", sentence, one_of(EXTREME["refunds"].choices))
        return "by_order"
    refunds = words.choice("refunds")
    if "refunds" in words and field is not None and field.name not in REFUNDED:
        sentence = f"`refunds` speaks of money given back, which is no part of `{field.name}`"
        scope.findings.add(words.place("refunds"), "E-VALUE", sentence, "leave it out")
    return cast("Refunds", refunds or "by_order")
