"""What is suggested to people who write what is common elsewhere, and one fault told once."""

import pytest

from tagger.rules.hints import SYNONYMS, for_duration
from tagger.rules.loader import load_texts

HEAD = "pack: p\ncurrency: EUR\ndefaults: {owner: us}\n"
ENDING = "expires_after: 9d"


def faults_of(text: str) -> list[tuple[str, str | None]]:
    faults = load_texts({"p.yaml": HEAD + text}).faults
    return [(fault.sentence, fault.suggestion) for fault in faults if fault.is_error]


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("14 days", "write 14d"),
        ("1 hour", "write 1h"),
        ("90min", "write 90m"),
        ("14D", "write 14d"),
        ("2 Weeks", "write 2w"),
        ("30 sec", "write 30s"),
        ("3M", "write it like"),
        ("3 months", "months and years are calendar periods"),
        ("1.5d", "take whole numbers"),
        ("14", "say the unit too, like 14d"),
        ("two weeks", "write it like"),
        ("", "write it like"),
    ],
)
def test_a_spelt_duration_is_written_anew(text: str, hint: str) -> None:
    assert for_duration(text).startswith(hint)


@pytest.mark.parametrize(
    ("tag", "sentence", "suggestion"),
    [
        ("{asign: {upon: chat}, expires_after: 9d}", "`asign` is not a word of a tag", "`assign`"),
        (
            "{assign: {when: {count: {event: chat, witin: 30d}, gte: 2}}}",
            "`witin` is not a word of `count`",
            "`within`",
        ),
        (
            "{assign: {when: {count: {event: chat, within: 30d}, '>=': 2}}}",
            "`>=` is not a word of a condition",
            "`gte`",
        ),
        (
            "{assign: {when: {and: [{attribute: age, gte: 2}]}}}",
            "`and` is not a word of a condition",
            "`all`",
        ),
        (
            "{assign: {when: {absent: {event: chat, witin: 30d}}}}",
            "`witin` is not a word of `absent`",
            "`within`",
        ),
        ("{assign: {upon: sale}, expires_after: 9d}", "there is no event `sale`", "`purchase`"),
    ],
)
def test_a_misspelt_word_is_one_fault(tag: str, sentence: str, suggestion: str) -> None:
    assert faults_of(f"tags: {{t: {tag}}}\n") == [(sentence, f"did you mean {suggestion}?")]


@pytest.mark.parametrize("other", SYNONYMS)
def test_no_synonym_is_a_word_of_the_language(other: str) -> None:
    """Where it is not one of those that are possible, it stays a fault."""
    faults = faults_of(f"tags: {{t: {{assign: {{when: {{'{other}': 1}}}}, {ENDING}}}}}\n")
    assert any("is not a word of a condition" in sentence for sentence, _ in faults)


def test_a_value_that_became_a_comment() -> None:
    text = f"tags:\n  t:\n    colour: #ff0000\n    assign: {{upon: chat}}\n    {ENDING}\n"
    ((sentence, suggestion),) = faults_of(text)
    assert sentence == "`colour` takes a text, not nothing"
    assert suggestion is not None
    assert "# is a comment" in suggestion


def test_a_tag_that_begins_too_far_right() -> None:
    text = (
        f"tags:\n  t:\n    assign: {{upon: chat}}\n    {ENDING}\n    other:\n    title: {{en: T}}\n"
    )
    ((sentence, suggestion),) = faults_of(text)
    assert sentence == "`other` is not a word of a tag"
    assert suggestion is not None
    assert suggestion.startswith("nothing belongs to it: begin it further left")
