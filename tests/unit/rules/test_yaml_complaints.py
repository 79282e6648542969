"""Faults of indentation and brackets are told to people who never saw a parser."""

import pytest

from tagger.rules.findings import Findings
from tagger.rules.reading.nodes import MapNode
from tagger.rules.reading.yaml_nodes import read_yaml


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("a:\n  b: 1\n c: 2\n", "3:2", "the indentation fits none of the lines above"),
        ("- a: 1\n  b: 2\n - c: 3\n", "3:2", "the indentation fits none of the lines above"),
        ("a:\n  b: 1\n  - c\n", "3:3", "the indentation fits none of the lines above"),
        ("a:\n  b: 1\n    c: 2\n", "3:6", "this line goes on with the value above it"),
        ("a: b: c\n", "1:5", "a second `:` on this line"),
        ("a:\n  \t- b\n", "2:3", "a tab stands where spaces belong"),
        ("a: {b: 1, c: {d: 2}\ne: 3\n", "2:1", "the `{` of line 1 is not closed before this"),
        ("x: 1\na: [1, 2\nb: 3\n", "3:2", "the `[` of line 2 is not closed before this"),
        ("a: {b: 1 c: 2}\n", "1:11", "the `{` of line 1 is not closed before this"),
        ("a: {b: 1}}\n", "1:10", "a `}` that closes nothing"),
        ("a: [1]]\n", "1:7", "a `]` that closes nothing"),
        ("a: [x], b: 2\n", "1:7", "a comma behind a finished value"),
        ('a: "x" y\n', "1:8", "more text behind a finished value"),
        ('b: 1\na: "abc\nb: 2\n', "2:4", "the quotation mark here is not closed"),
        ("a: 1\nb\n", "2:1", "a word without `:`"),
        ("a: %x\n", "1:4", "a bare value cannot begin with %"),
        ("a: >=3\n", "1:5", "a bare value cannot begin with > or |"),
        ("a: *\n", "1:5", "a bare value cannot begin with * or &"),
        ("a: - x\n", "1:4", "a list cannot begin on the line of its word"),
        ('a: "\\d"\n', "1:6", "a backslash in double quotes"),
    ],
)
def test_a_fault_of_layout_says_in_words_where_and_what_to_do(
    text: str, place: str, said: str
) -> None:
    findings = Findings()
    assert read_yaml("f", text, findings) is None
    (fault,) = findings.sorted()
    assert fault.code == "E-YAML"
    assert f"{fault.at.line}:{fault.at.column}" == place
    assert fault.sentence.startswith(said)
    assert fault.suggestion


def test_an_empty_value_is_told_at_its_word() -> None:
    findings = Findings()
    root = read_yaml("f", "a: 1\nb: #ff0000\nc: 2\n", findings)
    assert findings.sorted() == ()
    assert isinstance(root, MapNode)
    node = root.get("b")
    assert node is not None
    assert (node.at.line, node.at.column) == (2, 1)
