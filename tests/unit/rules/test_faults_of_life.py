"""What is wrong with patterns and with the lives of tags has a code and a place; `^` marks it."""

import pytest

from .folders import HEAD, assert_errors

RULE = "assign: {when: {count: {event: purchase, within: 30d}, gte: 3}}"
BANDS = "form: text, values: {a: {otherwise: true}}"


@pytest.mark.parametrize(
    ("event", "codes"),
    [
        ("{first: cart_add, then: purchase, by: cart_id, within: 1h}", ""),
        ("{steps: [search, [cart_add, click], {event: chat}], within: 1h}", ""),
        ("{first: cart_add, ^unless: chat, then: chat, within: 1h}", "E-TYPE"),
        ("{^first: cart_add, steps: [cart_add, chat], within: 1h}", "E-TYPE"),
        ("{^then: cart_add, steps: [cart_add, chat], within: 1h}", "E-TYPE"),
        ("{^unless: cart_add, steps: [cart_add, chat], within: 1h}", "E-TYPE"),
        ("^{first: cart_add, within: 1h}", "E-MISSING"),
        ("^{then: cart_add, within: 1h}", "E-MISSING"),
        ("^{steps: [cart_add, chat]}", "E-NO-WINDOW"),
        ("^{steps: [cart_add, chat], ^event: chat}", "E-NO-WINDOW E-TYPE"),
        ("{event: chat, ^within: 1h}", "E-TYPE"),
        ("{event: chat, ^by: channel}", "E-TYPE"),
        ("{steps: ^[chat], within: 1h}", "E-VALUE"),
        (f"{{steps: ^[{', '.join(['chat'] * 9)}], within: 1h}}", "E-VALUE"),
        (f"{{steps: [{', '.join(['chat'] * 8)}], within: 1h}}", ""),
        ("{steps: ^chat, within: 1h}", "E-TYPE"),
        ("{steps: [chat, ^chatt, {event: ^catr}], within: 1h}", "E-UNKNOWN-NAME " * 2),
        ("{steps: [chat, {event: browse, ^within: 1d}], within: 1h}", "E-UNKNOWN-WORD"),
        ("{first: cart_add, then: purchase, by: ^session_id, within: 1h}", "E-UNKNOWN-NAME"),
        ("{first: cart_add, then: purchase, by: ^product_id, within: 1h}", "E-UNKNOWN-NAME"),
        ("{first: cart_add, then: search, by: ^quantity, within: 1h}", "E-UNKNOWN-NAME"),
        ("{first: cart_add, unless: purchase, by: session_id, within: 1h}", ""),
        ("{steps: [cart_add, checkout_start], by: ^[cart_id], within: 1h}", "E-TYPE"),
    ],
)
def test_patterns(event: str, codes: str) -> None:
    assert_errors(f"{HEAD}events:\n  e: {event}\n", codes)


@pytest.mark.parametrize(
    ("pattern", "field"),
    [
        ("{first: cart_add, then: purchase, within: 1h}", "store_id"),
        ("{steps: [cart_add, chat, {event: purchase}], within: 1h}", "store_id"),
        ("{steps: [cart_add, chat, [search, purchase]], within: 1h}", "store_id"),
        ("{first: purchase, unless: cart_add, within: 1h}", "store_id"),
    ],
)
def test_a_pattern_has_the_fields_of_the_event_that_it_is(pattern: str, field: str) -> None:
    events = f"  named: {{event: e, where: {{{field}: a}}}}\n  e: {pattern}\n"
    assert_errors(f"{HEAD}events:\n{events}", "")
    other = f"  e: {pattern}\n  named: {{event: e, where: {{^conversation_id: a}}}}\n"
    assert_errors(f"{HEAD}events:\n{other}", "E-UNKNOWN-NAME")


@pytest.mark.parametrize(
    ("tag", "codes"),
    [
        ("t: {RULE, hold_for: 10m, keep_at_least: 7d, cool_down: 1d}", ""),
        ("t: {RULE, layer: temporary, ends_on: 2026-12-31}", ""),
        ("t: {manual: only, layer: temporary, ends_on: 2026-12-31}", ""),
        ("t: {BANDS, layer: temporary, ends_on: 2026-12-31}", ""),
        ("^t: {BANDS, layer: temporary}", "E-NO-ENDING"),
        ("t: {assign: {upon: chat}, ends_on: 2026-12-31}", ""),
        ("t: {RULE, ends_on: ^soon}", "E-TYPE"),
        ("t: {RULE, ends_on: ^20261231}", "E-TYPE"),
        ("t: {RULE, ends_on: ^2026-12-31T10:00:00Z}", "E-TYPE"),
        ("t: {RULE, ends_on: ^2026-02-30}", "E-VALUE"),
        ("t: {RULE, ends_on: ^1969-12-31}", "E-VALUE"),
        ("t: {RULE, ends_on: ^9999-12-31}", "E-VALUE"),
        ("t: {RULE, sticky: true, ^ends_on: 2026-12-31}", "E-STICKY"),
        ("t: {RULE, sticky: true, ^keep_at_least: 1d}", "E-STICKY"),
        ("t: {RULE, sticky: true, ^cool_down: 1d}", "E-STICKY"),
        ("t: {RULE, ^expires_after: 1d, keep_at_least: 2d}", "E-EXPIRES"),
        ("t: {RULE, expires_after: 2d, keep_at_least: 2d}", ""),
        ("t: {RULE, hold_for: ^1}", "E-TYPE"),
        ("t: {RULE, keep_at_least: ^0d}", "E-VALUE"),
        ("t: {assign: {upon: chat}, sticky: true, ^hold_for: 1d}", "E-HOLD-UPON"),
        ("t: {manual: only, ^hold_for: 1d, ^cool_down: 1d}", "E-RULE-ON-MANUAL " * 2),
        ("t: {form: text, manual: only, ^values: {a: {otherwise: true}}}", "E-RULE-ON-MANUAL"),
        ("t: {BANDS, ^cool_down: 1d}", "E-LIFE-ON-FORM"),
        (
            "t: {form: number, value: {attribute: age}, ^hold_for: 1d, ^keep_at_least: 1d}",
            "E-LIFE-ON-FORM E-LIFE-ON-FORM",
        ),
    ],
)
def test_lives_of_tags(tag: str, codes: str) -> None:
    tag = tag.replace("RULE", RULE).replace("BANDS", BANDS)
    assert_errors(f"{HEAD}tags:\n  {tag}\n", codes)
