"""Events and commands of test cases, with everything left out that can be supposed."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeVar, cast, get_args

import msgspec

from tagger.domain.commands import CommandOp, TagCommand
from tagger.domain.events import (
    AttributeValue,
    Browse,
    BrowseAction,
    ChatMessage,
    Event,
    ProfileUpdate,
    Purchase,
)
from tagger.rules.case_words import COMMAND
from tagger.rules.cases import Record
from tagger.rules.currencies import minor_per_major
from tagger.rules.fields import FIELDS, LINE_FIELDS
from tagger.rules.findings import Findings
from tagger.rules.instants import read_instant
from tagger.rules.nodes import Entry, ListNode, MapNode, Node, ScalarNode, describe
from tagger.rules.word_reader import Words, read_mapping

NO_CURRENCY = "XXX"
"""ISO 4217's code for a transaction without currency: where the pack names none."""
ACTIONS: tuple[str, ...] = get_args(BrowseAction)
_Kind = TypeVar("_Kind")
RECORD_WORDS = ("purchase", "refund", "browse", "chat", "profile", "command", *ACTIONS)
"""What can stand beside `at` in a case: a browse action stands for itself."""


@dataclass(slots=True)
class RecordReader:
    """Reads the records of one case. Ids that are not given are numbered."""

    customer_id: str
    currency: str | None
    starts_at_ms: int
    tags: frozenset[str]
    findings: Findings
    _number: int = field(default=0)

    def read(self, entry: Entry, at_ms: int) -> Record | None:
        """The record that a word such as `purchase` with its mapping stands for."""
        mapping = read_mapping(entry.value, f"`{entry.key}`", self.findings)
        if mapping is None:
            return None
        self._number += 1
        try:
            return self._record(entry.key, mapping, at_ms)
        except msgspec.ValidationError as error:
            sentence = f"`{entry.key}` cannot be an event: {error}"
            self.findings.add(entry.at, "E-VALUE", sentence)
            return None

    def _record(self, word: str, mapping: MapNode, at_ms: int) -> Record | None:
        common: dict[str, Any] = {
            "event_id": f"e-{self._number}",
            "customer_id": self.customer_id,
            "occurred_at": at_ms,
        }
        if word == "command":
            return self._command(mapping, at_ms)
        if word == "profile":
            common["attributes"] = self._attributes(mapping)
            return _checked(common, ProfileUpdate)
        if word in ("purchase", "refund"):
            return self._purchase(word, common, mapping)
        if word == "chat":
            defaults = {"conversation_id": "conversation", "direction": "inbound", "text": ""}
            return _checked(common | defaults | self._fields("chat", mapping), ChatMessage)
        action = {"action": "page_view" if word == "browse" else word}
        return _checked(common | action | self._fields("browse", mapping), Browse)

    def _purchase(self, word: str, common: dict[str, Any], mapping: MapNode) -> Event:
        is_refund = word == "refund"
        defaults = {
            "order_id": "" if is_refund else f"o-{self._number}",
            "kind": "refund" if is_refund else "sale",
            "amount_minor": 0,
            "currency": self.currency or NO_CURRENCY,
        }
        fields = self._fields("purchase", mapping)
        lines = mapping.get("lines")
        if lines is not None:
            fields["lines"] = self._lines(lines)
        return _checked(common | defaults | fields, Purchase)

    def _lines(self, node: Node) -> list[dict[str, Any]]:
        if not isinstance(node, ListNode):
            self.findings.add(node.at, "E-TYPE", f"`lines` takes a list, not {describe(node)}")
            return []
        lines = []
        for item in node.items:
            mapping = read_mapping(item, "a line", self.findings)
            if mapping is not None:
                lines.append({"product_id": "product"} | self._named(mapping, LINE_FIELDS))
        return lines

    def _fields(self, event_type: str, mapping: MapNode) -> dict[str, Any]:
        known = dict(FIELDS[event_type])
        if event_type == "purchase":
            known.pop("quantity", None)
        more = ("event_id", "lines") if event_type == "purchase" else ("event_id",)
        fields = self._named(mapping, known, more)
        event_id = mapping.get("event_id")
        if isinstance(event_id, ScalarNode):
            fields["event_id"] = event_id.text
        return fields

    def _named(
        self, mapping: MapNode, known: dict[str, Any], more: tuple[str, ...] = ()
    ) -> dict[str, Any]:
        Words(mapping, {}, "this record", self.findings, more=(*known, *more))
        fields: dict[str, Any] = {}
        for entry in mapping.entries:
            if entry.key in known:
                kind, _, attribute = known[entry.key]
                fields[attribute] = self._value(entry, kind)
        return {name: value for name, value in fields.items() if value is not None}

    def _value(self, entry: Entry, kind: str) -> object:
        value = entry.value.value if isinstance(entry.value, ScalarNode) else None
        is_number = isinstance(value, int | Decimal) and not isinstance(value, bool)
        if not (isinstance(value, str) if kind == "text" else is_number):
            wanted = "a text" if kind == "text" else "a number"
            sentence = f"`{entry.key}` takes {wanted}, not {describe(entry.value)}"
            self.findings.add(entry.value.at, "E-TYPE", sentence)
            return None
        if kind == "money" and isinstance(value, int | Decimal):
            minor = value * minor_per_major(self.currency or NO_CURRENCY)
            if minor % 1:
                sentence = "the amount is finer than the currency"
                self.findings.add(entry.value.at, "E-VALUE", sentence)
                return None
            return int(minor)
        if isinstance(value, Decimal):
            return float(value)
        return value

    def _attributes(self, mapping: MapNode) -> dict[str, AttributeValue]:
        attributes: dict[str, AttributeValue] = {}
        for entry in mapping.entries:
            if not isinstance(entry.value, ScalarNode):
                sentence = f"`{entry.key}` takes one value, not {describe(entry.value)}"
                self.findings.add(entry.value.at, "E-TYPE", sentence)
                continue
            value = entry.value.value
            attributes[entry.key] = float(value) if isinstance(value, Decimal) else value
        return attributes

    def _command(self, mapping: MapNode, at_ms: int) -> TagCommand | None:
        words = Words(mapping, COMMAND, "`command`", self.findings)
        words.required("op")
        op, tag = words.choice("op"), words.text("tag") or ""
        tag_node, value_node = words.node_of("tag"), words.node_of("value")
        if tag_node is not None and tag not in self.tags:
            hint = self.findings.did_you_mean(tag_node.at, tag, self.tags)
            sentence = f"there is no tag `{tag[:80]}` in this folder"
            self.findings.add(tag_node.at, "E-UNKNOWN-NAME", sentence, hint)
        until = words.node_of("until")
        until_ms = None if until is None else read_instant(until, self.starts_at_ms, self.findings)
        value = value_node.value if isinstance(value_node, ScalarNode) else None
        if op == "assign" and value_node is None:
            value = True
        if op is None:
            return None
        return TagCommand(
            command_id=f"m-{self._number}",
            customer_id=self.customer_id,
            issued_at=at_ms,
            actor=words.text("actor") or "staff",
            role=words.text("role") or "",
            op=cast("CommandOp", op),
            tag=tag,
            value=float(value) if isinstance(value, Decimal) else value,
            until=until_ms,
            reason=words.text("reason") or "",
        )


def _checked(fields: dict[str, Any], kind: type[_Kind]) -> _Kind:
    """The event, with the ranges of its fields checked. Raises msgspec.ValidationError."""
    return msgspec.convert(fields, kind)
