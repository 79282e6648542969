"""The tables of the vocabulary, held against the readers: what a word is said to take is what its
reader accepts, and nothing else."""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple, get_args

import pytest

from tagger.rules import vocabulary
from tagger.rules.attributes import KNOWN_ATTRIBUTES
from tagger.rules.cases import words as case_words
from tagger.rules.cases.reading import read_case_files
from tagger.rules.cases.sections import CASE_SECTIONS
from tagger.rules.faults import Fault
from tagger.rules.fields import BROWSE_ACTIONS, EVENT_KEYS, FIELDS, LINE_FIELDS
from tagger.rules.loader import load_texts
from tagger.rules.vocabulary.sections import SECTIONS, SHOP, Section
from tagger.rules.vocabulary.word import TAKES, Takes, Word

from .folders import tree_of

CONDITION = {"tag": "example"}
COUNT = {"count": {"event": "chat", "within": "1d"}}
NO_TEXT: list[Any] = [5, True, ["a"], {"a": "b"}, None]
NO_TRUTH: list[Any] = ["yes", 1, [True], {"a": True}, None]
NO_DURATION: list[Any] = ["soon", 30, "30", "3mo", "0d", ["1d"], {"a": "1d"}, True, None]
NO_NUMBER: list[Any] = ["two", True, [1], {"a": 1}, None]
NO_MAPPING: list[Any] = ["a", 5, True, ["a"], None]
NO_LIST: list[Any] = [{"a": 1}, [], None, True]
NO_COMPARISON: list[Any] = [{}, {"equals": 1}, None, ["a"]]
NO_NAME: list[Any] = [*NO_TEXT, "nobody knows it"]

