"""Small rule packs for tests, and what the loader says of them."""

from decimal import Decimal
from textwrap import dedent
from typing import Any

from tagger.rules.faults import Fault
from tagger.rules.findings import Findings
from tagger.rules.loader import LoadedRules, load_texts
from tagger.rules.reading.nodes import ListNode, MapNode, Node
from tagger.rules.reading.yaml_nodes import read_yaml
from tagger.rules.syntax import Pack

FILE = "p.yaml"
HEAD = "pack: p\ncurrency: EUR\ndefaults: {owner: growth}\n"
"""How most of the packs of tests begin."""


def load(text: str) -> LoadedRules:
    """One file, as it stands but for common indentation."""
    return load_texts({FILE: dedent(text)})


def place(fault: Fault) -> str:
    """`line:column CODE`."""
    return f"{fault.at.line}:{fault.at.column} {fault.code}"


def unmarked(text: str) -> tuple[str, list[str]]:
    """A text without its `^`, and the places `line:column` that they pointed at."""
    places, clean = [], ""
    for part in text.split("^")[:-1]:
        clean += part
        places.append(f"{clean.count(chr(10)) + 1}:{len(clean) - clean.rfind(chr(10))}")
    return text.replace("^", ""), places


def assert_errors(marked: str, codes: str) -> None:
    """The file has exactly the errors of these codes, in order, where each `^` points."""
    text, places = unmarked(marked)
    expected = [" ".join(pair) for pair in zip(places, codes.split(), strict=True)]
    assert [place(fault) for fault in load_texts({FILE: text}).faults if fault.is_error] == expected


def pack_of(text: str) -> Pack:
    """A pack that has no errors."""
    loaded = load(text)
    assert [str(fault) for fault in loaded.faults if fault.is_error] == []
    return loaded.packs[0]


def tree_of(text: bytes | str) -> Any:
    """YAML as plain values."""
    root = read_yaml(FILE, text, Findings())
    assert root is not None
    return _plain(root)


def _plain(node: Node) -> Any:
    if isinstance(node, MapNode):
        return {entry.key: _plain(entry.value) for entry in node.entries}
    if isinstance(node, ListNode):
        return [_plain(item) for item in node.items]
    return float(node.value) if isinstance(node.value, Decimal) else node.value
