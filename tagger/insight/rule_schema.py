"""Writes the JSON Schemas of pack and case files, for editors, from the vocabulary.

Run as `python -m tagger.insight.rule_schema KIND --write FILE` with the kind `pack` or `cases`;
`--check FILE` writes nothing and exits 1 when the file is old.
"""

import json
import sys
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Literal

from tagger.generated_page import write_or_check
from tagger.insight.schema_kinds import KINDS, Schema, list_of, map_of, ref
from tagger.rules.cases.words import CASE_FILE
from tagger.rules.vocabulary import (
    COMPARATORS,
    EVENT_FIELDS,
    LINE,
    LOGIC,
    MEASURES,
    NAMED_EVENT,
    OPERAND,
    PACK,
    PATTERN,
    SELECTOR,
    WHERE,
    Table,
    Word,
)

Kind = Literal["pack", "cases"]
_PATTERNS = (
    ("first", "unless", "within"),
    ("first", "then", "within"),
    ("steps", "within"),
)
_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema_of(kind: Kind) -> Schema:
    """The schema of a pack, or of a file of cases, as JSON."""
    if kind == "cases":
        return {"$schema": _DIALECT, "title": "Cases of a rule pack", **_mapping(CASE_FILE)}
    return {
        "$schema": _DIALECT,
        "title": "Rule pack",
        **_mapping(PACK),
        "$defs": {**_heads(), **_conditions(), **_events()},
    }


def schema_text(kind: Kind) -> str:
    """The schema as a file."""
    return json.dumps(schema_of(kind), ensure_ascii=False, indent=2) + "\n"


def _heads() -> dict[str, Schema]:
    """Each word that begins a condition, for conditions and measures to share."""
    heads = {_head(name): _word(word) for name, word in {**MEASURES, **LOGIC}.items()}
    counting = LOGIC["at_least"]
    body = _mapping({**counting.words, **COMPARATORS})
    return heads | {_head("at_least"): {**_told(counting), **body}}


def _head(name: str) -> str:
    return f"{name}_head"


def _conditions() -> dict[str, Schema]:
    heads = {name: ref(_head(name)) for name in (*MEASURES, *LOGIC)}
    comparators = {name: _word(word) for name, word in COMPARATORS.items()}
    return {
        "condition": {
            "type": "object",
            "properties": {**heads, **comparators},
            "additionalProperties": False,
            "oneOf": [{"required": [name]} for name in heads],
        },
        "measure": {
            "type": "object",
            "properties": {name: heads[name] for name in MEASURES},
            "additionalProperties": False,
            "minProperties": 1,
            "maxProperties": 1,
        },
        "operand": _mapping(OPERAND),
    }


def _events() -> dict[str, Schema]:
    fields: dict[str, list[Word]] = {}
    for name, word in chain.from_iterable(table.items() for table in EVENT_FIELDS.values()):
        fields.setdefault(name, []).append(word)
    tests = {name: _any_word(words) for name, words in fields.items()}
    return {
        "filter": _mapping(SELECTOR),
        "event": {"oneOf": [ref("filter"), *(_pattern(needed) for needed in _PATTERNS)]},
        "where": {
            "type": "object",
            "properties": {**tests, **{name: _word(word) for name, word in WHERE.items()}},
            "additionalProperties": False,
        },
        "lines": _mapping(LINE),
        "test": {
            "type": "object",
            "properties": {name: _word(word) for name, word in COMPARATORS.items()},
            "additionalProperties": False,
            "minProperties": 1,
        },
    }


def _pattern(needed: tuple[str, ...]) -> Schema:
    """A pattern of the words that it cannot do without, and those that every pattern may have."""
    words = {name: word for name, word in PATTERN.items() if name in (*needed, "by")}
    return {**_mapping(words), "required": list(needed)}


def _any_word(words: Iterable[Word]) -> Schema:
    """A field that events of several types have."""
    schemas = [_word(word) for word in words]
    alike = all(each == schemas[0] for each in schemas)
    return schemas[0] if alike else {"anyOf": schemas}


def _mapping(table: Table) -> Schema:
    return {
        "type": "object",
        "properties": {name: _word(word) for name, word in table.items()},
        "required": [name for name, word in table.items() if word.required],
        "additionalProperties": False,
    }


def _word(word: Word) -> Schema:
    return {**_told(word), **_kind(word)}


def _told(word: Word) -> Schema:
    """What an editor shows beside the word."""
    moves = f" By time alone: {word.moves}." if word.moves else ""
    return {"description": f"{word.meaning[:1].upper()}{word.meaning[1:]}.{moves}"}


def _kind(word: Word) -> Schema:
    if word.takes in ("words", "named words", "listed words") and not word.words:
        return {"type": "object"}
    if word.takes == "words":
        return _mapping(word.words)
    if word.takes == "named words":
        return map_of(ref("event") if word.words is NAMED_EVENT else _mapping(word.words))
    if word.takes == "listed words":
        return list_of(_mapping(word.words))
    if word.choices and word.takes in ("choice", "field"):
        return {"enum": list(word.choices)}
    return KINDS[word.takes]


def main(arguments: Sequence[str] | None = None) -> int:
    """See `write_or_check`; the first argument is the kind."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if not given or given[0] not in ("pack", "cases"):
        sys.stderr.write("say which schema: pack or cases\n")
        return 2
    kind: Kind = "cases" if given[0] == "cases" else "pack"
    return write_or_check(f"tagger.insight.rule_schema {kind}", schema_text(kind), given[1:])


if __name__ == "__main__":
    sys.exit(main())
