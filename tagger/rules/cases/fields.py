"""Fields of events as test cases spell them: amounts in major units, instants as offsets."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tagger.rules.currencies import minor_per_major
from tagger.rules.fields import FIELDS, LINE_FIELDS
from tagger.rules.findings import Findings
from tagger.rules.instants import read_instant
from tagger.rules.plan import FieldKind
from tagger.rules.reading.nodes import Entry, ListNode, MapNode, Node, ScalarNode, describe
from tagger.rules.reading.word_reader import Words, read_mapping

FieldKinds = dict[str, tuple[str, str]]
"""By the word of a field: the kind of value that it takes, and the event's attribute."""
_DERIVED = frozenset({("purchase", "quantity"), ("purchase", "profit")})
"""What rules know of an event that is not said of it but worked out."""
_MINOR = "_minor"
EVENT_FIELDS: dict[str, FieldKinds] = {
    event_type: {
        name: (kind, attribute)
        for name, (kind, _, attribute) in fields.items()
        if (event_type, name) not in _DERIVED
    }
    for event_type, fields in FIELDS.items()
}
EVENT_FIELDS["purchase"] |= {
    "period_start": ("instant", "period_start"),
    "period_end": ("instant", "period_end"),
}
_OF_LINES: FieldKinds = {
    name: (kind, attribute)
    for name, (kind, read, attribute) in LINE_FIELDS.items()
    if read in (FieldKind.PLAIN, FieldKind.MONEY)
}


@dataclass(frozen=True, slots=True)
class FieldReader:
    """Reads the fields of the records of one case; what is wrong with one is reported, and the
    rest is read."""

    starts_at_ms: int
    findings: Findings

    def event(self, event_type: str, mapping: MapNode, currency: str) -> dict[str, Any]:
        """The fields of an event by attribute. Amounts are in `currency`."""
        known = EVENT_FIELDS[event_type]
        more = ("event_id", "lines") if event_type == "purchase" else ("event_id",)
        fields = self._named(mapping, known, currency, more)
        event_id = mapping.get("event_id")
        if isinstance(event_id, ScalarNode):
            fields["event_id"] = event_id.text
        lines = mapping.get("lines") if event_type == "purchase" else None
        if lines is not None:
            fields["lines"] = self._lines(lines, currency)
        return fields

    def _lines(self, node: Node, currency: str) -> list[dict[str, Any]]:
        if not isinstance(node, ListNode):
            self.findings.add(node.at, "E-TYPE", f"`lines` takes a list, not {describe(node)}")
            return []
        lines = []
        for item in node.items:
            mapping = read_mapping(item, "a line", self.findings)
            if mapping is not None:
                fields = self._named(mapping, _OF_LINES, currency)
                lines.append({"product_id": "product"} | fields)
        return lines

    def _named(
        self, mapping: MapNode, known: FieldKinds, currency: str, more: tuple[str, ...] = ()
    ) -> dict[str, Any]:
        minor = {f"{name}{_MINOR}" for name, (kind, _) in known.items() if kind == "money"}
        Words(mapping, {}, "this record", self.findings, more=(*known, *more), refused=minor)
        fields: dict[str, Any] = {}
        for entry in mapping.entries:
            if entry.key in minor:
                sentence = f"`{entry.key}` is what events say; a case speaks of major units"
                hint = f"write `{entry.key.removesuffix(_MINOR)}: 19.99` for 1999"
                self.findings.add(entry.at, "E-UNKNOWN-WORD", sentence, hint)
            if entry.key in known:
                kind, attribute = known[entry.key]
                value = self._value(entry, kind, currency)
                if value is not None:
                    fields[attribute] = value
        return fields

    def _value(self, entry: Entry, kind: str, currency: str) -> str | int | float | None:
        if kind == "instant":
            return read_instant(entry.value, self.starts_at_ms, self.findings)
        value = entry.value.value if isinstance(entry.value, ScalarNode) else None
        if kind == "text" and isinstance(value, str):
            return value
        if kind == "text" or isinstance(value, bool) or not isinstance(value, int | Decimal):
            wanted = "a text" if kind == "text" else "a number"
            sentence = f"`{entry.key}` takes {wanted}, not {describe(entry.value)}"
            self.findings.add(entry.value.at, "E-TYPE", sentence)
            return None
        if kind == "money":
            return self._minor(value, entry, currency)
        return float(value) if isinstance(value, Decimal) else value

    def _minor(self, amount: int | Decimal, entry: Entry, currency: str) -> int | None:
        minor = amount * minor_per_major(currency)
        if minor % 1:
            sentence = f"{amount} is finer than the smallest amount in {currency}"
            self.findings.add(entry.value.at, "E-VALUE", sentence)
            return None
        return int(minor)
