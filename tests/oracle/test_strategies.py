"""Generated packs are taken by the product's reader, and leave out no word of the language."""

from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import combinations

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from tagger.rules import vocabulary
from tagger.rules.loader import load_texts
from tagger.rules.vocabulary import Table

from .documents import yaml_of
from .occurrences import occurrences
from .pack_strategies import Folder, folders
from .values import Doc

pytestmark = pytest.mark.xdist_group("generated packs")
FOLDERS = 3_000
READ = 500
"""The reader sees all the others too, in every comparison."""
NO_TAG_CHANGES = ("workflows",)
"""Words of a pack that say nothing about tags."""
_CONDITION = {**vocabulary.MEASURES, **vocabulary.LOGIC, **vocabulary.COMPARATORS}
_FIELDS = {name: of for fields in vocabulary.EVENT_FIELDS.values() for name, of in fields.items()}
TABLES: dict[str, Table] = {
    "pack": {word: of for word, of in vocabulary.PACK.items() if word not in NO_TAG_CHANGES},
    "defaults": vocabulary.DEFAULTS,
    "attribute": vocabulary.ATTRIBUTE,
    "named event": vocabulary.NAMED_EVENT,
    "tag": vocabulary.TAG,
    "clause": vocabulary.CLAUSE,
    "band": vocabulary.BAND,
    "filter": vocabulary.SELECTOR,
    "where": {**vocabulary.WHERE, **_FIELDS},
    "line": vocabulary.LINE,
    "condition": _CONDITION,
    "operand": vocabulary.OPERAND,
    "at_least": vocabulary.AT_LEAST,
    "absent": vocabulary.ABSENT,
    **{word: of.words for word, of in vocabulary.MEASURES.items() if of.words},
}
"""By place, the words that may stand there."""

LIFE = {
    *("assign.when", "assign.upon", "remove.when", "remove.upon", "expires_after", "renew"),
    *("sticky", "hold_for", "keep_at_least", "cool_down", "ends_on"),
}
NEVER_BESIDE_STICKY = LIFE - {"assign.when", "assign.upon", "sticky", "hold_for"}


@cache
def generated() -> list[list[Doc]]:
    """Folders of packs, the same ones each time."""
    found: list[list[Doc]] = []

    @settings(
        max_examples=FOLDERS,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(folders())
    def collect(folder: Folder) -> None:
        found.append(folder.packs)

    collect()
    return found


def test_the_reader_finds_no_error_in_any_generated_pack() -> None:
    for packs in generated()[:READ]:
        texts = {f"{pack['pack']}.yaml": yaml_of(pack) for pack in packs}
        faults = [str(fault) for fault in load_texts(texts).faults if fault.is_error]
        assert not faults, texts


def test_every_word_of_the_language_stands_everywhere_it_may() -> None:
    seen = {each for packs in generated() for pack in packs for each in occurrences(pack)}
    wanted = {(place, word, "") for place, table in TABLES.items() for word in table}
    assert wanted <= seen, sorted(wanted - seen)


def test_every_choice_of_a_word_is_made() -> None:
    said = {
        (word, text) for packs in generated() for p in packs for _, word, text in occurrences(p)
    }
    tables = {place: table for place, table in TABLES.items() if place != "where"}
    tables["clock"] = vocabulary.WHERE
    wanted = {
        (word, choice)
        for table in tables.values()
        for word, of in table.items()
        for choice in of.choices
    }
    assert wanted <= said, sorted(wanted - said)


def test_every_built_in_event_and_attribute_is_asked_for() -> None:
    said = {
        (word, text) for packs in generated() for p in packs for _, word, text in occurrences(p)
    }
    events = {("event", name) for name in vocabulary.EVENTS}
    attributes = {("attribute", name) for name in vocabulary.ATTRIBUTES}
    assert events | attributes <= said, sorted((events | attributes) - said)


def test_all_that_a_flag_can_have_is_combined_two_by_two() -> None:
    lives = [life for packs in generated() for pack in packs for life in _lives(pack)]
    seen = Counter(pair for life in lives for pair in combinations(sorted(life), 2))
    wanted = {pair for pair in combinations(sorted(LIFE), 2) if not _excluded(*pair)}
    assert wanted <= seen.keys(), sorted(wanted - seen.keys())


def _lives(pack: Doc) -> Iterator[set[str]]:
    for tag in pack["tags"].values():
        clauses = {f"{word}.{part}" for word in ("assign", "remove") for part in tag.get(word, ())}
        yield (clauses | tag.keys()) & LIFE


def _excluded(one: str, other: str) -> bool:
    """Whether the language lets no flag have both."""
    pair = {one, other}
    by_events = pair == {"assign.upon", "hold_for"}
    return by_events or ("sticky" in pair and bool(pair & NEVER_BESIDE_STICKY))


def test_packs_of_one_folder_differ_in_zone_and_currency_and_look_at_each_other() -> None:
    two = [packs for packs in generated() if len(packs) == 2]
    assert any(one.get("time_zone") != other.get("time_zone") for one, other in two)
    assert any(one.get("currency") != other.get("currency") for one, other in two)
    for looking, looked_at in ((0, 1), (1, 0)):
        assert any(_looks(packs[looking], packs[looked_at]) for packs in two)


def _looks(pack: Doc, at: Doc) -> bool:
    asked = {text for _, word, text in occurrences(pack) if word in ("tag", "tag_age")}
    return bool(asked & at["tags"].keys())
