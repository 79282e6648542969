"""Whatever stands where in a pack, the answer is a pack or faults, and a pack compiles."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tagger.rules import vocabulary
from tagger.rules.cases import words as case_words
from tagger.rules.cases.reading import read_case_files
from tagger.rules.compiling.compile import compile_packs
from tagger.rules.loader import load_rules, load_texts
from tagger.rules.vocabulary.sections import SECTIONS
from tagger.rules.vocabulary.word import Word

from .folders import tree_of

RULES = Path(__file__).parents[3] / "rules"


def words_of(module: object) -> list[str]:
    """All words of the module's tables."""
    tables = [each for each in vars(module).values() if isinstance(each, dict)]
    words = {word for table in tables for word, meant in table.items() if isinstance(meant, Word)}
    return sorted(words)


CASE_WORDS = words_of(case_words)
WORDS = words_of(vocabulary)
NAMES = ["t", "c", "e", "purchase", "cart_add", "amount", "category", "cart_id", "birth_date"]
VALUES = [*NAMES, "30d", "10", "2026-12-31", "month", "mon", "^a", "UTC", "text", "number"]

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


CASE_FILES = [tree_of(file.read_bytes()) for file in sorted(RULES.glob("*.test.yaml"))]
PACK_FILES = [file for file in sorted(RULES.glob("*.yaml")) if ".test." not in file.name]
BUSINESSES = [file for file in (RULES / "business").glob("*.yaml") if ".test." not in file.name]
LOADED = load_rules(RULES).packs
EXAMPLES = [
    tree_of(section.whole(word.example)) for section in SECTIONS for word in section.table.values()
]
PACKS = [*(tree_of(file.read_bytes()) for file in PACK_FILES), *EXAMPLES]


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
    tree = json.loads(json.dumps(files[draw(st.integers(0, len(files) - 1))]))
    for _ in range(draw(st.integers(1, 3))):
        found = list(places(tree))
        if not found:
            break
        container, key = found[draw(st.integers(0, len(found) - 1))]
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
    loaded = load_rules(RULES, RULES / "business")
    assert [str(fault) for fault in loaded.faults] == []
    assert len(loaded.packs) == len(PACK_FILES) + len(BUSINESSES)
