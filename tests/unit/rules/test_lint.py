"""Warnings about single rules: legal and doubtful. They refuse nothing."""

import re

import pytest

from tagger.rules.loader import load_texts

from .folders import HEAD
from .warned import OTHERS, TITLE, assert_of_condition, assert_of_tag, assert_warnings

VIEWS = "count: {event: product_view, within: 7d}"
SUM = "sum: {event: cart_add, of: quantity, within: 7d}"
RATED = "avg: {event: chat, of: rating, within: 7d}"


@pytest.mark.parametrize(
    ("condition", "codes"),
    [
        ("{^not: {since: {event: chat}, gte: 3d}}", "W-UNSET"),
        ("{^not: {any: [{attribute: city, eq: x}]}}", "W-UNSET"),
        ("{^not: {condition: unset}}", "W-UNSET"),
        ("{^not: {avg: {event: chat, of: rating, within: 9d}, lt: 3}}", "W-UNSET"),
        ("{^not: {min: {event: chat, of: rating, within: 9d}, lt: 3}}", "W-UNSET"),
        ("{^not: {latest: {event: purchase, of: channel, within: 9d}, eq: web}}", "W-UNSET"),
        ("{^not: {interval: {event: purchase, within: 90d}, gt: 9d}}", "W-UNSET"),
        ("{^not: {response_time: {within: 90d}, gt: 1h}}", "W-UNSET"),
        ("{^not: {tag_age: u, gt: 9d}}", "W-UNSET"),
        ("{^not: {tag: n, gt: 4}}", "W-UNSET"),
        (f"{{^not: {{ratio: {{of: {{{VIEWS}}}, to: {{{VIEWS}}}}}, gt: 4}}}}", "W-UNSET"),
        (f"{{^not: {{tag: n, gt: {{measure: {{{VIEWS}}}}}}}}}", "W-UNSET"),
        (f"{{^not: {{{VIEWS}, gt: {{measure: {{tag: n}}}}}}}}", "W-UNSET"),
        ("{not: {count: {event: chat, within: 1d}, gte: 3}}", ""),
        ("{not: {attribute: city, is_set: true}}", ""),
        ("{not: {tag: u}}", ""),
        ("{attribute: city, ne: x}", ""),
        ("{all: [{attribute: city, is_set: true}, {not: {attribute: city, eq: x}}]}", ""),
        ("{all: [{attribute: city, ne: y}, {not: {attribute: city, eq: x}}]}", ""),
        ("{not: {any: [{attribute: city, is_set: false}, {attribute: city, eq: x}]}}", ""),
        ("{all: [{condition: unset}, {not: {attribute: region, eq: south}}]}", ""),
        ("{any: [{condition: unset}, {^not: {attribute: region, eq: south}}]}", "W-UNSET"),
    ],
)
def test_not_over_a_value_that_can_be_unset(condition: str, codes: str) -> None:
    sections = "conditions:\n  unset: {attribute: region, in: [north, east]}\n  c: CONDITION\n"
    used = "{any: [{condition: unset}, {condition: c}]}"
    assert_of_condition(used, codes, sections.replace("CONDITION", condition))


@pytest.mark.parametrize(
    ("condition", "codes"),
    [
        ("{sum: {event: purchase, of: amount, within: 1d}, gte: ^1.999}", "W-MONEY"),
        ("{max: {event: purchase, of: amount, within: 1d}, gte: ^1.999}", "W-MONEY"),
        ("{sum: {event: purchase, of: amount, within: 1d}, gte: 1.990}", ""),
        ("{avg: {event: purchase, of: amount, within: 1d}, gte: 1.999}", ""),
        ("{count: {event: purchase, where: {amount: ^0.001}, within: 1d}, gte: 1}", "W-MONEY"),
        (
            "{count: {event: purchase, where: {any_line: {amount: ^0.001}}, within: 1d}, gte: 1}",
            "W-MONEY",
        ),
    ],
)
def test_amounts_finer_than_their_currency(condition: str, codes: str) -> None:
    assert_of_condition(condition, codes)