SAMPLES: dict[Takes, tuple[list[Any], list[Any]]] = {
    "name": (["shop"], [5, True, ["a"], None, "no name!", ""]),
    "names": (["agent", ["agent", "boss"]], [5, [], [["a"]], {"a": "b"}, None]),
    "text": (["some words", "产品"], [*NO_TEXT, " "]),
    "texts": ([{"a": "b"}, {"a": 5}, {}], ["a", ["a"], {"a": ["b"]}, {"a": None}, None]),
    "titles": ([{"en": "A", "zh": "甲"}], ["A", ["A"], {"en": 5}, {"!": "A"}, None]),
    "category": (["a", "a/b"], [*NO_TEXT, "a/b/c", "a/"]),
    "currency": (["EUR", "JPY"], [*NO_TEXT, "EURO", "eur"]),
    "time zone": (["UTC", "Asia/Shanghai"], [*NO_TEXT, "Berlin"]),
    "colour": (["#00ff00"], [*NO_TEXT, "green", "#fff"]),
    "date": (["2026-02-28"], [*NO_TEXT, "2026-02-30", "soon", "2026-2-1", "9999-12-31"]),
    "instant": (["2026-03-02T00:00:00Z"], [*NO_TEXT, "2026-03-01", "today"]),
    "case instant": (["+1d", "2026-03-02T00:00:00Z"], [*NO_TEXT, "1d", "today"]),
    "instants": (["+1d", ["+1d", "2026-03-02T00:00:00Z"]], [5, True, "soon", ["soon"], {"a": 1}]),
    "whole number": ([1, 50], [1.5, "1", True, [1], {"a": 1}, None]),
    "number": ([2, 0.5], [*NO_NUMBER, 0]),
    "truth": ([True, False], NO_TRUTH),
    "true": ([True], [*NO_TRUTH, False]),
    "duration": (["30d", "1d12h"], NO_DURATION),
    "days": (["7d", "2w", "24h"], [*NO_DURATION, "36h", "367d"]),
    "choice": ([], [*NO_TEXT, "nothing of the kind"]),
    "field": ([], [*NO_TEXT, "nothing"]),
    "key": (["cart_id"], [*NO_TEXT, "nothing", "quantity"]),
    "expression": (["^a+$"], [*NO_TEXT, "(", "a" * 513]),
    "attribute": (["age", "referrals"], NO_NAME),
    "tag": (["example"], NO_NAME),
    "tags": ([["example", "level"]], ["example", [], ["nobody knows it"], [5], {"a": 1}, None]),
    "condition name": (["bought"], NO_NAME),
    "event names": (["chat", ["chat", "refund"]], [*NO_TEXT, [], "chats", ["chats"]]),
    "filter": (
        ["search", ["search", "share"], {"event": "search", "where": {"query": "a"}}],
        [5, True, [], None, "chats", ["chats"], {}, {"event": "search", "within": "1d"}],
    ),
    "filters": (
        [["search", "share"], [["search", "click"], {"event": "search"}]],
        ["search", ["search"], ["search"] * 9, [5, "search"], {"event": "search"}, None],
    ),
    "where": ([{"source": "a"}, {"hour": 9}, {}], [*NO_MAPPING, {"nothing": 1}]),
    "line tests": ([{"brand": "a", "quantity": 2}], [*NO_MAPPING, {"nothing": 1}]),
    "text test": ([{"is_set": True}, {"in": "first_tier"}], [*NO_COMPARISON, 5, {"gt": "a"}]),
    "number test": ([5, {"gte": 2.5}], [*NO_COMPARISON, "a", {"mentions": "a"}]),
    "money test": ([19.99, {"lt": 5}], [*NO_COMPARISON, "a", {"mentions": "a"}]),
    "truth test": ([], [*NO_COMPARISON, "a", {"gt": 1}]),
    "hours": ([9, {"between": [22, 24]}], [*NO_COMPARISON, 24, "noon"]),
    "weekdays": (["mon", {"in": ["sat"]}], [*NO_COMPARISON, 1, "monday", {"is_set": True}]),
    "condition": ([CONDITION, {"all": [CONDITION]}], [*NO_MAPPING, [CONDITION], COUNT, {}]),
    "conditions": ([[CONDITION]], [*NO_LIST, CONDITION, ["a"]]),
    "measure": ([COUNT, {"attribute": "age"}], [*NO_MAPPING, {}, CONDITION | COUNT]),
    "value": ([], [None, {"a": 1}, {"measure": 5}, []]),
    "ordered value": ([], [None, {"a": 1}, {"measure": 5}, [], True]),
    "bounds": ([[1, 2], [0, 0.5]], [1, [1], [1, 2, 3], [2, 1], ["a", "b"], {"a": 1}, None]),
    "members": (["first_tier", ["a", "b"]], [*NO_LIST, "nothing", 5, [None], [5]]),
    "terms": (["a", ["a", "产品"], "first_tier"], [*NO_LIST, 5, [None], [" "], " "]),
    "words": ([], [*NO_MAPPING, {"nothing": 1}]),
    "named words": ([{}], [*NO_MAPPING, {"a": 5}, {"a": {"nothing": 1}}]),
    "listed words": ([], [*NO_LIST, "a", [5], [{"nothing": 1}]]),
    "named conditions": ([{}, {"a": COUNT | {"gte": 1}}], [*NO_MAPPING, {"a": 5}, {"a": COUNT}]),
    "named lists": ([{}, {"a": [1, "b"]}], [*NO_MAPPING, {"a": []}, {"a": [[1]]}, {"a": 5}]),
    "held tags": ([{"example": True, "level": "a"}], [*NO_MAPPING, {"example": None}, {"b": 1}]),
    "coverings": (
        [{"example": "assigning"}, {"example": ["near-miss", "revoking"]}],
        [*NO_MAPPING, {"example": "sometimes"}, {"b": "assigning"}, {"example": 5}],
    ),
    "plain value": (["a"], [["a"], {"a": 1}]),
}
"""Of each kind some values that its reader takes and some that it refuses. None where what is
taken depends on the word: there the word's example is the sample."""


class Entry(NamedTuple):
    """A word with its place."""

    section: Section
    name: str
    word: Word


def entries(sections: tuple[Section, ...]) -> Iterator[Entry]:
    for section in sections:
        for name, word in section.table.items():
            yield Entry(section, name, word)


PACK_ENTRIES = list(entries(SECTIONS))
ENTRIES = [*PACK_ENTRIES, *entries(CASE_SECTIONS)]
WITH_VALUE = [each for each in ENTRIES if each.section.key != "known_attribute"]
SHOPS = load_texts({"shop.yaml": SHOP}).packs


def name_of(entry: Entry) -> str:
    return f"{entry.section.key}.{entry.name}"


def example_of(entry: Entry) -> Any:
    return tree_of(entry.word.example)


def errors(section: Section, example: str) -> list[Fault]:
    """What is wrong with a file that has the example in its place."""
    text = section.whole(example)
    if section in CASE_SECTIONS:
        return list(read_case_files({"shop.test.yaml": text}, SHOPS)[1])
    return [fault for fault in load_texts({"shop.yaml": text}).faults if fault.is_error]


def with_value(entry: Entry, value: Any) -> list[Fault]:
    """What is wrong when the word of the example has another value."""
    return errors(entry.section, json.dumps(example_of(entry) | {entry.name: value}))


