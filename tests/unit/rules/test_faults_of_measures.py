"""What is wrong with measures, windows and right sides has a code and a place; `^` marks it."""

import pytest

from tagger.rules.loader import load_texts

from .folders import HEAD, assert_errors, load

TAGS = """\
tags:
  later_age: {form: number, value: {tag: same_age}}
  part: {form: number, value: {ratio: {of: {tag: same_age}, to: {tag: later_age}}}}
  flag: {manual: only}
  band: {form: text, manual: only}
  total: {form: number, manual: only}
  age_of_flag: {form: number, value: {tag_age: flag}, step: 1d}
  same_age: {form: number, value: {tag: age_of_flag}}
  days: {form: number, value: {ratio: {of: {tag: same_age}, to: {tag: total}}}}
"""


def assert_faults(condition: str, codes: str) -> None:
    assert_errors(f"{HEAD}{TAGS}conditions:\n  c: {condition}\n", codes)


@pytest.mark.parametrize(
    ("measure", "codes"),
    [
        ("{count: {event: chat, this: ^fortnight}, gte: 1}", "E-VALUE"),
        ("{count: {event: chat, ^ago: 1d, this: month}, gte: 1}", "E-WINDOW"),
        ("{count: {event: chat, this: month, ^previous: month}, gte: 1}", "E-WINDOW"),
        ("{since: {event: chat, ^ago: 1d}, gte: 3d}", "E-WINDOW"),
        ("{since: {event: chat, within: 9d, ^ever: true}, gte: 3d}", "E-WINDOW"),
        ("{distinct: {event: chat, of: channel, ^ever: true}, gte: 1}", "E-UNBOUNDED"),
        ("{distinct: ^{event: chat, of: channel}, gte: 1}", "E-NO-WINDOW"),
        ("{response_time: {^ever: true}, gt: 1h}", "E-UNBOUNDED"),
        ("{response_time: ^{of: agent}, gt: 1h}", "E-NO-WINDOW"),
        ("{response_time: {within: 1d, of: ^boss}, gt: 1h}", "E-VALUE"),
        ("{response_time: {within: 1d, ^where: {channel: web}}, gt: 1h}", "E-UNKNOWN-WORD"),
        ("{interval: ^{event: chat}, gt: 1h}", "E-NO-WINDOW"),
        ("{interval: {event: chat, within: 1d, ^of: rating}, gt: 1h}", "E-UNKNOWN-WORD"),
        ("{absent: ^{event: chat, ^this: month}}", "E-NO-WINDOW E-UNKNOWN-WORD"),
    ],
)
def test_windows(measure: str, codes: str) -> None:
    assert_faults(measure, codes)


@pytest.mark.parametrize(
    ("condition", "codes"),
    [
        ("{count: {event: chat, within: 1d}, gte: ^8193}", "E-COUNT"),
        ("{count: {event: chat, previous: month}, between: ^[1, 1e12]}", "E-COUNT"),
        ("{all: [{not: {count: {event: chat, this: day}, in: ^[9, 9999, 3]}}]}", "E-COUNT"),
        ("{count: {event: chat, within: 1d}, gte: 8192}", ""),
        ("{count: {event: chat, ever: true}, gte: 1000000000}", ""),
        ("{sum: {event: chat, of: rating, within: 1d}, gte: 1000000000}", ""),
    ],
)
def test_counts_in_a_window_are_compared_with_what_a_profile_keeps(
    condition: str, codes: str
) -> None:
    assert_faults(condition, codes)


