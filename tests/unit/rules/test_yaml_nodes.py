"""YAML 1.2 as the rule language reads it."""

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagger.rules.findings import Findings
from tagger.rules.loader import load_texts
from tagger.rules.reading.nodes import ListNode, MapNode, Node, ScalarNode
from tagger.rules.reading.yaml_nodes import MOST_BYTES, MOST_DEPTH, MOST_NODES, read_yaml


def read(content: str | bytes) -> tuple[Node | None, list[str]]:
    findings = Findings()
    node = read_yaml("f.yaml", content, findings)
    return node, [f"{each.at.line}:{each.at.column} {each.code}" for each in findings.sorted()]


def value_of(text: str) -> object:
    node, faults = read(f"a: {text}\n")
    assert faults == []
    assert isinstance(node, MapNode)
    value = node.get("a")
    assert isinstance(value, ScalarNode)
    return value.value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("on", "on"),
        ("Yes", "Yes"),
        ("12:30", "12:30"),
        ("2026-01-05", "2026-01-05"),
        ("1_000", "1_000"),
        ("0x1F", 31),
        ("0o17", 15),
        ("-3", -3),
        ("~", None),
        ("null", None),
        ("", None),
        ("true", True),
        ("False", False),
        ('"3"', "3"),
        ("!!str 3", "3"),
    ],
)
def test_bare_scalars_follow_the_core_schema(text: str, value: object) -> None:
    assert value_of(text) == value
    assert type(value_of(text)) is type(value)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**20)))
def test_decimals_are_exact(number: Decimal) -> None:
    text = f"{number:f}"
    assert len(text) > 40 or value_of(text) == number


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("a:\n\t- b\n", "2:1 E-YAML"),
        ("a: [1, 2\nb: 3\n", "2:2 E-YAML"),
        ("a: b: c\n", "1:5 E-YAML"),
        ("a: 1\n---\nb: 2\n", "2:1 E-YAML"),
        ("", "1:1 E-YAML"),
        ("# nothing\n", "1:1 E-YAML"),
        ("a: .inf\n", "1:4 E-YAML"),
        ("a: .NaN\n", "1:4 E-YAML"),
        ("b: 1\na: 1e999999\n", "2:4 E-LIMIT"),
        (f"a: {'9' * 5000}\n", "1:4 E-LIMIT"),
        ("a: !!binary aGk=\n", "1:4 E-YAML"),
        ("a: !!python/object:os.system x\n", "1:4 E-YAML"),
        ("a: !!timestamp 2026-01-05\n", "1:4 E-YAML"),
        ("a: *b\n", "1:4 E-YAML"),
        ("a: &b [*b]\n", "1:8 E-YAML"),
        ("? [a]\n: b\n", "1:3 E-YAML"),
        ('a: "\\ud800"\n', "1:4 E-YAML"),
        ("%YAML 1.7\n---\na: b\n", "1:1 E-YAML"),
        ("a: 1\nb: 2\na: 3\n", "3:1 E-DUPLICATE-KEY"),
        (b"a: 1\nb: \xff\n", "2:4 E-YAML"),
        (b"a: 1\nb: \x00\n", "2:4 E-YAML"),
    ],
)
def test_what_cannot_be_read_has_a_place(content: str | bytes, fault: str) -> None:
    assert read(content)[1] == [fault]


def test_an_alias_stands_for_what_its_anchor_marks() -> None:
    node, faults = read("a: &list [1, 2]\nb: *list\n")
    assert faults == []
    assert isinstance(node, MapNode)
    assert node.get("a") == node.get("b")


def alias_bomb() -> str:
    names = "abcdefghij"
    lines = [f"a: &a [{','.join('x' * 9)}]"]
    for before, name in pairwise(names):
        lines.append(f"{name}: &{name} [{','.join([f'*{before}'] * 9)}]")
    return "\n".join(lines)


@pytest.mark.parametrize(
    "content",
    [
        "[" * (MOST_BYTES - 1),
        "{a: " * (MOST_BYTES // 5),
        "- " * (MOST_BYTES // 3),
        "? " * (MOST_BYTES // 3),
        "[" + "1," * MOST_NODES + "1]",
        "#" * (MOST_BYTES + 1),
        alias_bomb(),
    ],
    ids=["lists", "mappings", "dashes", "keys", "long list", "large file", "alias bomb"],
)
def test_what_is_too_much_is_refused(content: str) -> None:
    node, faults = read(content)
    assert node is None
    assert [fault.split()[1] for fault in faults] == ["E-LIMIT"]


def test_depth_is_counted_through_aliases() -> None:
    half = MOST_DEPTH // 2 + 1
    nested = "[" * half + "]" * half
    assert read(f"a: &a {nested}\n")[1] == []
    deeper = "[" * half + "*a" + "]" * half
    assert [each.split()[1] for each in read(f"a: &a {nested}\nb: {deeper}\n")[1]] == ["E-LIMIT"]


def test_the_greatest_allowed_depth_is_read() -> None:
    node, faults = read("[" * MOST_DEPTH + "]" * MOST_DEPTH)
    assert faults == []
    assert isinstance(node, ListNode)


PIECES = ("a", ":", " ", "  ", "\n", "\t", "\r", "-", "[", "]", "{", "}", ",", "&x", "*x", "!", "|")
MORE_PIECES = (">", "'", '"', "#", "?", "%", "!!str", "1e9", ".inf", "---", "pack", "tags", "\\x")
yaml_like = st.lists(st.sampled_from(PIECES + MORE_PIECES), max_size=40)


@given(st.one_of(st.binary(max_size=200), st.text(max_size=200), yaml_like.map("".join)))
def test_any_content_gives_a_pack_or_faults(content: str | bytes) -> None:
    loaded = load_texts({"f.yaml": content})
    assert loaded.packs or loaded.faults
    for fault in loaded.faults:
        assert fault.at.file == "f.yaml"
        assert fault.at.line >= 1
        assert fault.at.column >= 1
        assert fault.sentence


@pytest.mark.parametrize(
    ("text", "sentence", "suggestion"),
    [
        (
            "010",
            "010 is the number 10 here, and the number 8 to tools that read YAML 1.1",
            'write 10, or "010" where a text is meant',
        ),
        (
            "-012",
            "-012 is the number -12 here, and the number -10 to tools that read YAML 1.1",
            'write -12, or "-012" where a text is meant',
        ),
        (
            "089",
            "089 is the number 89 here, and a text to tools that read YAML 1.1",
            'write 89, or "089" where a text is meant',
        ),
    ],
)
def test_a_zero_in_front_is_read_otherwise_elsewhere(
    text: str, sentence: str, suggestion: str
) -> None:
    findings = Findings()
    read_yaml("f.yaml", f"01: [a, {text}]\n", findings)
    (fault,) = findings.sorted()
    assert (fault.at.line, fault.at.column, fault.code) == (1, 9, "W-LEADING-ZERO")
    assert (fault.sentence, fault.suggestion) == (sentence, suggestion)


@pytest.mark.parametrize("text", ["0", "-0", "0.5", "00.5", '"010"', "0x10", "10", "1e05"])
def test_other_numbers_are_read_alike(text: str) -> None:
    assert read(f"a: {text}\n")[1] == []


def test_a_member_of_a_list_is_suggested_as_it_was_written() -> None:
    text = "pack: p\nlists: {codes: [01067]}\nconditions: {c: {attribute: city, in: codes}}\n"
    (fault,) = load_texts({"f.yaml": text}).faults
    assert fault.suggestion == 'put it in quotes: "01067"'
