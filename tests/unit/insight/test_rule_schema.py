"""The JSON Schemas: they accept what the reader accepts, and refuse what can be seen in a file."""

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from ruamel.yaml import YAML

from tagger.insight.rule_schema import schema_of, schema_text
from tagger.rules.cases.sections import CASE_SECTIONS
from tagger.rules.codes import CODES
from tagger.rules.vocabulary.sections import SECTIONS

ROOT = Path(__file__).parents[3]
PACK = jsonschema_rs.validator_for(schema_of("pack"))
CASES = jsonschema_rs.validator_for(schema_of("cases"))
FILES = sorted((ROOT / "rules").rglob("*.yaml"))


def document(text: str) -> Any:
    """YAML as JSON has it; dates are texts there."""
    return json.loads(json.dumps(YAML(typ="safe", pure=True).load(text), default=str))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_shipped_file_fits_its_schema(path: Path) -> None:
    schema = CASES if ".test." in path.name else PACK
    assert [error.message for error in schema.iter_errors(document(path.read_text("utf-8")))] == []


@pytest.mark.parametrize(
    ("schema", "text"),
    [
        pytest.param(schema, section.whole(word.example), id=f"{section.key}-{name}")
        for sections, schema in ((SECTIONS, PACK), (CASE_SECTIONS, CASES))
        for section in sections
        for name, word in section.table.items()
    ],
)
def test_every_example_of_the_vocabulary_fits_its_schema(
    schema: jsonschema_rs.Validator, text: str
) -> None:
    assert [error.message for error in schema.iter_errors(document(text))] == []


def test_an_unknown_word_is_refused() -> None:
    assert not PACK.is_valid(document(CODES["E-UNKNOWN-WORD"].pack))


@pytest.mark.parametrize(
    "text",
    [
        "pack: a\ntags: {b: {assign: {when: {count: {event: purchase, within: 30 days}, gte: 3}}}}",
        "pack: a\ntags: {b: {assign: {when: {count: {event: purchase}, tag: c, gte: 3}}}}",
        "pack: a\nevents: {b: {first: chat, within: 1h}}",
        "pack: a\ntags: {b: {layer: forever, manual: only}}",
        "tags: {b: {manual: only}}",
    ],
)
def test_common_slips_are_refused(text: str) -> None:
    assert not PACK.is_valid(document(text))


@pytest.mark.parametrize("kind", ["pack", "cases"])
def test_the_files_that_ship_are_current(kind: Any) -> None:
    path = ROOT / "schemas" / "rules" / f"{kind}.schema.json"
    assert path.read_text("utf-8") == schema_text(kind)


def test_every_word_is_explained_to_the_editor() -> None:
    def untold(schema: Any, path: str = "") -> list[str]:
        if not isinstance(schema, dict):
            return []
        missing = [
            f"{path}/{name}"
            for name, each in schema.get("properties", {}).items()
            if "description" not in each and "$ref" not in each and "anyOf" not in each
        ]
        return missing + [
            found for name, each in schema.items() for found in untold(each, f"{path}/{name}")
        ]

    assert untold(schema_of("pack")) == []
    assert untold(schema_of("cases")) == []
