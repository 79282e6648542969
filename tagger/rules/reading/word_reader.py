"""Reads one mapping word by word against its table of the vocabulary.

Every method returns None after reporting what is wrong, so that a caller can go on and find the
rest.
"""

import re
from collections.abc import Collection, Iterable
from datetime import date
from unicodedata import category

from tagger.domain.times import UNIT_MS, parse_duration
from tagger.rules.findings import Findings
from tagger.rules.hints import EMPTY, UNFILLED, for_duration, is_empty
from tagger.rules.reading.nodes import Entry, ListNode, MapNode, Node, ScalarNode, describe
from tagger.rules.syntax import Position
from tagger.rules.vocabulary import Table

LONGEST_NAME = 64
LONGEST_DURATION_MS = 200 * 366 * UNIT_MS["d"]
MOST_WHOLE = 2**31 - 1
FIRST_YEAR, LAST_YEAR = 1970, 2999
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_FEW = 12
"""As many words are listed where one is unknown and none is near."""


class Words:
    """The words of one mapping; `what` names the mapping in sentences."""

    def __init__(
        self,
        node: MapNode,
        table: Table,
        what: str,
        findings: Findings,
        more: Collection[str] = (),
        refused: Collection[str] = (),
    ) -> None:
        """Reports unknown words. `more` are words that are allowed besides those of the table,
        `refused` those of which the reader says itself why they cannot stand there."""
        self.node = node
        self.at = node.at
        self._what = what
        self._table = table
        self._findings = findings
        self._entries = {entry.key: entry for entry in node.entries}
        self._meant: set[str] = set()
        self.has_unknown = False
        for entry in node.entries:
            if entry.key not in table and entry.key not in more and entry.key not in refused:
                self._report_unknown(entry, [*table, *more])

    def _report_unknown(self, entry: Entry, known: list[str]) -> None:
        near = self._findings.nearest(entry.at, entry.key, known)
        hint = None if near is None else f"did you mean `{near}`?"
        if near is not None:
            self._meant.add(near)
        elif is_empty(entry.value):
            hint = UNFILLED
        elif len(known) <= _FEW:
            hint = one_of(known)
        sentence = f"`{entry.key[:80]}` is not a word of {self._what}"
        self.has_unknown = True
        self._findings.add(entry.at, "E-UNKNOWN-WORD", sentence, hint)

    def __contains__(self, word: str) -> bool:
        return word in self._entries

    def lacks(self, word: str) -> bool:
        """Whether the word stands there neither as it is nor misspelt, which is reported."""
        return word not in self._entries and word not in self._meant

    def place(self, word: str) -> Position:
        """Where the word stands; where the mapping begins when it is not there."""
        entry = self._entries.get(word)
        return entry.at if entry is not None else self.at

    def node_of(self, word: str) -> Node | None:
        entry = self._entries.get(word)
        return entry.value if entry is not None else None

    def required(self, word: str) -> Node | None:
        if self.lacks(word):
            self._findings.add(self.at, "E-MISSING", f"{self._what} needs `{word}`")
        return self.node_of(word)

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

    def date(self, word: str) -> date | None:
        """A day of the calendar."""
        node = self.node_of(word)
        return None if node is None else read_date(node, f"`{word}`", self._findings)

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


def read_duration(
    node: Node, what: str, findings: Findings, lowest_ms: int = 1, verb: str = "takes"
) -> int | None:
    """Milliseconds, at least `lowest_ms`; sentences begin with `what` and `verb`."""
    text = node.text if isinstance(node, ScalarNode) else ""
    is_text = isinstance(node, ScalarNode) and isinstance(node.value, str)
    try:
        duration_ms = parse_duration(text if is_text else "")
    except ValueError:
        sentence = f"{what} {verb} a duration, not {describe(node)}"
        findings.add(node.at, "E-TYPE", sentence, EMPTY if is_empty(node) else for_duration(text))
        return None
    if not lowest_ms <= duration_ms <= LONGEST_DURATION_MS:
        findings.add(node.at, "E-VALUE", f"{what} must be above 0 and at most 200 years")
        return None
    return duration_ms


def read_date(node: Node, what: str, findings: Findings) -> date | None:
    """A plain date of the years 1970 to 2999."""
    text = node.value if isinstance(node, ScalarNode) else None
    hint = "write it like 2026-12-31"
    if not isinstance(text, str) or not _DATE.fullmatch(text):
        _wrong(node, what, "a date", findings, hint)
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        findings.add(node.at, "E-VALUE", f"{what}: the calendar has no {text}", hint)
        return None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        sentence = f"{what} must lie in the years {FIRST_YEAR} to {LAST_YEAR}"
        findings.add(node.at, "E-VALUE", sentence)
        return None
    return day


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


def one_of(words: Iterable[str]) -> str:
    """All that could stand there, as a hint."""
    return f"use one of {', '.join(words)}"


def _listed(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)


def _wrong(node: Node, what: str, wanted: str, findings: Findings, hint: str | None = None) -> None:
    hint = EMPTY if is_empty(node) else hint
    findings.add(node.at, "E-TYPE", f"{what} takes {wanted}, not {describe(node)}", hint)