@pytest.mark.parametrize(
    ("condition", "codes"),
    [
        (f"^{{{VIEWS}, lt: 0}}", "W-NEVER"),
        (f"^{{{VIEWS}, eq: -1}}", "W-NEVER"),
        (f"{{{VIEWS}, gt: 0}}", ""),
        (f"^{{{RATED}, gt: 5}}", "W-NEVER"),
        (f"{{{RATED}, gte: 5}}", ""),
        ("^{since: {event: chat, within: 30d}, gte: 30d}", "W-NEVER"),
        ("{since: {event: chat, within: 30d}, gte: 29d}", ""),
        ("^{since: {event: chat, within: 30d, ago: 30d}, lt: 30d}", "W-NEVER"),
        ("^{interval: {event: chat, within: 30d}, gt: 40d}", "W-NEVER"),
        ("^{response_time: {within: 30d}, gt: 40d}", "W-NEVER"),
        ("{response_time: {this: month}, gt: 40d}", ""),
        (f"^{{{VIEWS}, gte: 0}}", "W-ALWAYS"),
        (f"^{{{VIEWS}, is_set: true}}", "W-ALWAYS"),
        (f"^{{{VIEWS}, is_set: false}}", "W-NEVER"),
        ("^{tag: u, is_set: true}", "W-ALWAYS"),
        ("{tag: n, is_set: true}", ""),
        (f"{{{RATED}, gte: 1}}", ""),
        (f"{{all: [{{{VIEWS}, gte: 5}}, ^{{{VIEWS}, lt: 3}}]}}", "W-NEVER"),
        (f"{{all: [{{{VIEWS}, gte: 5}}, {{{VIEWS}, lt: 7}}]}}", ""),
        ("^{tag: n, gte: 5, lt: 3}", "W-NEVER"),
        ("{all: [{attribute: city, eq: x}, ^{attribute: city, eq: y}]}", "W-NEVER"),
        ("{all: [{attribute: city, in: [x, y]}, {attribute: city, eq: y}]}", ""),
        ("{all: [{tag: u}, {^not: {tag: u}}]}", "W-NEVER"),
        ("{any: [{tag: u}, {^not: {tag: u}}]}", "W-ALWAYS"),
        (f"{{^any: [{{{VIEWS}, gte: 3}}, {{{VIEWS}, lt: 5}}]}}", "W-ALWAYS"),
        (f"{{any: [{{{VIEWS}, gte: 5}}, {{{VIEWS}, lt: 3}}]}}", ""),
        (f"{{any: [{{{RATED}, gte: 3}}, {{{RATED}, lt: 5}}]}}", ""),
        ("{at_least: {of: [{tag: u}, {tag: n, gt: 4}], gte: ^3}}", "W-NEVER"),
        ("{at_least: {of: [{tag: u}, {tag: n, gt: 4}], gte: ^0}}", "W-ALWAYS"),
        ("{at_least: {of: [{tag: u}, {tag: n, gt: 4}], gte: 2}}", ""),
        ("{at_least: {of: [{tag: u}, {tag: n, gt: 4}], eq: ^1.5}}", "W-NEVER"),
        (f"{{{VIEWS}, eq: ^2.5}}", "W-NEVER"),
        (f"{{{VIEWS}, in: ^[2, 2.5]}}", "W-NEVER"),
        (f"{{{VIEWS}, ne: ^2.5}}", "W-ALWAYS"),
        (f"{{{VIEWS}, eq: 2.0}}", ""),
        (f"{{{VIEWS}, gte: 2.5}}", ""),
        (f"^{{{VIEWS}, between: [2.2, 2.8]}}", "W-NEVER"),
        (f"{{all: [{{{VIEWS}, gt: 2}}, ^{{{VIEWS}, lt: 3}}]}}", "W-NEVER"),
        (f"{{^any: [{{{VIEWS}, lte: 2}}, {{{VIEWS}, gte: 3}}]}}", "W-ALWAYS"),
        ("{distinct: {event: chat, of: channel, within: 9d}, eq: ^1.5}", "W-NEVER"),
        ("{latest: {event: chat, of: rating, within: 9d}, eq: ^4.5}", "W-NEVER"),
        ("{sum: {event: chat, of: rating, within: 9d}, eq: ^4.5}", "W-NEVER"),
        (f"{{{RATED}, eq: 4.5}}", ""),
        ("{sum: {event: purchase, of: quantity, within: 9d}, eq: 1.5}", ""),
        ("{attribute: age, eq: 30.5}", ""),
    ],
)
def test_what_always_or_never_holds(condition: str, codes: str) -> None:
    assert_of_condition(f"{{any: [{{attribute: age, gte: 18}}, {condition}]}}", codes)


