"""Files that ask for endless work are refused before it is done."""

import pytest

from tagger.rules.expressions import MOST_EXPRESSIONS
from tagger.rules.findings import MOST_FAULTS_PER_FILE
from tagger.rules.loader import load_texts
from tagger.rules.reading.sizes import MOST_MEMBERS_USED

from .folders import FILE, HEAD, place


def errors_of(text: str) -> list[str]:
    return [place(fault) for fault in load_texts({FILE: text}).faults if fault.is_error]


@pytest.mark.parametrize("comparator", ["in", "mentions"])
@pytest.mark.parametrize("more", [0, 1])
def test_a_long_list_that_is_used_often(comparator: str, more: int) -> None:
    members = 1_000
    lists = f"lists: {{l: [{', '.join(f'm{number}' for number in range(members))}]}}\n"
    uses = MOST_MEMBERS_USED // members + more
    conditions = "".join(
        f"  c{number}: {{attribute: city, {comparator}: l}}\n" for number in range(uses)
    )
    found = errors_of(f"{HEAD}{lists}conditions:\n{conditions}")
    assert [each.split()[1] for each in found] == ["E-LIMIT"] * more


@pytest.mark.parametrize("more", [0, 1])
def test_many_regular_expressions(more: int) -> None:
    conditions = "".join(
        f"  c{number}: {{attribute: city, matches: a+{number}}}\n"
        for number in range(MOST_EXPRESSIONS + more)
    )
    found = errors_of(f"{HEAD}conditions:\n{conditions}")
    assert [each.split()[1] for each in found] == ["E-LIMIT"] * more


def test_a_regular_expression_may_be_used_often() -> None:
    """It is compiled once."""
    conditions = "".join(
        f"  c{number}: {{attribute: city, matches: a+}}\n" for number in range(MOST_EXPRESSIONS + 1)
    )
    assert errors_of(f"{HEAD}conditions:\n{conditions}") == []


@pytest.mark.parametrize(
    ("pattern", "codes"),
    [
        ("(a+)+$", []),
        ("(a|a)*$", []),
        ("^(([a-z])+.)+[A-Z]([a-z])+$", []),
        (r"(a+)\1", ["E-VALUE"]),
        ("(?=a+)b", ["E-VALUE"]),
        ("(((a{1,100}){1,100}){1,100})", ["E-VALUE"]),
        ("a" * 513, ["E-VALUE"]),
    ],
)
def test_expressions_that_are_slow_elsewhere(pattern: str, codes: list[str]) -> None:
    found = errors_of(f"{HEAD}conditions:\n  c: {{attribute: city, matches: '{pattern}'}}\n")
    assert [each.split()[1] for each in found] == codes


def test_the_nearest_word_is_looked_for_a_bounded_number_of_times() -> None:
    tags = "".join(f"  tag_{number}: {{manual: only}}\n" for number in range(3_000))
    conditions = "".join(f"  c{number}: {{tag: tga_{number}}}\n" for number in range(300))
    faults = load_texts({FILE: f"{HEAD}tags:\n{tags}conditions:\n{conditions}"}).faults
    errors = [fault for fault in faults if fault.code == "E-UNKNOWN-NAME"]
    assert len(errors) == MOST_FAULTS_PER_FILE
    assert 0 < sum(fault.suggestion is not None for fault in errors) < 10


def test_very_much_in_many_files(monkeypatch: pytest.MonkeyPatch) -> None:
    files = {f"{number}.yaml": f"pack: p{number}\n#{'x' * 90}\n" for number in range(3)}
    assert load_texts(files).faults == ()
    monkeypatch.setattr("tagger.rules.loader.MOST_BYTES_TOGETHER", 250)
    faults = load_texts(files).faults
    assert [f"{fault.at.file} {fault.code}" for fault in faults] == ["2.yaml E-LIMIT"]


@pytest.mark.parametrize("more", [0, 1])
def test_filters_that_name_too_many_events(more: int) -> None:
    wide = "[search, click, share, review, favourite, cart_add, chat, profile, refund, purchase]"
    numbers = range(20 + more)
    events = "".join(f"  e{each}: {{event: {wide}, where: {{hour: {each}}}}}\n" for each in numbers)
    names = ", ".join(f"e{each}" for each in numbers)
    condition = f"{{count: {{event: [{names}], within: 1d}}, gte: 1}}"
    found = errors_of(f"{HEAD}events:\n{events}conditions:\n  c: {condition}\n")
    assert [each.split()[1] for each in found] == ["E-LIMIT"] * more


@pytest.mark.parametrize("more", [0, 1])
def test_many_tags_upon_events_that_come_about_in_many_ways(more: int) -> None:
    wide = "".join(f"  e{each}: {{event: browse, where: {{hour: {each}}}}}\n" for each in range(20))
    names = ", ".join(f"e{each}" for each in range(20))
    events = f"{wide}  any: {{event: [{names}]}}\n"
    tags = "".join(
        f"  t{each}: {{assign: {{upon: any}}, expires_after: 1d}}\n" for each in range(1_000 + more)
    )
    found = errors_of(f"{HEAD}events:\n{events}tags:\n{tags}")
    assert [each.split()[1] for each in found] == ["E-LIMIT"] * more


@pytest.mark.parametrize("word", ["unless", "then"])
def test_patterns_that_lie_too_deep(word: str) -> None:
    events = "".join(
        f"  e{number}: {{first: chat, {word}: e{number - 1}, within: 1h}}\n"
        for number in range(1, 200)
    )
    found = errors_of(f"{HEAD}events:\n  e0: {{event: search}}\n{events}")
    assert [each.split()[1] for each in found] == ["E-LIMIT"]


def test_measures_that_conditions_repeat() -> None:
    ratio = "{ratio: {of: COUNT, to: COUNT}, gt: {measure: {ratio: {of: COUNT, to: COUNT}}}}"
    ratio = ratio.replace("COUNT", "{count: {event: chat, within: 1d}}")
    conditions = f"conditions:\n  c0: {{any: [{', '.join([ratio] * 100)}]}}\n"
    conditions += "".join(
        f"  c{step}: {{all: [{{condition: c{step - 1}}}, {{condition: c{step - 1}}}]}}\n"
        for step in range(1, 6)
    )
    tags = "tags:\n  t: {assign: {when: {condition: c5}}}\n"
    assert {each.split()[1] for each in errors_of(f"{HEAD}{conditions}{tags}")} == {"E-LIMIT"}
