"""In which direction time alone moves a tag, seen through everything around a comparison."""

import pytest

from tagger.rules.loader import load_texts
from tagger.rules.sentences import LANGUAGES, Library, explain

HEAD = "pack: p\ndefaults: {owner: growth}\n"

THIRD = "at the very millisecond when the third newest purchase turns 30 days old."
THREE = "{count: {event: purchase, within: 30d}, gte: 3}"
COMES, GOES = f"It comes {THIRD}", f"It goes {THIRD}"
CAN = f"A{THIRD[1:]}"
NEVER_COMES = "Time alone never brings it."
NEVER_GOES = "Time alone never takes it away."


def said_of_time(rule: str, *more: str) -> list[str]:
    """What is said of time, parts below their sentence."""
    text = "\n".join(
        [
            HEAD + "conditions:",
            f"  often: {THREE}",
            "tags:",
            f"  t: {rule}",
            *map("  {}".format, more),
        ]
    )
    loaded = load_texts({"p.yaml": text})
    assert [str(fault) for fault in loaded.faults if fault.is_error] == []
    story = explain(Library(loaded.packs), "t", LANGUAGES["en"])
    (points,) = (section.points for section in story.sections if section.key == "time")
    return [text for point in points for text in (point.text, *(part.text for part in point.parts))]


@pytest.mark.parametrize(
    ("when", "said"),
    [
        (THREE, [GOES, NEVER_COMES]),
        (f"{{not: {THREE}}}", [COMES, NEVER_GOES]),
        ("{condition: often}", [GOES, NEVER_COMES]),
        ("{not: {condition: often}}", [COMES, NEVER_GOES]),
        (f"{{not: {{not: {THREE}}}}}", [GOES, NEVER_COMES]),
        (f"{{any: [{THREE}]}}", [GOES, NEVER_COMES]),
    ],
)
def test_a_condition_that_is_alone(when: str, said: list[str]) -> None:
    assert said_of_time(f"{{assign: {{when: {when}}}}}") == said


@pytest.mark.parametrize(
    ("group", "brings", "takes"),
    [
        ("all: [{0}, {1}]", False, True),
        ("any: [{0}, {1}]", False, True),
        ("not: {{all: [{0}, {1}]}}", True, False),
        ("at_least: {{of: [{0}, {1}], gte: 1}}", False, True),
        ("at_least: {{of: [{0}, {1}], lt: 1}}", True, False),
        ("not: {{at_least: {{of: [{0}, {1}], lte: 1}}}}", False, True),
        ("at_least: {{of: [{0}, {1}], eq: 1}}", True, True),
    ],
)
def test_a_condition_among_others(group: str, brings: bool, takes: bool) -> None:
    when = "{" + group.format(THREE, "{attribute: city, eq: Berlin}") + "}"
    said = said_of_time(f"{{assign: {{when: {when}}}}}")
    found = {lead: said[at + 1] for at, lead in enumerate(said[:-1]) if lead.endswith(":")}
    expected = {"Time alone can bring it:": brings, "Time alone can take it away:": takes}
    assert found == {lead: CAN for lead, is_said in expected.items() if is_said}


def test_the_two_sides_of_a_latch() -> None:
    few = "{count: {event: purchase, within: 30d}, lt: 3}"
    many = "{count: {event: purchase, within: 30d}, gte: 5}"
    rule = f"{{assign: {{when: {many}}}, remove: {{when: {few}}}}}"
    assert said_of_time(rule) == [GOES, NEVER_COMES]


def test_at_an_event_time_asks_nothing() -> None:
    rule = f"{{assign: {{upon: purchase, when: {THREE}}}, remove: {{upon: refund}}}}"
    assert said_of_time(rule) == ["Time alone does nothing: it takes an event or a person."]


def test_a_hold_decides_when_the_tag_comes() -> None:
    said = said_of_time(f"{{assign: {{when: {{not: {THREE}}}}}, hold_for: 10m}}")
    held = "its condition has been true for 10 minutes without a break."
    assert said == [f"It comes at the very millisecond when {held}", NEVER_GOES]


def test_what_follows_another_tag_is_not_said_to_stand_still() -> None:
    other = f"u: {{assign: {{when: {THREE}}}}}"
    follows = "Time alone changes it only where it changes a tag that this one asks about."
    assert said_of_time("{assign: {when: {tag: u}}}", other) == [follows]


def test_two_windows_of_the_same_events_are_told_at_once() -> None:
    before = "{count: {event: purchase, within: 30d, ago: 30d}}"
    compare = f"{{count: {{event: purchase, within: 30d}}, lt: {{measure: {before}}}}}"
    said = said_of_time(f"{{assign: {{when: {compare}}}}}")
    assert len([each for each in said if "turns 30 days or 60 days old" in each]) == 2
    assert not any("turns 30 days old" in each for each in said)