@pytest.mark.parametrize(
    ("selector", "codes"),
    [
        ("{event: purchase, where: {^kind: refund}}", "W-NEVER"),
        ("{event: [purchase, refund], where: {kind: refund}}", ""),
        ("{event: refund, where: {^kind: refund}}", "W-ALWAYS"),
        ("{event: refund, where: {kind: {^ne: refund}}}", "W-NEVER"),
        ("{event: purchase, where: {kind: rental}}", ""),
        ("{event: rentals, where: {kind: {in: [sale, rental]}}}", ""),
        ("{event: cart_add, where: {^action: search}}", "W-NEVER"),
        ("{event: browse, where: {action: search}}", ""),
        ("{event: chat, where: {rating: {^gt: 5}}}", "W-NEVER"),
        ("{event: chat, where: {rating: ^4.5}}", "W-NEVER"),
        ("{event: chat, where: {rating: {ne: 4.5}}}", ""),
        ("{event: chat, where: {hour: {^gte: 0}}}", "W-ALWAYS"),
        ("{event: chat, where: {hour: {gte: 9, lt: 17}}}", ""),
        ("{event: purchase, where: {amount: {gte: 500, ^lt: 100}}}", "W-NEVER"),
        ("{event: purchase, where: {any_line: {amount: {gte: 500, ^lt: 100}}}}", "W-NEVER"),
        ("{event: waits, where: {^kind: refund}}", "W-NEVER"),
    ],
)
def test_filters_that_let_nothing_or_everything_through(selector: str, codes: str) -> None:
    sections = (
        "events:\n  rentals: {event: purchase, where: {kind: rental}}\n"
        "  waits: {first: purchase, unless: [rentals, chat], within: 1d}\n"
    )
    rest = "{count: {event: waits, within: 1d}, gte: 2}"
    condition = f"{{any: [{{count: {selector[:-1]}, within: 1d}}, gte: 1}}, {rest}]}}"
    assert_of_condition(condition, codes, sections)


@pytest.mark.parametrize(
    ("condition", "codes"),
    [
        ("{attribute: city, in: ^[x, y, x]}", "W-REPEATED"),
        ("{attribute: city, in: [x, y, X]}", ""),
        ("{attribute: city, mentions: ^[shoe, SHOE]}", "W-REPEATED"),
        ("{any: [{tag: u}, {tag: n, gt: 4}, ^{tag: u}]}", "W-REPEATED"),
        ("{at_least: {of: [{tag: u}, {tag: n, gt: 4}, ^{tag: u}], gte: 2}}", "W-REPEATED"),
        ("{any: [{tag: u}, {tag: n, gt: 4}, {tag: n, gt: 5}]}", ""),
    ],
)
def test_the_same_twice_in_a_list(condition: str, codes: str) -> None:
    assert_of_condition(condition, codes)


def test_the_same_twice_in_a_named_list() -> None:
    assert_of_condition("{attribute: city, in: l}", "W-REPEATED", "lists: {^l: [x, y, x]}\n")


@pytest.mark.parametrize(
    ("tag", "codes"),
    [
        ("t: {assign: {when: ^{count: {event: chat, within: 30d}, lt: 1}}}", "W-ABSENT"),
        ("t: {assign: {when: ^{count: {event: chat, this: month}, eq: 0}}}", "W-ABSENT"),
        ("t: {assign: {when: {not: ^{count: {event: chat, within: 30d}, gt: 0}}}}", "W-ABSENT"),
        (
            (
                "t: {assign: {when: {all: [^{count: {event: chat, within: 3d}, eq: 0},"
                " {tag: u, eq: false}]}}}"
            ),
            "W-ABSENT",
        ),
        ("t: {assign: {when: {count: {event: chat, ever: true}, eq: 0}}}", ""),
        ("t: {assign: {when: {absent: {event: chat, within: 30d}}}}", ""),
        (
            "t: {assign: {when: {all: [{count: {event: chat, within: 3d}, eq: 0}, {tag: u}]}}}",
            "",
        ),
        (
            (
                "t: {assign: {when: {count: {event: chat, within: 3d}, gte: 5}},"
                " remove: {when: {count: {event: chat, within: 3d}, eq: 0}}}"
            ),
            "",
        ),
    ],
)
def test_silence_of_customers_who_are_new(tag: str, codes: str) -> None:
    assert_of_tag(tag, codes)


