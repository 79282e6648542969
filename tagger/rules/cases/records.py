"""Events and commands of test cases, with everything left out that can be supposed."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeVar, cast

import msgspec

from tagger.domain.commands import CommandOp, TagCommand
from tagger.domain.events import (
    AttributeValue,
    Browse,
    ChatMessage,
    Event,
    ProfileUpdate,
    Purchase,
)
from tagger.domain.tags import TagValue
from tagger.rules.cases.case import Record
from tagger.rules.cases.fields import FieldReader
from tagger.rules.cases.words import COMMAND
from tagger.rules.findings import Findings
from tagger.rules.instants import read_instant
from tagger.rules.reading.nodes import Entry, MapNode, Node, ScalarNode, describe
from tagger.rules.reading.word_reader import Words, read_mapping

NO_CURRENCY = "XXX"
"""ISO 4217's code for a transaction without currency: where the pack names none."""
COMMON_WORDS = ("event_id", "source")
"""What can stand beside any event."""
_Kind = TypeVar("_Kind")


@dataclass(slots=True)
class RecordReader:
    """Reads the records of one case; `tags` and `attributes` are the names that packs know. Ids
    that are not given are numbered."""

    customer_id: str
    currency: str | None
    starts_at_ms: int
    tags: frozenset[str]
    attributes: frozenset[str]
    findings: Findings
    _number: int = field(default=0)

    def read(self, entry: Entry, at_ms: int, said: dict[str, str]) -> Record | None:
        """The record that a word such as `purchase` with its mapping stands for; `said` is what
        `COMMON_WORDS` say beside it."""
        mapping = read_mapping(entry.value, f"`{entry.key}`", self.findings)
        if mapping is None:
            return None
        self._number += 1
        try:
            if entry.key == "command":
                return self._command(mapping, at_ms)
            return self._event(entry.key, mapping, at_ms, said)
        except msgspec.ValidationError as error:
            sentence = f"`{entry.key}` cannot be a record: {error}"
            self.findings.add(entry.at, "E-VALUE", sentence)
            return None

    def _event(self, word: str, mapping: MapNode, at_ms: int, said: dict[str, str]) -> Event:
        common: dict[str, Any] = {
            "event_id": f"e-{self._number}",
            "customer_id": self.customer_id,
            "occurred_at": at_ms,
            **said,
        }
        if word == "profile":
            common["attributes"] = self._attributes(mapping)
            return _checked(common, ProfileUpdate)
        if word in ("purchase", "refund"):
            return self._purchase(word, common, mapping)
        fields = FieldReader(self.starts_at_ms, self.findings)
        currency = self.currency or NO_CURRENCY
        if word == "chat":
            defaults = {"conversation_id": "conversation", "direction": "inbound", "text": ""}
            return _checked(
                common | defaults | fields.event("chat", mapping, currency), ChatMessage
            )
        action = {"action": "page_view" if word == "browse" else word}
        return _checked(common | action | fields.event("browse", mapping, currency), Browse)

    def _purchase(self, word: str, common: dict[str, Any], mapping: MapNode) -> Event:
        is_refund = word == "refund"
        named = mapping.get("currency")
        is_named = isinstance(named, ScalarNode) and isinstance(named.value, str)
        currency = named.text if isinstance(named, ScalarNode) and is_named else self.currency
        defaults = {
            "order_id": "" if is_refund else f"o-{self._number}",
            "kind": "refund" if is_refund else "sale",
            "amount_minor": 0,
            "currency": currency or NO_CURRENCY,
        }
        fields = FieldReader(self.starts_at_ms, self.findings)
        said = fields.event("purchase", mapping, currency or NO_CURRENCY)
        return _checked(common | defaults | said, Purchase)

    def _attributes(self, mapping: MapNode) -> dict[str, AttributeValue]:
        attributes: dict[str, AttributeValue] = {}
        for entry in mapping.entries:
            is_known = entry.key in self.attributes
            if not is_known:
                sentence = f"no pack knows the attribute `{entry.key[:80]}`"
                self.findings.add(entry.at, "E-UNKNOWN-NAME", sentence, self._instead(entry))
            if isinstance(entry.value, ScalarNode):
                value = entry.value.value
                attributes[entry.key] = float(value) if isinstance(value, Decimal) else value
            elif is_known:
                sentence = f"`{entry.key}` takes one value, not {describe(entry.value)}"
                self.findings.add(entry.value.at, "E-TYPE", sentence)
        return attributes

    def _instead(self, unknown: Entry) -> str | None:
        if isinstance(unknown.value, MapNode):
            return "attributes stand under `profile` at once: `profile: {city: Berlin}`"
        return self.findings.did_you_mean(unknown.at, unknown.key, self.attributes)

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
        value = True if op == "assign" and value_node is None else self._plain(value_node)
        if op is None:
            return None
        return TagCommand(
            command_id=words.text("command_id") or f"m-{self._number}",
            customer_id=self.customer_id,
            issued_at=at_ms,
            actor=words.text("actor") or "staff",
            role=words.text("role") or "",
            op=cast("CommandOp", op),
            tag=tag,
            value=value,
            until=until_ms,
            reason=words.text("reason") or "",
        )

    def _plain(self, node: Node | None) -> TagValue | None:
        if node is None:
            return None
        value = node.value if isinstance(node, ScalarNode) else None
        if value is None:
            sentence = f"`value` takes a text, a number or a truth value, not {describe(node)}"
            self.findings.add(node.at, "E-TYPE", sentence)
        return float(value) if isinstance(value, Decimal) else value


def _checked(fields: dict[str, Any], kind: type[_Kind]) -> _Kind:
    """The event, with the ranges of its fields checked. Raises msgspec.ValidationError."""
    return msgspec.convert(fields, kind)
