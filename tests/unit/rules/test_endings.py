"""Whether a rule can end is seen from the one way in which its measures move."""

import pytest

from tagger.rules.loader import load_texts

from .folders import FILE, HEAD

EVER = "event: purchase, ever: true"
BOUGHT = f"{{count: {{{EVER}}}, gte: 1}}"


def is_without_end(condition: str) -> bool:
    named = f"conditions:\n  c: {BOUGHT}\n"
    tag = f"tags:\n  n: {{manual: only}}\n  t: {{assign: {{when: {condition}}}}}\n"
    faults = load_texts({FILE: f"{HEAD}{named}{tag}"}).faults
    errors = [fault.code for fault in faults if fault.is_error]
    assert errors in ([], ["E-NO-ENDING"])
    return bool(errors)


@pytest.mark.parametrize(
    "condition",
    [
        BOUGHT,
        f"{{count: {{{EVER}}}, gt: 3}}",
        f"{{sum: {{{EVER}, of: quantity}}, gte: 10}}",
        f"{{sum: {{{EVER}, of: amount, refunds: ignore}}, gte: 10}}",
        f"{{max: {{{EVER}, of: amount, refunds: ignore}}, gte: 10}}",
        f"{{min: {{{EVER}, of: amount}}, lt: 10}}",
        f"{{earliest: {{{EVER}, of: channel}}, eq: web}}",
        f"{{avg: {{{EVER}, of: amount}}, is_set: true}}",
        f"{{interval: {{{EVER}}}, is_set: true}}",
        "{since: {event: chat}, is_set: true}",
        "{since_first: {event: chat}, gt: 30d}",
        "{condition: c}",
        f"{{not: {{count: {{{EVER}}}, lt: 3}}}}",
        f"{{all: [{BOUGHT}, {{since_first: {{event: chat}}, gte: 3d}}]}}",
    ],
)
def test_a_rule_that_can_never_end(condition: str) -> None:
    assert is_without_end(condition)


@pytest.mark.parametrize(
    "condition",
    [
        "{count: {event: purchase, within: 30d}, gte: 1}",
        "{count: {event: purchase, this: year}, gte: 1}",
        f"{{count: {{{EVER}}}, lt: 3}}",
        f"{{sum: {{{EVER}, of: amount}}, gte: 10}}",
        f"{{sum: {{{EVER}, of: profit, refunds: ignore}}, gte: 10}}",
        f"{{max: {{{EVER}, of: amount}}, gte: 10}}",
        f"{{max: {{{EVER}, of: amount, refunds: ignore}}, lt: 10}}",
        f"{{min: {{{EVER}, of: amount}}, gt: 10}}",
        f"{{not: {{min: {{{EVER}, of: amount}}, gt: 10}}}}",
        f"{{not: {{min: {{{EVER}, of: amount}}, lt: 10}}}}",
        f"{{latest: {{{EVER}, of: channel}}, eq: web}}",
        f"{{not: {{earliest: {{{EVER}, of: channel}}, eq: web}}}}",
        f"{{avg: {{{EVER}, of: amount}}, gte: 10}}",
        f"{{interval: {{{EVER}}}, gt: 9d}}",
        "{since: {event: chat}, gt: 30d}",
        "{since_first: {event: chat, within: 30d}, gt: 3d}",
        "{since_first: {event: chat}, lt: 30d}",
        "{not: {since_first: {event: chat}, lt: 30d}}",
        "{tag_age: n, gt: 9d}",
        "{attribute: age, gte: 18}",
        f"{{ratio: {{of: {{count: {{{EVER}}}}}, to: {{count: {{{EVER}}}}}}}, gte: 1}}",
        f"{{count: {{{EVER}}}, gte: {{measure: {{count: {{event: chat, ever: true}}}}}}}}",
        f"{{any: [{BOUGHT}, {{tag: n}}]}}",
    ],
)
def test_a_rule_that_may_end(condition: str) -> None:
    assert not is_without_end(condition)
