"""Values and filters that are written down and say nothing."""

import pytest

from tagger.rules.loader import load_texts

from .folders import FILE, HEAD, assert_errors

COUNTED = "{count: {event: purchase, where: WHERE, within: 1d}, gte: 1}"


@pytest.mark.parametrize(
    ("condition", "codes"),
    [
        ('{attribute: city, eq: ^""}', "E-VALUE"),
        ('{attribute: city, ne: ^""}', "E-VALUE"),
        ('{attribute: city, in: [Kiel, ^""]}', "E-VALUE"),
        ("{attribute: city, in: ^l}", "E-VALUE"),
        ('{attribute: city, mentions: ^""}', "E-VALUE"),
        ('{attribute: city, eq: " "}', ""),
        (COUNTED.replace("WHERE", '{channel: ^""}'), "E-VALUE"),
        (COUNTED.replace("WHERE", '{weekday: ^""}'), "E-VALUE"),
        (COUNTED.replace("WHERE", "^{}"), "E-MISSING"),
        (COUNTED.replace("WHERE", "{any_line: ^{}}"), "E-MISSING"),
        (COUNTED.replace("WHERE", "{channel: ^{}}"), "E-MISSING"),
    ],
)
def test_nothing_said_is_a_fault(condition: str, codes: str) -> None:
    assert_errors(f'{HEAD}lists: {{l: [Kiel, ""]}}\nconditions:\n  c: {condition}\n', codes)


def test_an_empty_text_is_answered_with_the_word_that_is_meant() -> None:
    text = f'{HEAD}conditions:\n  c: {{attribute: city, eq: ""}}\n'
    (fault,) = (each for each in load_texts({FILE: text}).faults if each.is_error)
    assert fault.suggestion == "to ask whether there is a value write `{is_set: false}`"
