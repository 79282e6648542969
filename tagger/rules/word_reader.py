"""Reads one mapping word by word against its table of the vocabulary.

Every method returns None after reporting what is wrong, so that a caller can go on and find the
rest.
"""

import re
from collections.abc import Collection, Iterable
from unicodedata import category

from tagger.domain.times import UNIT_MS, parse_duration
from tagger.rules.findings import Findings
from tagger.rules.nodes import Entry, ListNode, MapNode, Node, ScalarNode, describe
from tagger.rules.syntax import Position
from tagger.rules.vocabulary import Table

LONGEST_NAME = 64
LONGEST_DURATION_MS = 200 * 366 * UNIT_MS["d"]
MOST_WHOLE = 2**31 - 1
_CALENDAR = re.compile(r"\d+ ?(mo|month|months|y|year|years|q|quarter|quarters)", re.IGNORECASE)


class Words:
    """The words of one mapping; `what` names the mapping in sentences."""

    def __init__(
        self,
        node: MapNode,
        table: Table,
        what: str,
        findings: Findings,
        more: Collection[str] = (),
    ) -> None:
        """Reports unknown words, and words that this version does not evaluate. `more` are words
        that are allowed here besides those of the table."""
        self.node = node
        self.at = node.at
        self._what = what
        self._table = table
        self._findings = findings
        self._entries = {entry.key: entry for entry in node.entries}
        self.has_unknown = False
        for entry in node.entries:
            self._check_word(entry, more)

    def _check_word(self, entry: Entry, more: Collection[str]) -> None:
        word = self._table.get(entry.key)
        if word is None and entry.key not in more:
            hint = self._findings.did_you_mean(entry.at, entry.key, [*self._table, *more])
            sentence = f"`{entry.key[:80]}` is not a word of {self._what}"
            self.has_unknown = True
            self._findings.add(entry.at, "E-UNKNOWN-WORD", sentence, hint)
        elif word is not None and not word.evaluated:
            report_unsupported(self._findings, entry.at, entry.key)

    def __contains__(self, word: str) -> bool:
        return word in self._entries

    def place(self, word: str) -> Position:
        """Where the word stands; where the mapping begins when it is not there."""
        entry = self._entries.get(word)
        return entry.at if entry is not None else self.at

    def node_of(self, word: str) -> Node | None:
        entry = self._entries.get(word)
        return entry.value if entry is not None else None

    def required(self, word: str) -> Node | None:
        node = self.node_of(word)
        if node is None:
            self._findings.add(self.at, "E-MISSING", f"{self._what} needs `{word}`")
        return node

    def mapping(self, word: str) -> MapNode | None:
        node = self.node_of(word)
        return None if node is None else read_mapping(node, f"`{word}`", self._findings)

    def text(self, word: str) -> str | None:
        node = self.node_of(word)
        return None if node is None else read_text(node, f"`{word}`", self._findings)

    def name(self, word: str) -> str | None:
        node = self.node_of(word)
        if node is None:
            return None
        text = read_text(node, f"`{word}`", self._findings)
        return text if text is not None and check_name(text, node.at, self._findings) else None

    def truth(self, word: str) -> bool | None:
        node = self.node_of(word)
        if node is None:
            return None
        if isinstance(node, ScalarNode) and isinstance(node.value, bool):
            return node.value
        hint = "YAML 1.2 knows true and false only"
        _wrong(node, f"`{word}`", "true or false", self._findings, hint)
        return None

    def only_true(self, word: str) -> bool:
        """Whether the word stands there; anything but `true` after it is reported."""
        if self.truth(word) is False:
            node = self.node_of(word)
            at = node.at if node is not None else self.at
            sentence = f"`{word}` can only be true"
            self._findings.add(at, "E-VALUE", sentence, "leave the word out instead")
        return word in self

    def duration(self, word: str) -> int | None:
        node = self.node_of(word)
        return None if node is None else read_duration(node, f"`{word}`", self._findings)

    def whole(self, word: str, lowest: int) -> int | None:
        node = self.node_of(word)
        if node is None:
            return None
        value = node.value if isinstance(node, ScalarNode) else None
        if isinstance(value, bool) or not isinstance(value, int):
            _wrong(node, f"`{word}`", "a whole number", self._findings)
            return None
        if not lowest <= value <= MOST_WHOLE:
            sentence = f"`{word}` must lie between {lowest} and {MOST_WHOLE}"
            self._findings.add(node.at, "E-VALUE", sentence)
            return None
        return value

    def choice(self, word: str) -> str | None:
        text = self.text(word)
        node = self.node_of(word)
        if text is None or node is None:
            return None
        choices = self._table[word].choices
        if text not in choices:
            hint = self._findings.did_you_mean(node.at, text, choices)
            sentence = f"`{word}` is one of {_listed(choices)}, not `{text[:80]}`"
            self._findings.add(node.at, "E-VALUE", sentence, hint)
            return None
        return text


