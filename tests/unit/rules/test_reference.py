"""The reference page of the rule language, held against the vocabulary and the reader."""

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from tagger.rules import case_words, vocabulary
from tagger.rules.loader import load_texts
from tagger.rules.read_cases import read_case_files

PAGE = (Path(__file__).parents[3] / "docs" / "reference" / "rules.md").read_text("utf-8")
REFUSED = "Known, and not evaluated yet"
COUNT = "{count: {event: purchase, within: 7d}, gte: 5}"
PACK = {
    "pack": "page",
    "currency": "EUR",
    "tags": f"{{example: {{assign: {{when: {COUNT}}}}}}}",
    "conditions": f"{{bought: {COUNT}}}",
}
WORKFLOW = {"version": "1", "upon": "{added: example}", "steps": "[{task: {template: call}}]"}
SECTION_OF = {"tag": "Tag", "condition": "Conditions", "named event": "Filters and patterns"}
"""The section whose examples are of the kind that the last section calls so."""


class Row(NamedTuple):
    """A line of a table: the words that it is about, its cells after them, its section."""

    words: tuple[str, ...]
    cells: tuple[str, ...]
    section: str


def _rows() -> list[Row]:
    rows = []
    for part in re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:]:
        section, _, body = part.partition("\n")
        for line in re.findall(r"^\| (`.*) \|$", body, re.MULTILINE):
            cells = tuple(line.split(" | "))
            rows.append(Row(tuple(re.findall(r"`([^`]+)`", cells[0])), cells, section))
    return rows


ROWS = _rows()
EXAMPLES = [row for row in ROWS if row.cells[-1].startswith("`") and row.section != "Cases"]


def _merged(base: dict[str, str], example: str) -> str:
    """A flow mapping of the example and of those parts of `base` that it does not say itself."""
    said = example.removeprefix("{").removesuffix("}") if example.startswith("{") else example
    parts = [
        f"{word}: {value}" for word, value in base.items() if not re.search(rf"\b{word}:", said)
    ]
    return f"{{{', '.join([said, *parts])}}}"


def _tag(example: str) -> str:
    has_rule = re.search(r"\bvalues?:", example)
    return _merged({} if has_rule else {"assign": f"{{when: {COUNT}}}"}, example)


def _pack(section: str, example: str) -> str:
    """A whole pack around an example of that section."""
    match section:
        case "Pack":
            return _merged(PACK, example)
        case "Tag":
            part = f"tags: {{tried: {_tag(example)}, {PACK['tags'][1:]}"
        case "Conditions" | "Comparators":
            part = f"conditions: {{tried: {example}, {PACK['conditions'][1:]}"
        case "Filters and patterns":
            part = f"events: {{tried: {example}}}"
        case _:
            part = f"workflows: {{tried: {_merged(WORKFLOW, example)}}}"
    return _merged(PACK, part)


def _errors(section: str, example: str) -> list[str]:
    faults = load_texts({"page.yaml": _pack(section, example)}).faults
    return [str(fault) for fault in faults if fault.is_error]


@pytest.mark.parametrize(
    "row", [row for row in EXAMPLES if row.section != REFUSED], ids=lambda row: row.cells[-1]
)
def test_examples_are_accepted_and_use_the_word_they_stand_beside(row: Row) -> None:
    example = row.cells[-1].strip("`")
    assert _errors(row.section, example) == []
    assert any(re.search(rf"\b{word}:", example) for word in row.words)


@pytest.mark.parametrize(
    "row", [row for row in EXAMPLES if row.section == REFUSED], ids=lambda row: row.cells[-1]
)
def test_refused_words_are_refused_as_unsupported_and_for_nothing_else(row: Row) -> None:
    errors = _errors(SECTION_OF[row.cells[1]], row.cells[-1].strip("`"))
    assert errors
    assert all(" E-UNSUPPORTED " in error for error in errors)


def test_every_word_stands_where_it_belongs() -> None:
    tables = {
        name: table for name, table in vars(vocabulary).items() if name.isupper() and name[0] != "_"
    }
    words = {
        (word, entry.evaluated)
        for table in tables.values()
        if isinstance(table, dict)
        for word, entry in table.items()
    }
    text = PAGE.partition(f"## {REFUSED}")[0]
    refused = {word for row in ROWS if row.section == REFUSED for word in row.words}
    assert {word for word, evaluated in words if evaluated and f"`{word}`" not in text} == set()
    assert {word for word, evaluated in words if not evaluated} - refused == set()
    assert refused >= vocabulary.MEASURE_OPERAND


def test_every_word_of_a_case_file_is_on_the_page() -> None:
    tables = (getattr(case_words, name) for name in dir(case_words) if name.isupper())
    words = {word for table in tables for word in table}
    section = PAGE.partition("## Cases")[2].partition("## ")[0]
    assert {word for word in words if f"`{word}`" not in section} == set()


def test_the_cases_of_the_page_are_read_without_a_fault() -> None:
    cases, pack = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    loaded = load_texts({"shoes.yaml": pack})
    files, faults = read_case_files({"shoes.test.yaml": cases}, loaded.packs)
    assert [*map(str, loaded.faults), *map(str, faults)] == []
    assert [len(file.cases) for file in files] == [3]