@pytest.mark.parametrize("entry", ENTRIES, ids=name_of)
def test_every_example_is_read_without_a_fault_and_has_its_word(entry: Entry) -> None:
    example = example_of(entry)
    assert errors(entry.section, entry.word.example) == []
    said = example.values() if entry.section.key == "known_attribute" else example
    assert entry.name in said


@pytest.mark.parametrize("entry", WITH_VALUE, ids=name_of)
def test_a_word_takes_what_its_table_says(entry: Entry) -> None:
    accepted = [*SAMPLES[entry.word.takes][0], *entry.word.choices[:1]]
    if entry.word.takes == "choice":
        accepted = list(entry.word.choices)
    for value in accepted:
        found = [fault for fault in with_value(entry, value) if "E-TYPE" in str(fault)]
        assert (value, found) == (value, [])


@pytest.mark.parametrize("entry", WITH_VALUE, ids=name_of)
def test_a_word_refuses_what_its_table_does_not_say(entry: Entry) -> None:
    refused = SAMPLES[entry.word.takes][1]
    assert [value for value in refused if not with_value(entry, value)] == []


@pytest.mark.parametrize(
    "entry", [each for each in PACK_ENTRIES if each.word.takes == "field"], ids=name_of
)
def test_a_measure_takes_every_field_that_its_table_names(entry: Entry) -> None:
    example = example_of(entry) | {"event": ["purchase", "browse", "chat", "profile"]}
    for name in entry.word.choices:
        found = errors(entry.section, json.dumps(example | {"of": name}))
        assert (name, [fault for fault in found if fault.code != "E-VALUE"]) == (name, [])


@pytest.mark.parametrize("entry", [each for each in ENTRIES if each.word.required], ids=name_of)
def test_a_required_word_is_missed(entry: Entry) -> None:
    example = example_of(entry)
    del example[entry.name]
    codes = {fault.code.replace("E-CASE-", "E-") for fault in errors(entry.section, str(example))}
    assert codes & {"E-MISSING", "E-NO-WINDOW", "E-TYPE"}


@pytest.mark.parametrize("section", [*SECTIONS, *CASE_SECTIONS], ids=lambda each: each.key)
def test_no_other_word_stands_there(section: Section) -> None:
    example = example_of(next(entries((section,))))
    found = errors(section, json.dumps(example | {"no_such_word": 1}))
    assert any("no_such_word" in fault.sentence for fault in found)


def test_every_kind_of_value_has_samples_and_is_taken_by_a_word() -> None:
    kinds = set(get_args(Takes))
    assert set(SAMPLES) == kinds
    assert set(TAKES) == kinds
    assert {entry.word.takes for entry in ENTRIES} == kinds


def _tables(module: object) -> Iterator[tuple[str, Word]]:
    for table in vars(module).values():
        if isinstance(table, dict):
            yield from (pair for pair in table.items() if isinstance(pair[1], Word))


def test_every_word_has_a_section() -> None:
    shown = {(entry.name, entry.word.takes) for entry in ENTRIES}
    known = {(name, word.takes) for name, word in (*_tables(vocabulary), *_tables(case_words))}
    assert known - shown == set()


def test_words_about_time_say_how_they_move() -> None:
    of_time = {"measure", "window", "logic", "comparator", "pattern", "clause"}
    silent = [
        name_of(entry)
        for entry in PACK_ENTRIES
        if not entry.word.moves
        and (entry.section.key in of_time or entry.name in vocabulary.LIFE)
        and entry.section.key != "defaults"
    ]
    assert silent == []


def test_fields_attributes_and_events_are_those_that_are_read() -> None:
    assert set(vocabulary.EVENTS) == set(EVENT_KEYS)
    assert set(case_words.RECORDS) == {
        "purchase",
        "refund",
        "browse",
        "chat",
        "profile",
        "command",
        *BROWSE_ACTIONS,
    }
    assert set(vocabulary.ATTRIBUTES) == set(KNOWN_ATTRIBUTES)
    assert set(vocabulary.LINE) == set(LINE_FIELDS)
    assert {kind: set(table) for kind, table in vocabulary.EVENT_FIELDS.items()} == {
        kind: {name for name in fields if not vocabulary.is_of_lines(kind, name)}
        for kind, fields in FIELDS.items()
    }
    kinds = {name: word.takes for name, word in vocabulary.ATTRIBUTES.items()}
    assert kinds == {name: f"{kind} test" for name, kind in KNOWN_ATTRIBUTES.items()}