@pytest.mark.parametrize(
    ("measure", "codes"),
    [
        ("{avg: {event: purchase, of: ^channel, within: 1d}, gte: 1}", "E-TYPE"),
        ("{max: {event: purchase, of: ^day, within: 1d}, gte: 1}", "E-UNKNOWN-NAME"),
        ("{min: {event: purchase, of: amount, within: 1d, refunds: ^by_date}, gte: 1}", "E-VALUE"),
        ("{avg: {event: purchase, of: cost, within: 1d, ^refunds: ignore}, gte: 1}", "E-VALUE"),
        ("{distinct: {event: purchase, of: ^amount, within: 1d}, gte: 1}", "E-TYPE"),
        ("{distinct: {event: purchase, of: ^session_id, within: 1d}, gte: 1}", "E-UNKNOWN-NAME"),
        ("{distinct: {event: chat, of: ^category, within: 1d}, gte: 1}", "E-UNKNOWN-NAME"),
        ("{latest: {event: purchase, of: ^category, within: 1d}, eq: a}", "E-UNKNOWN-NAME"),
        ("{latest: {event: chat, of: ^day, within: 1d}, is_set: true}", "E-UNKNOWN-NAME"),
        (
            "{latest: {event: purchase, of: amount, within: 1d, ^refunds: ignore}, gte: 1}",
            "E-UNKNOWN-WORD",
        ),
        ("{latest: {event: purchase, of: kind, within: 1d}, eq: ^gift}", "E-VALUE"),
        ("{latest: {event: purchase, of: channel, within: 1d}, ^gte: 1}", "E-TYPE"),
        ("{earliest: {event: chat, of: rating, within: 1d}, gte: ^1d}", "E-TYPE"),
        ("{earliest: ^{event: chat, within: 1d}, gte: 1}", "E-MISSING"),
        ("{tag_age: ^other, gte: 1d}", "E-UNKNOWN-NAME"),
        ("{tag_age: flag, gte: ^1}", "E-TYPE"),
        ("{tag_age: ^[flag], gte: 1d}", "E-TYPE"),
    ],
)
def test_fields_and_tags(measure: str, codes: str) -> None:
    assert_faults(measure, codes)


CHATS = "{count: {event: chat, within: 1d}}"
SPENT = "{sum: {event: purchase, of: amount, within: 1d}}"
GAP = "{interval: {event: chat, within: 9d}}"


@pytest.mark.parametrize(
    ("of", "to", "right", "codes"),
    [
        (SPENT, CHATS, "gte: 5.5", ""),
        (GAP, CHATS, "gte: 1d", ""),
        (GAP, GAP, "gte: 0.5", ""),
        (SPENT, CHATS, "gte: ^1d", "E-TYPE"),
        (SPENT, SPENT, "gte: ^1d", "E-TYPE"),
        ("{tag: age_of_flag}", GAP, "gte: 0.5", ""),
        ("{tag: same_age}", CHATS, "gte: ^0.5", "E-TYPE"),
        ("{tag: days}", CHATS, "gte: 1d", ""),
        ("{tag: later_age}", CHATS, "gte: 1d", ""),
        ("{tag: part}", CHATS, "gte: 0.5", ""),
        ("{tag: total}", CHATS, "gte: 0.5", ""),
    ],
)
def test_a_ratio_has_the_kind_that_dividing_makes(of: str, to: str, right: str, codes: str) -> None:
    assert_faults(f"{{ratio: {{of: {of}, to: {to}}}, {right}}}", codes)


@pytest.mark.parametrize(
    ("ratio", "codes"),
    [
        (f"{{of: {CHATS}, ^to: {SPENT}}}", "E-TYPE"),
        (f"{{of: {CHATS}, ^to: {GAP}}}", "E-TYPE"),
        (f"{{of: ^{{tag: flag}}, to: {CHATS}}}", "E-TYPE"),
        (f"{{of: {CHATS}, to: ^{{attribute: city}}}}", "E-TYPE"),
        (f"{{of: {CHATS}, to: ^5}}", "E-TYPE"),
        (f"^{{of: {CHATS}}}", "E-MISSING"),
        (f"{{of: ^{{}}, to: {CHATS}}}", "E-MISSING"),
        (f"{{of: {CHATS}, to: ^{{tag: total, tag_age: flag}}}}", "E-MISSING"),
        (f"{{of: {CHATS}, to: {{count: {{event: chat, within: 1d}}, ^gte: 1}}}}", "E-UNKNOWN-WORD"),
        ("{of: {count: {event: ^chta, within: 1d}}, to: {tag: ^nobody}}", "E-UNKNOWN-NAME " * 2),
    ],
)
def test_what_a_ratio_cannot_divide(ratio: str, codes: str) -> None:
    assert_faults(f"{{ratio: {ratio}, gte: 1}}", codes)


def test_ratios_lie_at_most_four_deep() -> None:
    def nested(depth: int, innermost: str = CHATS) -> str:
        for _ in range(depth):
            innermost = f"{{ratio: {{of: {innermost}, to: {CHATS}}}}}"
        return innermost.removesuffix("}") + ", gte: 1}"

    assert_faults(nested(4), "")
    (fault,) = load(f"{HEAD}{TAGS}conditions:\n  c: {nested(5)}\n").faults
    assert fault.code == "E-LIMIT"


