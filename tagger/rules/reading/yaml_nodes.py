"""YAML 1.2 text to nodes with places: the core schema, one document, everything bounded.

Works on the parser's events rather than on a constructed document: no code of a tag ever runs,
depth and size are checked while reading, and an alias costs what it expands to. A bare scalar is
a number, a truth value or null by the core rules of YAML 1.2 and a text otherwise, so `no`,
`on` and `2026-01-05` are texts. Decimals are exact.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.reader import ReaderError

from tagger.rules.findings import Findings
from tagger.rules.hints import is_empty
from tagger.rules.reading.leading_zeros import report_leading_zeros
from tagger.rules.reading.nodes import Entry, ListNode, MapNode, Node, ScalarNode
from tagger.rules.reading.yaml_complaints import complaint
from tagger.rules.syntax import Position, Scalar

MOST_BYTES = 256 * 1024
MOST_DEPTH = 32
MOST_NODES = 50_000
MOST_DIGITS = 40
MOST_EXPONENT = 40

_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_TRUE = frozenset({"true", "True", "TRUE"})
_FALSE = frozenset({"false", "False", "FALSE"})
_INTEGER = re.compile(r"[-+]?[0-9]+")
_OTHER_BASE = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_DECIMAL = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_A_NUMBER = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_SURROGATE = re.compile("[\ud800-\udfff]")
_PLAIN_TAGS = frozenset(
    {"!", "tag:yaml.org,2002:str", "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"}
)


class _RefusedError(Exception):
    def __init__(self, at: Position, code: str, sentence: str, hint: str | None = None) -> None:
        super().__init__(sentence)
        self.at, self.code, self.sentence, self.hint = at, code, sentence, hint


@dataclass(slots=True)
class _Open:
    """A collection whose end has not been met yet."""

    at: Position
    is_map: bool
    anchor: str | None
    nodes_before: int
    items: list[Node] = field(default_factory=list)
    deepest: int = 1


@dataclass(frozen=True, slots=True)
class _Anchored:
    node: Node
    size: int
    depth: int


def read_yaml(file: str, content: bytes | str, findings: Findings) -> Node | None:
    """The document of one file; None when it cannot be read, with a fault that says why."""
    try:
        root = _Composer(file, findings).compose(_decode(file, content))
    except _RefusedError as refused:
        findings.add(refused.at, refused.code, refused.sentence, refused.hint)
        return None
    report_leading_zeros(root, findings)
    return root


def _decode(file: str, content: bytes | str) -> str:
    start = Position(file, 1, 1)
    size = len(content) if isinstance(content, bytes) else len(content.encode("utf-8", "replace"))
    if size > MOST_BYTES:
        raise _RefusedError(start, "E-LIMIT", f"the file is larger than {MOST_BYTES // 1024} KiB")
    if isinstance(content, str):
        return content.removeprefix("\ufeff")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        line = before.count(b"\n") + 1
        tail = before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")
        at = Position(file, line, len(tail) + 1)
        raise _RefusedError(at, "E-YAML", "the file is not UTF-8 text here") from None


class _Composer:
    def __init__(self, file: str, findings: Findings) -> None:
        self._file = file
        self._findings = findings
        self._nodes = 0
        self._anchors: dict[str, _Anchored] = {}
        self._open: list[_Open] = []
        self._last = Position(file, 1, 1)

    def compose(self, text: str) -> Node:
        root: Node | None = None
        documents = 0
        for event in self._events(text):
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise _RefusedError(
                        self._last, "E-YAML", "a second document begins; a file holds one"
                    )
            finished = self._take(event)
            if finished is not None:
                root = finished
        if root is None:
            raise _RefusedError(Position(self._file, 1, 1), "E-YAML", "the file is empty")
        return root

    def _events(self, text: str) -> Iterator[Event]:
        try:
            for event in YAML(typ="safe", pure=True).parse(text):
                mark = event.start_mark
                self._last = Position(self._file, mark.line + 1, mark.column + 1)
                yield event
        except MarkedYAMLError as error:
            found = complaint(error, text)
            marks = (error.problem_mark, error.context_mark)
            mark = next(filter(None, reversed(marks) if found.at_context else marks), None)
            at = Position(self._file, mark.line + 1, mark.column + 1) if mark else self._last
            raise _RefusedError(at, "E-YAML", found.sentence, found.hint) from None
        except ReaderError as error:
            before = text[: error.position]
            at = Position(self._file, before.count("\n") + 1, len(before) - before.rfind("\n"))
            sentence = f"the character U+{ord(text[error.position]):04X} is not allowed in YAML"
            raise _RefusedError(at, "E-YAML", sentence) from None
        except (YAMLError, ValueError, ArithmeticError, LookupError, TypeError, AttributeError):
            raise _RefusedError(self._last, "E-YAML", "this is not YAML 1.2 after here") from None
        except AssertionError:
            raise _RefusedError(self._last, "E-YAML", "only `%YAML 1.2` may be declared") from None

    def _take(self, event: Event) -> Node | None:
        """Adds one event; the node when it ends the document's root."""
        if isinstance(event, ScalarEvent):
            self._count(1)
            return self._finish(self._scalar(event), event.anchor, size=1, depth=1)
        if isinstance(event, AliasEvent):
            anchored = self._anchors.get(event.anchor)
            if anchored is None:
                sentence = f"the alias *{event.anchor} has no anchor before it"
                raise _RefusedError(self._last, "E-YAML", sentence)
            self._count(anchored.size)
            return self._finish(anchored.node, None, anchored.size, anchored.depth)
        if isinstance(event, SequenceStartEvent | MappingStartEvent):
            self._count(1)
            self._check_tag(event)
            is_map = isinstance(event, MappingStartEvent)
            self._check_depth(1)
            self._open.append(_Open(self._last, is_map, event.anchor, self._nodes - 1))
        elif isinstance(event, SequenceEndEvent | MappingEndEvent):
            done = self._open.pop()
            node = self._mapping(done) if done.is_map else ListNode(done.at, tuple(done.items))
            size = self._nodes - done.nodes_before
            return self._finish(node, done.anchor, size, done.deepest)
        return None

    def _finish(self, node: Node, anchor: str | None, size: int, depth: int) -> Node | None:
        if anchor is not None:
            self._anchors[anchor] = _Anchored(node, size, depth)
        if not self._open:
            return node
        self._check_depth(depth)
        parent = self._open[-1]
        parent.items.append(node)
        parent.deepest = max(parent.deepest, depth + 1)
        return None

    def _count(self, nodes: int) -> None:
        self._nodes += nodes
        if self._nodes > MOST_NODES:
            sentence = f"the file has more than {MOST_NODES} values (aliases count in full)"
            raise _RefusedError(self._last, "E-LIMIT", sentence)

    def _check_depth(self, depth: int) -> None:
        if len(self._open) + depth > MOST_DEPTH:
            sentence = f"values lie more than {MOST_DEPTH} levels deep"
            raise _RefusedError(self._last, "E-LIMIT", sentence)

    def _check_tag(self, event: ScalarEvent | SequenceStartEvent | MappingStartEvent) -> None:
        if event.tag is not None and event.tag not in _PLAIN_TAGS:
            raise _RefusedError(
                self._last,
                "E-YAML",
                f"the YAML tag {event.tag} is not known",
                "write the value without a tag",
            )

    def _scalar(self, event: ScalarEvent) -> ScalarNode:
        self._check_tag(event)
        text: str = event.value
        if _SURROGATE.search(text):
            raise _RefusedError(self._last, "E-YAML", "a lone surrogate is no character")
        bare = event.tag is None and event.implicit[0]
        return ScalarNode(self._last, self._bare(text) if bare else text, text)

    def _bare(self, text: str) -> Scalar | None:
        if text in _NULL:
            return None
        if text in _TRUE or text in _FALSE:
            return text in _TRUE
        if _OTHER_BASE.fullmatch(text) and len(text) <= MOST_DIGITS:
            return int(text, 0)
        if _NOT_A_NUMBER.fullmatch(text):
            raise _RefusedError(self._last, "E-YAML", f"{text} is no number that can be compared")
        number = _DECIMAL.fullmatch(text)
        if number is None:
            return text
        exponent = number[3] or ""
        if len(text) > MOST_DIGITS or len(exponent) > 4 or _size(exponent) > MOST_EXPONENT:
            raise _RefusedError(self._last, "E-LIMIT", "the number is too long or too large")
        return int(text) if _INTEGER.fullmatch(text) else Decimal(text)

    def _mapping(self, done: _Open) -> MapNode:
        entries: dict[str, Entry] = {}
        for key, value in zip(done.items[::2], done.items[1::2], strict=True):
            if not isinstance(key, ScalarNode):
                raise _RefusedError(key.at, "E-YAML", "a key is one word, no list or mapping")
            first = entries.get(key.text)
            if first is not None:
                sentence = f"`{key.text}` stands twice; it was first on line {first.at.line}"
                self._findings.add(key.at, "E-DUPLICATE-KEY", sentence)
                continue
            found = ScalarNode(key.at, None, "") if is_empty(value) else value
            entries[key.text] = Entry(key.text, key.at, found)
        return MapNode(done.at, tuple(entries.values()))


def _size(exponent: str) -> int:
    return abs(int(exponent[1:])) if exponent else 0
