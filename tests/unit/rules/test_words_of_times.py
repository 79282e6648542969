"""That a measure's name tells whether its values are times: evidence is published without units."""

import pytest

from tagger.rules import words
from tagger.rules.vocabulary import MEASURES

from .plans import HEAD, plan_of

COUNT = "{count: {event: purchase, within: 30d}}"
GAP = "{interval: {event: purchase, within: 30d}}"
RATIOS = [
    (GAP, COUNT, True),
    (GAP, GAP, False),
    (COUNT, COUNT, False),
    ("{since: {event: chat, where: {text: {matches: '(a) / (b)'}}}}", COUNT, True),
    ("{tag_age: example}", "{attribute: age}", True),
    (f"{{ratio: {{of: {GAP}, to: {COUNT}}}}}", COUNT, True),
    (f"{{ratio: {{of: {GAP}, to: {GAP}}}}}", COUNT, False),
    (f"{{ratio: {{of: {GAP}, to: {COUNT}}}}}", GAP, False),
]


def assert_told(condition: str) -> set[bool]:
    """Every measure of the condition is told apart by its name; which there are."""
    tags = (
        f"  example: {{manual: only}}\n  t: {{assign: {{when: {condition}}}, expires_after: 9d}}\n"
    )
    plan = plan_of(f"{HEAD}tags:\n{tags}")
    for measure in plan.measures:
        assert words.is_time(measure.text) is measure.is_time, measure.text
    return {measure.is_time for measure in plan.measures}


@pytest.mark.parametrize("example", [word.example for word in MEASURES.values()], ids=MEASURES)
def test_every_measure_of_the_language(example: str) -> None:
    assert assert_told(example)


@pytest.mark.parametrize(("of", "to", "is_time"), RATIOS)
def test_ratios_of_times(of: str, to: str, is_time: bool) -> None:
    right = "gt: 1d" if is_time else "gt: 2"
    assert is_time in assert_told(f"{{ratio: {{of: {of}, to: {to}}}, {right}}}")


def test_a_name_that_only_looks_like_a_time() -> None:
    assert not words.is_time("attribute time since")
    assert not words.is_time("(time since the last chat")
