"""What test cases expect: tags at instants, and changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import cast

from tagger.domain.tags import Cause, Op
from tagger.rules.cases.case import Expectation, ExpectedChange
from tagger.rules.cases.words import CHANGE, EXPECT
from tagger.rules.findings import Findings
from tagger.rules.instants import read_instant
from tagger.rules.reading.nodes import Node, ScalarNode, describe
from tagger.rules.reading.word_reader import Words, read_list, read_mapping, read_text
from tagger.rules.syntax import Position, Scalar, TagRule


@dataclass(frozen=True, slots=True)
class ExpectationReader:
    """Reads what one case expects; `tags` are those of the folder by name."""

    starts_at_ms: int
    tags: Mapping[str, TagRule]
    findings: Findings

    def expectation(self, node: Node) -> Expectation | None:
        """Tags that are held with their values, and tags that are not."""
        mapping = read_mapping(node, "an expectation", self.findings)
        if mapping is None:
            return None
        words = Words(mapping, EXPECT, "an expectation", self.findings)
        at_ms = self._instant(words)
        tags: dict[str, Scalar] = {}
        named = words.mapping("tags")
        for entry in named.entries if named is not None else ():
            self.check_tag(entry.key, entry.at)
            value = self._value(entry.key, entry.value)
            if value is not None:
                tags[entry.key] = value
        if "tags" not in words and "not_held" not in words:
            sentence = "the expectation names no tag"
            self.findings.add(words.at, "E-MISSING", sentence, "add `tags` or `not_held`")
        not_held = self._not_held(words)
        return None if at_ms is None else Expectation(at_ms, tags, not_held, mapping.at)

    def change(self, node: Node) -> ExpectedChange | None:
        """One change of a tag."""
        mapping = read_mapping(node, "a change", self.findings)
        if mapping is None:
            return None
        words = Words(mapping, CHANGE, "a change", self.findings)
        for word in ("tag", "op"):
            words.required(word)
        at_ms = self._instant(words)
        tag, tag_node = words.text("tag"), words.node_of("tag")
        op, cause, value_node = words.choice("op"), words.choice("cause"), words.node_of("value")
        if tag is not None and tag_node is not None:
            self.check_tag(tag, tag_node.at)
        value = None if value_node is None else self._value(tag or "", value_node)
        if op == "removed" and value_node is not None:
            sentence = "a tag that is removed has no value"
            self.findings.add(value_node.at, "E-VALUE", sentence, "leave `value` out")
        if at_ms is None or tag is None or op is None:
            return None
        return ExpectedChange(
            at_ms, tag, cast("Op", op), cast("Cause | None", cause), value, mapping.at
        )

    def check_tag(self, name: str, at: Position) -> None:
        """Reports a tag that no pack has."""
        if name not in self.tags:
            hint = self.findings.did_you_mean(at, name, self.tags)
            sentence = f"there is no tag `{name[:80]}` in this folder"
            self.findings.add(at, "E-UNKNOWN-NAME", sentence, hint)

    def _instant(self, words: Words) -> int | None:
        node = words.required("at")
        return None if node is None else read_instant(node, self.starts_at_ms, self.findings)

    def _not_held(self, words: Words) -> tuple[str, ...]:
        node = words.node_of("not_held")
        members = None if node is None else read_list(node, "`not_held`", self.findings)
        names = []
        for item in members.items if members is not None else ():
            name = read_text(item, "`not_held`", self.findings)
            if name is not None:
                self.check_tag(name, item.at)
                names.append(name)
        return tuple(names)

    def _value(self, name: str, node: Node) -> Scalar | None:
        """A value that the tag can have."""
        value = node.value if isinstance(node, ScalarNode) else None
        if value is None:
            sentence = f"`{name[:80]}` takes a value, not {describe(node)}"
            hint = "a tag that is not held stands under `not_held`"
            self.findings.add(node.at, "E-TYPE", sentence, hint)
            return None
        tag = self.tags.get(name)
        if tag is None:
            return value
        if tag.form == "flag" and value is not True:
            sentence = f"the flag `{name}` is true while it is held, never {describe(node)}"
            hint = "a tag that is not held stands under `not_held`"
            self.findings.add(node.at, "E-VALUE", sentence, hint)
        elif tag.form == "number" and (
            isinstance(value, bool) or not isinstance(value, int | Decimal)
        ):
            sentence = f"`{name}` is a number, not {describe(node)}"
            self.findings.add(node.at, "E-TYPE", sentence)
        elif tag.form == "text":
            self._check_text(tag, value, node)
        return value

    def _check_text(self, tag: TagRule, value: Scalar, node: Node) -> None:
        possible = [band.value for band in tag.values]
        if not isinstance(value, str):
            sentence = f"`{tag.name}` is a text, not {describe(node)}"
            self.findings.add(node.at, "E-TYPE", sentence, "put it in quotes")
        elif possible and value not in possible:
            hint = self.findings.did_you_mean(node.at, value, possible)
            sentence = f"`{tag.name}` is never `{value[:80]}`"
            self.findings.add(node.at, "E-VALUE", sentence, hint)
