"""Words beside the measure that they belong into, and patterns and measures without their place."""

import pytest

from tagger.rules.loader import load_texts

from .folders import FILE, HEAD, assert_errors

LATER = "tags:\n  x: {manual: only}\n  t: {assign: {when: WHEN}, expires_after: 9d}\n"


def told(text: str) -> list[tuple[str, str | None]]:
    faults = load_texts({FILE: HEAD + text}).faults
    return [(fault.sentence, fault.suggestion) for fault in faults if fault.is_error]


@pytest.mark.parametrize(
    ("condition", "codes", "written"),
    [
        (
            "{count: purchase, ^within: 30d, gte: 3}",
            "E-UNKNOWN-WORD",
            "count: {event: purchase, within: 30d}",
        ),
        (
            "{count: {event: purchase}, ^within: 30d, gte: 3}",
            "E-UNKNOWN-WORD",
            "count: {event: purchase, within: 30d}",
        ),
        (
            "{count: {within: 30d}, ^event: [purchase, chat], gte: 3}",
            "E-UNKNOWN-WORD",
            "count: {within: 30d, event: [purchase, chat]}",
        ),
        (
            "{sum: purchase, ^of: amount, this: month, gte: 3}",
            "E-UNKNOWN-WORD",
            "sum: {event: purchase, of: amount, this: month}",
        ),
        (
            "{since: purchase, ^where: {channel: {in: [web, app]}}, gte: 3d}",
            "E-UNKNOWN-WORD",
            "since: {event: purchase, where: {channel: {in: [web, app]}}}",
        ),
        ("{since: ^purchase, gte: 3d}", "E-TYPE", "since: {event: purchase}"),
        ("{since: ^[purchase, chat], gte: 3d}", "E-TYPE", "since: {event: [purchase, chat]}"),
        (
            "{absent: browse, ^within: 30d}",
            "E-UNKNOWN-WORD",
            "absent: {event: browse, within: 30d}",
        ),
        (
            "{not: {absent: browse, ^within: 30d}}",
            "E-UNKNOWN-WORD",
            "absent: {event: browse, within: 30d}",
        ),
    ],
)
def test_words_beside_their_measure(condition: str, codes: str, written: str) -> None:
    assert_errors(f"{HEAD}conditions:\n  c: {condition}\n", codes)
    ((_, suggestion),) = told(f"conditions:\n  c: {condition.replace('^', '')}\n")
    assert suggestion == f"write `{written}`"


def test_words_that_begin_too_far_left() -> None:
    text = "conditions:\n  c:\n    count:\n    event: purchase\n    within: 30d\n    gte: 3\n"
    assert told(text) == [
        (
            "`event` and `within` stand beside `count` and belong into it",
            "write `count: {event: purchase, within: 30d}`",
        )
    ]


def test_of_a_number_tag_too() -> None:
    ((_, suggestion),) = told("tags:\n  t: {form: number, value: {count: purchase, within: 30d}}\n")
    assert suggestion == "write `count: {event: purchase, within: 30d}`"


def test_a_spelt_duration_is_written_anew_and_told_as_well() -> None:
    found = told("conditions:\n  c: {count: purchase, within: 30 days, gte: 3}\n")
    assert [suggestion for _, suggestion in found] == [
        "write `count: {event: purchase, within: 30d}`",
        "write 30d",
    ]


def test_what_is_wrong_inside_is_told_all_the_same() -> None:
    found = told("conditions:\n  c: {count: purchse, last: 30d, gte: three}\n")
    assert [sentence for sentence, _ in found] == [
        "there is no event `purchse`",
        "`last` stands beside `count` and belongs into it",
        'the count is compared with a number, not the text "three"',
    ]


def test_a_word_that_the_measure_has_already_stays_where_it_is() -> None:
    found = told("conditions:\n  c: {since: {event: chat, within: 9d}, within: 8d, gte: 3d}\n")
    assert [sentence for sentence, _ in found] == ["`within` is not a word of a condition"]


def test_a_long_rewriting_is_cut() -> None:
    names = ", ".join(f"event_{number}" for number in range(40))
    ((_, suggestion),) = (
        each
        for each in told(f"conditions:\n  c: {{since: [{names}], gte: 3d}}\n")
        if "takes a mapping" in each[0]
    )
    assert suggestion == "write `since: {event: ...}`"


PATTERN = "{first: cart_add, unless: purchase, by: cart_id, within: 30m}"


@pytest.mark.parametrize(
    "tag",
    [
        f"{{assign: {{upon: ^{PATTERN}}}, expires_after: 9d}}",
        f"{{assign: {{upon: {{event: ^{PATTERN}}}}}, expires_after: 9d}}",
        f"{{assign: {{when: {{count: {{event: ^{PATTERN}, within: 1d}}, gte: 1}}}}}}",
    ],
)
def test_a_pattern_where_an_event_is_named(tag: str) -> None:
    assert_errors(f"{HEAD}tags:\n  t: {tag}\n", "E-TYPE")
    assert told(f"tags:\n  t: {tag.replace('^', '')}\n") == [
        (
            "a pattern gets a name under `events` first",
            f"write `events: {{a_name: {PATTERN}}}`, and here `a_name`",
        )
    ]


def test_a_pattern_in_a_pattern() -> None:
    ((sentence, _),) = told(f"events:\n  e: {{first: {PATTERN}, then: purchase, within: 1d}}\n")
    assert sentence == "a pattern gets a name under `events` first"


@pytest.mark.parametrize(
    ("right", "written"),
    [
        ("{tag: n, times: 2}", "gt: {measure: {tag: n}, times: 2}"),
        ("{times: 2, tag: n}", "gt: {measure: {tag: n}, times: 2}"),
        ("{tag: n}", "gt: {measure: {tag: n}}"),
        (
            "{count: {event: chat, within: 1d}, times: 1.5}",
            "gt: {measure: {count: {event: chat, within: 1d}}, times: 1.5}",
        ),
    ],
)
def test_a_measure_on_the_right_without_its_word(right: str, written: str) -> None:
    number = "tags:\n  n: {form: number, manual: only}\n"
    condition = f"{{count: {{event: chat, within: 9d}}, gt: {right}}}"
    ((_, suggestion),) = told(f"{number}conditions:\n  c: {condition}\n")
    assert suggestion == f"write `{written}`"
