"""Whatever stands where in a pack, the answer is a pack or faults, and a pack compiles."""

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tagger.rules import case_words, vocabulary
from tagger.rules.compile import compile_packs
from tagger.rules.findings import Findings
from tagger.rules.lint import lint
from tagger.rules.loader import load_folder, load_texts
from tagger.rules.nodes import ListNode, MapNode, Node
from tagger.rules.read_cases import read_case_files
from tagger.rules.yaml_nodes import read_yaml

RULES = Path(__file__).parents[3] / "rules"
TABLES = [each for each in vars(vocabulary).values() if isinstance(each, dict)]
CASE_WORDS = [*case_words.EVENT, *case_words.EXPECT, *case_words.CHANGE, *case_words.COMMAND]
WORDS = sorted({word for table in TABLES for word in table if isinstance(word, str)})
VALUES = ["purchase", "cart_add", "amount", "30d", "10", "t", "c", "e", "UTC", "text", "number"]

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 10**6),
    st.sampled_from(WORDS + VALUES + CASE_WORDS),
    st.text(),
)
trees: st.SearchStrategy[Any] = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(WORDS), inner, max_size=4)
    ),
    max_leaves=8,
)


def plain(node: Node) -> Any:
    if isinstance(node, MapNode):
        return {entry.key: plain(entry.value) for entry in node.entries}
    if isinstance(node, ListNode):
        return [plain(item) for item in node.items]
    return float(node.value) if isinstance(node.value, Decimal) else node.value


def real_files(pattern: str) -> Iterator[Any]:
    for file in sorted(RULES.glob(pattern)):
        root = read_yaml(file.name, file.read_bytes(), Findings())
        assert root is not None
        yield plain(root)


CASE_FILES = list(real_files("*.test.yaml"))
LOADED = load_folder(RULES).packs
PACKS = [each for each in real_files("*.yaml") if each not in CASE_FILES]


def places(tree: Any) -> Iterator[tuple[Any, Any]]:
    """Every container of a tree with each of its keys."""
    keys = tree.keys() if isinstance(tree, dict) else range(len(tree))
    for key in list(keys):
        yield tree, key
        if isinstance(tree[key], dict | list):
            yield from places(tree[key])


@st.composite
def damaged(draw: st.DrawFn, files: list[Any]) -> Any:
    """One of the files with up to three things replaced, removed or added."""
    tree = json.loads(json.dumps(draw(st.sampled_from(files))))
    for _ in range(draw(st.integers(1, 3))):
        container, key = draw(st.sampled_from(list(places(tree))))
        match draw(st.sampled_from(["replace", "remove", "add"])):
            case "replace":
                container[key] = draw(trees)
            case "remove":
                del container[key]
            case _:
                if isinstance(container, dict):
                    container[draw(st.sampled_from(WORDS + CASE_WORDS))] = draw(trees)
    return tree


def answer_to(tree: Any) -> None:
    loaded = load_texts({"p.yaml": json.dumps(tree)})
    assert loaded.packs or any(fault.is_error for fault in loaded.faults)
    for fault in loaded.faults:
        assert str(fault).startswith("p.yaml:")
    compile_packs(loaded.packs)


@given(trees)
def test_any_tree_gives_a_pack_or_faults(tree: Any) -> None:
    answer_to(tree)
    answer_to({"pack": "p", "currency": "EUR", "conditions": {"c": tree}})
    answer_to({"pack": "p", "currency": "EUR", "events": {"e": tree}, "tags": {"t": tree}})


@settings(max_examples=200)
@given(damaged(PACKS))
def test_a_damaged_pack_gives_a_pack_or_faults(tree: Any) -> None:
    answer_to(tree)


@settings(max_examples=100)
@given(damaged(CASE_FILES))
def test_a_damaged_case_file_gives_cases_or_faults(tree: Any) -> None:
    files, faults = read_case_files({"p.test.yaml": json.dumps(tree)}, LOADED)
    assert files or faults
    for fault in faults:
        assert str(fault).startswith("p.test.yaml:")
        assert fault.code.startswith("E-CASE-")


def test_the_packs_of_the_project_have_no_fault() -> None:
    loaded = load_folder(RULES)
    assert [str(fault) for fault in loaded.faults] == []
    assert [pack.name for pack in loaded.packs] == ["carts_and_interests", "engagement", "value"]
    assert lint(loaded.packs) == ()
