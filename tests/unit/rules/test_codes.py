"""The table of fault codes: complete, and every example triggers its code and no other."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tagger.rules import codes
from tagger.rules.cases.doubts import lint_cases
from tagger.rules.cases.reading import read_case_files
from tagger.rules.codes import CODES, Code
from tagger.rules.faults import Fault
from tagger.rules.loader import load_texts

RULES = Path(codes.__file__).parents[1]
READ_CASES = ("cases/fields", "cases/records", "instants", "cases/reading", "cases/expectations")
READ_BOTH = ("findings", "reading/word_reader", "reading/yaml_nodes")
NOT_IN_CASES = {"E-NAME"}
"""Names are given in packs alone."""


def emitted(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        value = node.value if isinstance(node, ast.Constant) else None
        if isinstance(value, str) and re.fullmatch(r"[EW]-[A-Z]+(-[A-Z]+)*", value):
            yield value


def all_emitted() -> set[str]:
    found = set()
    for file in RULES.rglob("*.py"):
        name = file.relative_to(RULES).with_suffix("").as_posix()
        if name.startswith("codes/"):
            continue
        own = set(emitted(file))
        if name in (*READ_CASES, *READ_BOTH):
            errors = {code for code in own - NOT_IN_CASES if code.startswith("E-")}
            found |= {code.replace("E-", "E-CASE-", 1) for code in errors}
        found |= own if name not in READ_CASES else set()
    return found


def test_every_code_is_in_the_table_and_none_besides() -> None:
    assert sorted(all_emitted()) == sorted(CODES)


def test_the_table_is_in_order() -> None:
    for part in (codes.ERRORS, codes.CASE_ERRORS, codes.WARNINGS):
        assert list(part) == sorted(part)


def found_in(code: Code) -> list[Fault]:
    packs = {"0.yaml": code.pack} | ({} if code.other is None else {"1.yaml": code.other})
    loaded = load_texts(packs)
    faults = list(loaded.faults)
    if code.cases is not None:
        files, of_cases = read_case_files({"0.test.yaml": code.cases}, loaded.packs)
        faults = [each for each in faults if each.is_error] + list(of_cases)
        faults += () if of_cases else lint_cases(loaded.packs, files)
    return faults


@pytest.mark.parametrize(("name", "code"), CODES.items(), ids=CODES)
def test_the_example_has_exactly_this_fault(name: str, code: Code) -> None:
    faults = found_in(code)
    found = {fault.code for fault in faults}
    assert found == {name, *code.beside}, "\n".join(map(str, faults))
    assert code.beside or len(faults) == 1, "\n".join(map(str, faults))


@pytest.mark.parametrize("code", CODES.values(), ids=CODES)
def test_the_texts_are_sentences(code: Code) -> None:
    for text in (code.meaning, code.mend):
        assert text[0].isupper() or text[0] == "`"
        assert text.endswith(".")
