"""A name that needs itself is found wherever the need stands."""

import pytest

from tagger.rules.loader import load_texts

from .folders import FILE, HEAD

COUNT = "{count: {event: chat, within: 1d}}"


@pytest.mark.parametrize(
    "condition",
    [
        "{tag: b, gt: 3d}",
        "{tag_age: b, gt: 3d}",
        f"{{ratio: {{of: {{tag: b}}, to: {COUNT}}}, gt: 3d}}",
        "{since: {event: chat}, gt: {measure: {tag: b}}}",
        "{not: {any: [{condition: c}, {attribute: city, is_set: true}]}}",
    ],
)
def test_a_tag_that_needs_itself_through_another(condition: str) -> None:
    named = "conditions: {c: {tag: b, lt: 3d}}\n"
    looks = f"  a: {{assign: {{when: {condition}}}}}\n"
    number = "form: number, step: 1d, value"
    free = f"  b: {{{number}: {{since: {{event: chat}}}}}}\n"
    assert codes_of(f"{named}tags:\n{looks}{free}") == []
    back = f"  b: {{{number}: {{tag_age: a}}}}\n"
    assert codes_of(f"{named}tags:\n{looks}{back}") == ["E-CYCLE"]


@pytest.mark.parametrize(
    "definition",
    [
        "{event: [chat, b]}",
        "{first: b, unless: chat, within: 1h}",
        "{first: chat, unless: b, within: 1h}",
        "{first: chat, then: b, within: 1h}",
        "{steps: [chat, {event: b, where: {hour: 3}}, search], within: 1h}",
    ],
)
def test_an_event_that_needs_itself_through_another(definition: str) -> None:
    assert codes_of(f"events:\n  a: {definition}\n  b: {{event: a}}\n") == ["E-CYCLE"]
    assert codes_of(f"events:\n  a: {definition}\n  b: {{event: click}}\n") == []


def codes_of(text: str) -> list[str]:
    return [fault.code for fault in load_texts({FILE: HEAD + text}).faults if fault.is_error]


def test_a_condition_that_cannot_be_read_does_not_stop_the_rest() -> None:
    text = "conditions: {c: {tag: b, gt: x}}\ntags:\n  a: {assign: {when: {condition: c}}}\n"
    assert codes_of(f"{text}  b: {{form: number, value: {COUNT}}}\n") == ["E-TYPE"]
