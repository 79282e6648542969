"""What a case file suggests to people who write events as producers do."""

import pytest

from tagger.rules.cases.reading import read_case_files
from tagger.rules.loader import load_texts

PACK = """\
pack: p
currency: EUR
defaults: {owner: us}
events:
  big: {event: purchase, where: {amount: {gte: 100}}}
  source: {event: chat}
tags:
  t: {assign: {when: {count: {event: [big, source], within: 30d}, gte: 1}}}
"""


def faults_of(event: str) -> list[tuple[str, str, str | None]]:
    text = (
        "pack: p\nstarts_at: 2026-01-05T09:00:00Z\ncases:\n"
        f"  - {{name: n, events: [{event}], expect: [{{at: +1d, not_held: [t]}}]}}\n"
    )
    faults = read_case_files({"p.test.yaml": text}, load_texts({"p.yaml": PACK}).packs)[1]
    return [(fault.code, fault.sentence, fault.suggestion) for fault in faults]


@pytest.mark.parametrize(
    ("event", "sentence", "suggestion"),
    [
        (
            "{at: +0d, profile: {attributes: {city: X}}}",
            "no pack knows the attribute `attributes`",
            "attributes stand under `profile` at once: `profile: {city: Berlin}`",
        ),
        (
            "{at: +0d, profile: {cty: X}}",
            "no pack knows the attribute `cty`",
            "did you mean `city`?",
        ),
        (
            "{at: +0d, purchase: {amount_minor: 500}}",
            "`amount_minor` is what events say; a case speaks of major units",
            "write `amount: 19.99` for 1999",
        ),
        (
            "{at: +0d, purchase: {lines: [{amount_minor: 500}]}}",
            "`amount_minor` is what events say; a case speaks of major units",
            "write `amount: 19.99` for 1999",
        ),
        (
            "{at: +0d, big: {amount: 500}}",
            "`big` is an event that a pack makes of others",
            "write the event that it is made of, such as `purchase`",
        ),
    ],
)
def test_one_fault_says_what_to_write(event: str, sentence: str, suggestion: str) -> None:
    ((code, said, hint),) = faults_of(event)
    assert code.startswith("E-CASE-")
    assert (said, hint) == (sentence, suggestion)


def test_a_word_of_records_stays_one_beside_an_event_of_that_name() -> None:
    assert faults_of("{at: +0d, source: desk, chat: {}}") == []
