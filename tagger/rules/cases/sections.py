"""Every table of `words` with its place in a case file; see `vocabulary.sections`."""

from tagger.rules.cases import words as case_words
from tagger.rules.vocabulary.sections import HOLE, Section
from tagger.rules.vocabulary.word import Table

_HEAD = "pack: shop\nstarts_at: 2026-03-01T09:00:00Z\ncases:\n  - "
_EXPECTED = "expect: [{at: +9d, not_held: [example]}]"


def _section(key: str, title: str, about: str, table: Table, frame: str) -> Section:
    return Section(key, title, about, table, f"{_HEAD}{frame}\n")


_RECORD = f"{{name: tried, events: [{HOLE}], {_EXPECTED}}}"
CASE_SECTIONS: tuple[Section, ...] = (
    Section(
        "case_file",
        "Case file",
        "`shop.test.yaml` has the cases of `shop.yaml`.",
        case_words.CASE_FILE,
        HOLE,
    ),
    _section("case", "Case", "One customer's history.", case_words.CASE, HOLE),
    _section("record_time", "Times of records", "Beside one record.", case_words.EVENT, _RECORD),
    _section(
        "record",
        "Records",
        "One beside `at`, with the fields that it needs; the rest is supposed.",
        case_words.RECORDS,
        _RECORD,
    ),
    _section(
        "command",
        "Commands",
        "What staff did.",
        case_words.COMMAND,
        f"{{name: tried, events: [{{at: +0d, command: {HOLE}}}], {_EXPECTED}}}",
    ),
    _section(
        "expectation",
        "Expectations",
        "What is held at the end of an instant; tags that are not named may be anything.",
        case_words.EXPECT,
        f"{{name: tried, expect: [{HOLE}]}}",
    ),
    _section(
        "expected_change",
        "Changes",
        "All changes of the tags that are named, in order.",
        case_words.CHANGE,
        f"{{name: tried, changes: [{HOLE}]}}",
    ),
)
