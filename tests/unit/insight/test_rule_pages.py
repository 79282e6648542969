"""The reference pages: each word and each code has an entry, and the pages are current."""

from pathlib import Path

import pytest

from tagger.insight import rule_faults, rule_reference
from tagger.rules.codes import CODES
from tagger.rules.vocabulary.sections import SECTIONS, Section

PAGES = Path(__file__).parents[3] / "docs" / "reference"


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.key)
def test_every_word_has_an_entry_with_its_example(section: Section) -> None:
    page = rule_reference.reference()
    start = page.index(f"## {section.title}\n")
    for name, word in section.table.items():
        entry = page[page.index(f"### `{name}`\n", start) :].split("\n### ")[0]
        assert word.example in entry
        assert word.meaning[1:] in entry


def test_every_code_has_an_entry() -> None:
    page = rule_faults.page()
    for name, code in CODES.items():
        assert f"### {name}\n\n{code.meaning}\n\n{code.mend}\n" in page


def test_the_pages_are_current() -> None:
    assert (PAGES / "rules.md").read_text("utf-8") == rule_reference.reference()
    assert (PAGES / "rule-faults.md").read_text("utf-8") == rule_faults.page()