def bands_of(bands: str) -> str:
    """A text tag: `{...}` is the condition of a value, `N` a count of views, `R` a mean that can be
    unset, `REST` the rest."""
    whens = re.sub(r"\{([^}]*)\}", r"{when: {\1}}", bands)
    values = whens.replace("N,", f"{VIEWS},").replace("R,", f"{RATED},").replace("S,", f"{SUM},")
    values = values.replace("REST", "{otherwise: true}")
    return f"{{{TITLE}, form: text, values: {{{values}}}}}"


@pytest.mark.parametrize(
    ("bands", "codes"),
    [
        ("a: {N, gte: 3}, b: REST", ""),
        ("a: {N, gte: 6}, b: {N, between: [2, 6]}, c: {N, lt: 2}", ""),
        ("a: {N, gte: 6}, b: {N, lte: 5}", ""),
        ("a: {N, gt: 5}, b: {N, lt: 5.5}, ^c: REST", "W-UNREACHABLE-BAND"),
        ("a: {N, gte: 2}, ^b: {N, gte: 6}, c: REST", "W-UNREACHABLE-BAND"),
        ("a: {N, gt: 2}, b: {N, gte: 2}, c: REST", ""),
        ("a: {N, eq: 2}, b: {N, gte: 2}, c: REST", ""),
        ("a: {N, gte: 5}, b: {N, lt: 5}, ^c: REST", "W-UNREACHABLE-BAND"),
        ("a: {R, gte: 3}, b: {R, lt: 3}, c: REST", ""),
        ("a: {N, lt: 3}, b: {N, gte: 4}, ^c: {N, eq: 2}, d: REST", "W-UNREACHABLE-BAND"),
        (
            "a: {N, between: [0, 3]}, b: {N, between: [3, 9]}, ^c: {N, between: [2, 5]}, d: REST",
            "W-UNREACHABLE-BAND",
        ),
        ("a: {tag: u}, ^b: {tag: u}, c: REST", "W-UNREACHABLE-BAND"),
    ],
)
def test_values_that_are_never_reached(bands: str, codes: str) -> None:
    assert_warnings(f"{HEAD}tags:\n  t: {bands_of(bands)}\n{OTHERS}", codes)


def test_a_value_that_can_never_be_is_not_blamed_on_those_before_it() -> None:
    values = f"a: {{when: {{{VIEWS}, gte: 3}}}}, b: {{when: ^{{{VIEWS}, lt: 0}}}}, c: REST"
    values = values.replace("REST", "{otherwise: true}")
    text = f"{HEAD}tags:\n  t: {{{TITLE}, form: text, values: {{{values}}}}}\n"
    assert_warnings(text, "W-NEVER")


@pytest.mark.parametrize(
    ("bands", "gap"),
    [
        ("a: {N, gte: 3}", " from 0 to 2"),
        ("a: {tag: u}", ""),
        ("a: {N, gte: 6}, b: {N, between: [2, 5]}, c: {N, lt: 2}", " of 5"),
        ("a: {N, gt: 2}, b: {N, lt: 2}", " of 2"),
        ("a: {N, lte: 7.5}", " from 8 on"),
        ("a: {S, gte: 6}, b: {S, lte: 5}", " above 5 to under 6"),
        ("a: {R, lt: 3}, b: {R, gte: 3}", " one without average of rating of chat within 7d"),
    ],
)
def test_values_that_leave_a_gap(bands: str, gap: str) -> None:
    text = f"{HEAD}tags:\n  ^t: {bands_of(bands)}\n{OTHERS}"
    assert_warnings(text, "W-GAP")
    (fault,) = load_texts({"p.yaml": text.replace("^", "")}).faults
    assert fault.sentence.endswith(gap)


def test_a_gap_of_time_is_told_as_a_time() -> None:
    values = (
        "{a: {when: {since: {event: chat}, lt: 7d}}, b: {when: {since: {event: chat}, gt: 9d}}}"
    )
    text = f"{HEAD}tags:\n  t: {{{TITLE}, form: text, values: {values}}}\n"
    (fault,) = load_texts({"p.yaml": text}).faults
    assert fault.sentence.endswith("time since the last chat from 7d to 9d")