@pytest.mark.parametrize(
    ("condition", "codes"),
    [
        ("{since: {event: chat}, gt: {measure: GAP, times: 2}}", ""),
        ("{attribute: city, eq: {measure: {attribute: region}}}", ""),
        ("{tag: band, ne: {measure: {latest: {event: chat, of: channel, within: 1d}}}}", ""),
        ("{tag: same_age, lt: {measure: {since: {event: chat}}}}", ""),
        ("{tag: flag, eq: {measure: {attribute: consent_sms}}}", ""),
        ("{since: {event: chat}, gt: ^{measure: CHATS}}", "E-TYPE"),
        ("{count: {event: chat, within: 1d}, gt: ^{measure: SPENT}}", "E-TYPE"),
        ("{attribute: city, eq: ^{measure: {attribute: region}, times: 2}}", "E-TYPE"),
        ("{attribute: city, in: ^{measure: {attribute: region}}}", "E-TYPE"),
        ("{attribute: city, ^gt: {measure: {attribute: region}}}", "E-TYPE"),
        ("{attribute: age, between: ^{measure: {attribute: age}}}", "E-TYPE"),
        ("{attribute: age, gt: {measure: {attribute: age}, times: ^0}}", "E-VALUE"),
        ("{attribute: age, gt: {measure: {attribute: age}, times: ^-1.5}}", "E-VALUE"),
        ("{attribute: age, gt: {measure: {attribute: age}, times: ^two}}", "E-TYPE"),
        ("{attribute: age, gt: {measure: {attribute: age}, times: ^true}}", "E-TYPE"),
        ("{attribute: age, gt: ^{times: 2}}", "E-MISSING"),
        ("{attribute: age, gt: {measure: {attribute: age}, ^plus: 2}}", "E-UNKNOWN-WORD"),
        ("{attribute: age, gt: {measure: {attribute: ^agee}, times: ^x}}", "E-UNKNOWN-NAME E-TYPE"),
        ("{attribute: ^agee, gt: {measure: {attribute: ^agge}}}", "E-UNKNOWN-NAME " * 2),
        ("{attribute: city, ^gt: {measure: {attribute: ^ctiy}}}", "E-TYPE E-UNKNOWN-NAME"),
        ("{at_least: {of: [{tag: flag}], gte: ^{measure: {attribute: age}}}}", "E-TYPE"),
        (
            "{absent: {event: chat, where: {rating: {lt: ^{measure: {tag: total}}}}, within: 1d}}",
            "E-TYPE",
        ),
    ],
)
def test_another_measure_on_the_right_side(condition: str, codes: str) -> None:
    condition = condition.replace("GAP", GAP).replace("CHATS", CHATS).replace("SPENT", SPENT)
    assert_faults(condition, codes)


@pytest.mark.parametrize("right", ["{count: {event: chat, within: 9d}}", "{tag: total}"])
def test_a_measure_on_the_right_side_stands_under_its_word(right: str) -> None:
    condition = f"{{count: {{event: chat, within: 1d}}, gt: {right}}}"
    loaded = load(f"{HEAD}{TAGS}conditions:\n  c: {condition}\n")
    told = [str(fault) for fault in loaded.faults if fault.is_error]
    assert len(told) == 1
    assert "write `gt: {measure: {" in told[0]


@pytest.mark.parametrize(
    ("condition", "codes"),
    [
        ("{attribute: birth_date, anniversary_within: ^36h}", "E-VALUE"),
        ("{attribute: birth_date, anniversary_within: ^367d}", "E-VALUE"),
        ("{attribute: birth_date, anniversary_within: 366d}", ""),
        ("{attribute: birth_date, anniversary_within: ^7}", "E-TYPE"),
        ("{attribute: age, ^anniversary_within: 7d}", "E-TYPE"),
        ("{tag: band, ^anniversary_within: 7d}", "E-TYPE"),
        ("{attribute: city, matches: ^(}", "E-VALUE"),
        ("{attribute: city, matches: ^'(?=a)'}", "E-VALUE"),
        ("{attribute: city, matches: ^'(a)\\1'}", "E-VALUE"),
        ("{attribute: city, matches: ^'(a{1000}){1000}'}", "E-VALUE"),
        ("{attribute: city, matches: ^'\\pL{100}'}", "E-VALUE"),
        ("{attribute: city, matches: ^5}", "E-TYPE"),
        ("{attribute: city, matches: ^''}", "E-VALUE"),
        ("{attribute: age, ^matches: a}", "E-TYPE"),
        (f"{{attribute: city, matches: {'a' * 512}}}", ""),
        (f"{{attribute: city, matches: ^{'a' * 513}}}", "E-VALUE"),
    ],
)
def test_anniversaries_and_regular_expressions(condition: str, codes: str) -> None:
    assert_faults(condition, codes)