def read_mapping(node: Node, what: str, findings: Findings) -> MapNode | None:
    if isinstance(node, MapNode):
        return node
    _wrong(node, what, "a mapping", findings)
    return None


def read_list(node: Node, what: str, findings: Findings) -> ListNode | None:
    """A list that has members."""
    if not isinstance(node, ListNode):
        _wrong(node, what, "a list", findings)
        return None
    if not node.items:
        findings.add(node.at, "E-VALUE", f"{what} needs at least one member")
        return None
    return node


def read_text(node: Node, what: str, findings: Findings) -> str | None:
    """A text that is not blank."""
    if not isinstance(node, ScalarNode) or node.value is None:
        _wrong(node, what, "a text", findings)
        return None
    if not isinstance(node.value, str):
        _wrong(node, what, "a text", findings, f'put it in quotes: "{node.text[:40]}"')
        return None
    if not node.value.strip():
        findings.add(node.at, "E-VALUE", f"{what} is blank")
        return None
    return node.value


def read_duration(node: Node, what: str, findings: Findings, lowest_ms: int = 1) -> int | None:
    """Milliseconds, at least `lowest_ms`."""
    text = node.text if isinstance(node, ScalarNode) else ""
    is_text = isinstance(node, ScalarNode) and isinstance(node.value, str)
    try:
        duration_ms = parse_duration(text if is_text else "")
    except ValueError:
        hint = "write it like 30d, 12h, 30m, 45s or 1d12h"
        if _CALENDAR.fullmatch(text):
            hint = "months and years are calendar periods; count in days or weeks, like 30d"
        _wrong(node, what, "a duration", findings, hint)
        return None
    if not lowest_ms <= duration_ms <= LONGEST_DURATION_MS:
        findings.add(node.at, "E-VALUE", f"{what} must be above 0 and at most 200 years")
        return None
    return duration_ms


def check_name(name: str, at: Position, findings: Findings) -> bool:
    """Whether `name` may name a pack, a tag, an event and so on."""
    if 0 < len(name) <= LONGEST_NAME and all(map(_may_be_in_a_name, name)):
        return True
    sentence = (
        f"`{name[:80]}` is no name: letters, digits, `_` and `-`, at most {LONGEST_NAME} of them"
    )
    findings.add(at, "E-NAME", sentence)
    return False


def _may_be_in_a_name(character: str) -> bool:
    """Marks count as parts of letters: without them some scripts have no words."""
    return character.isalnum() or character in "_-" or category(character)[0] == "M"


def report_unsupported(findings: Findings, at: Position, word: str) -> None:
    sentence = f"`{word}` is part of the rule language, but this version does not evaluate it"
    findings.add(at, "E-UNSUPPORTED", sentence)


def _listed(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)


def _wrong(node: Node, what: str, wanted: str, findings: Findings, hint: str | None = None) -> None:
    findings.add(node.at, "E-TYPE", f"{what} takes {wanted}, not {describe(node)}", hint)