def test_a_folder_has_at_most_200_different_regular_expressions() -> None:
    """Each costs time and memory, and many small files could ask for many."""

    def pack(name: str, patterns: list[str]) -> str:
        tests = [f"{{attribute: city, matches: {pattern}}}" for pattern in patterns]
        return f"pack: {name}\nconditions:\n  c: {{any: [{', '.join(tests)}]}}\n"

    first = [f"a{number}" for number in range(150)]
    second = [f"b{number}" for number in range(50)]
    texts = {"1.yaml": pack("one", first), "2.yaml": pack("two", [*second, *first[:100]])}
    assert [fault for fault in load_texts(texts).faults if fault.is_error] == []
    texts["3.yaml"] = pack("three", ["a1", "b1", "c1"])
    (fault,) = (fault for fault in load_texts(texts).faults if fault.is_error)
    assert (fault.at.file, fault.code) == ("3.yaml", "E-LIMIT")


@pytest.mark.parametrize(
    ("where", "codes"),
    [
        ("{hour: 9, weekday: mon}", ""),
        ("{hour: {between: [22, 24]}}", ""),
        ("{hour: ^24}", "E-VALUE"),
        ("{hour: {gte: ^-1}}", "E-VALUE"),
        ("{hour: {between: [20, ^25]}}", "E-VALUE"),
        ("{hour: {in: [22, 23, 0]}}", ""),
        ("{hour: ^noon}", "E-TYPE"),
        ("{hour: ^12.5}", "E-VALUE"),
        ("{hour: {gte: ^8.5}}", "E-VALUE"),
        ("{hour: {between: [^8.5, 17]}}", "E-VALUE"),
        ("{hour: 12.0}", ""),
        ("{weekday: ^monday}", "E-VALUE"),
        ("{weekday: {in: [sat, ^su]}}", "E-VALUE"),
        ("{weekday: {^mentions: [sat]}}", "E-TYPE"),
        ("{weekday: {^is_set: true}}", "E-TYPE"),
        ("{any_line: {^hour: 9}}", "E-UNKNOWN-NAME"),
    ],
)
def test_the_clock_of_an_event(where: str, codes: str) -> None:
    assert_faults(f"{{count: {{event: purchase, where: {where}, within: 1d}}, gte: 1}}", codes)


def test_money_on_both_sides_needs_a_currency() -> None:
    assert_errors(
        f"pack: p\nconditions:\n  a: {{ratio: {{of: ^{SPENT}, to: {CHATS}}}, gte: 1}}\n"
        f"  b: {SPENT.removesuffix('}')}, gt: ^{{measure: {SPENT}}}}}\n",
        "E-CURRENCY E-CURRENCY",
    )


@pytest.mark.parametrize(
    ("number", "codes"),
    [
        ("{^value: {since: {event: chat}}}", "E-STEP"),
        ("{^value: {tag_age: flag}}", "E-STEP"),
        ("{^value: {ratio: {of: {since_first: {event: chat}}, to: CHATS}}, step: 1d}", "E-STEP"),
        ("{value: GAP}", ""),
        ("{value: GAP, step: 1h}", ""),
        ("{value: {response_time: {within: 9d}}}", ""),
        ("{value: {tag: same_age}, step: 2d}", ""),
        ("{value: {ratio: {of: GAP, to: CHATS}}, step: 1h}", ""),
        ("{value: {attribute: age}}", ""),
        ("{value: CHATS, ^step: 1d}", "E-VALUE"),
        ("{value: ^{attribute: city}}", "E-TYPE"),
        ("{value: ^{tag: flag}}", "E-TYPE"),
        ("{value: ^{latest: {event: chat, of: channel, within: 1d}}}", "E-TYPE"),
        ("{value: {latest: {event: chat, of: rating, within: 1d}}}", ""),
        ("{value: ^{}}", "E-MISSING"),
        ("{value: ^5}", "E-TYPE"),
    ],
)
def test_what_a_number_tag_can_follow(number: str, codes: str) -> None:
    number = number.replace("GAP", GAP).replace("CHATS", CHATS)
    assert_errors(f"{HEAD}{TAGS}  t: {{form: number, {number[1:]}\n", codes)
