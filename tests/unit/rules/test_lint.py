"""Warnings: legal and doubtful. A fault here refuses nothing."""

import re

import pytest

from tagger.rules.lint import MOST_TAGS_AT_ONCE
from tagger.rules.loader import load_texts

from .folders import FILE, HEAD, place, unmarked

TITLE = "title: {en: A}"
BOUGHT = "{count: {event: purchase, within: 30d}, gte: 3}"
VIEWS = "count: {event: product_view, within: 7d}"
OTHER = "  u: {title: {en: B}, manual: only}\n"


def bands_of(bands: str) -> str:
    """A text tag: `{...}` is the condition of a value, `N` a count of views, `REST` the rest."""
    whens = re.sub(r"\{([^}]*)\}", r"{when: {\1}}", bands).replace("N,", f"{VIEWS},")
    values = whens.replace("REST", "{otherwise: true}")
    return f"{{{TITLE}, form: text, values: {{{values}}}}}"


def assert_warnings(marked: str, codes: str) -> None:
    """The file has no error, and exactly the warnings of these codes, where each `^` points."""
    text, places = unmarked(marked)
    expected = [" ".join(pair) for pair in zip(places, codes.split(), strict=True)]
    assert [place(fault) for fault in load_texts({FILE: text}).faults] == expected


@pytest.mark.parametrize(
    ("condition", "codes"),
    [
        ("{^not: {since: {event: chat}, gte: 3d}}", "W-UNSET"),
        ("{^not: {any: [{attribute: city, eq: x}]}}", "W-UNSET"),
        ("{^not: {condition: unset}}", "W-UNSET"),
        ("{not: {count: {event: chat, within: 1d}, gte: 3}}", ""),
        ("{not: {attribute: city, is_set: true}}", ""),
        ("{sum: {event: purchase, of: amount, within: 1d}, gte: ^1.999}", "W-MONEY"),
        ("{sum: {event: purchase, of: amount, within: 1d}, gte: 1.990}", ""),
        ("{count: {event: purchase, where: {amount: ^0.001}, within: 1d}, gte: 1}", "W-MONEY"),
    ],
)
def test_doubtful_conditions(condition: str, codes: str) -> None:
    conditions = "conditions: {unset: {attribute: region, eq: north}}\n"
    when = f"{{all: [{condition}, {{condition: unset}}]}}"
    assert_warnings(f"{HEAD}{conditions}tags:\n  t: {{{TITLE}, assign: {{when: {when}}}}}\n", codes)


@pytest.mark.parametrize(
    ("section", "code"),
    [
        ("events: {^e: {event: chat}}", "W-UNUSED-NAME"),
        ("conditions: {^c: {tag: t}}", "W-UNUSED-NAME"),
        ("lists: {^l: [a, b]}", "W-UNUSED-NAME"),
        (
            "lists: {l: [a]}\nevents: {^e: {event: chat, where: {channel: {in: l}}}}",
            "W-UNUSED-NAME",
        ),
    ],
)
def test_names_that_nothing_uses(section: str, code: str) -> None:
    tag = f"{{{TITLE}, assign: {{when: {BOUGHT}}}}}"
    assert_warnings(f"{HEAD}{section}\ntags:\n  t: {tag}\n", code)


@pytest.mark.parametrize(
    ("tag", "codes"),
    [
        ("^t: {assign: {when: BOUGHT}}", "W-NO-TITLE"),
        ("t: {TITLE, assign: {when: BOUGHT}}", ""),
        ("t: {TITLE, assign: {when: BOUGHT}, remove: ^{when: {N, lt: 1}}}", "W-RETURNS"),
        ("t: {TITLE, assign: {when: {N, gte: 1}}, remove: {when: BOUGHT}}", ""),
    ],
)
def test_doubtful_flags(tag: str, codes: str) -> None:
    text = tag.replace("TITLE", TITLE).replace("BOUGHT", BOUGHT).replace("N,", f"{VIEWS},")
    assert_warnings(f"{HEAD}tags:\n  {text}\n", codes)


@pytest.mark.parametrize(
    ("bands", "codes"),
    [
        ("a: {N, gte: 3}, b: REST", ""),
        ("a: {N, gte: 6}, b: {N, between: [2, 6]}, c: {N, lt: 2}", ""),
        ("a: {N, gte: 2}, ^b: {N, gte: 6}, c: REST", "W-UNREACHABLE-BAND"),
        ("a: {N, gt: 2}, b: {N, gte: 2}, c: REST", ""),
        ("a: {N, eq: 2}, b: {N, gte: 2}, c: REST", ""),
        ("a: {tag: u}, ^b: {tag: u}, c: REST", "W-UNREACHABLE-BAND"),
    ],
)
def test_values_that_are_never_reached(bands: str, codes: str) -> None:
    assert_warnings(f"{HEAD}tags:\n  t: {bands_of(bands)}\n{OTHER}", codes)


@pytest.mark.parametrize(
    "bands",
    [
        "a: {N, gte: 3}",
        "a: {tag: u}",
        "a: {N, gte: 6}, b: {N, between: [2, 5]}, c: {N, lt: 2}",
        "a: {N, gt: 2}, b: {N, lt: 2}",
    ],
)
def test_values_that_leave_a_gap(bands: str) -> None:
    assert_warnings(f"{HEAD}tags:\n  ^t: {bands_of(bands)}\n{OTHER}", "W-GAP")


def test_a_tag_without_owner() -> None:
    assert_warnings(f"pack: p\ntags:\n  ^t: {{{TITLE}, manual: only}}\n", "W-NO-OWNER")


def test_two_tags_with_one_title_in_two_packs() -> None:
    text = "pack: {0}\ntags:\n  {0}: {{title: {{en: Big, zh: {0}}}, owner: o, manual: only}}\n"
    loaded = load_texts({name: text.format(name) for name in ("a", "b")})
    assert [(fault.at.file, place(fault)) for fault in loaded.faults] == [
        ("b", "3:3 W-DUPLICATE-TITLE")
    ]


@pytest.mark.parametrize(
    ("other", "codes"),
    [
        ("{count: {event: purchase, within: 30d}, gte: 3}", "W-DUPLICATE-RULE"),
        ("{count: {event: purchase, within: 31d}, gte: 3}", "W-DUPLICATE-RULE"),
        ("{count: {event: purchase, within: 30d}, gte: 4}", ""),
        ("{count: {event: refund, within: 30d}, gte: 3}", ""),
    ],
)
def test_nearly_the_same_rule_twice(other: str, codes: str) -> None:
    first = f"  t: {{{TITLE}, assign: {{when: {BOUGHT}}}}}\n"
    mark = "^" if codes else ""
    second = f"  {mark}u: {{title: {{en: B}}, assign: {{when: {other}}}}}\n"
    assert_warnings(f"{HEAD}tags:\n{first}{second}", codes)


@pytest.mark.parametrize("more", [0, 1])
def test_more_tags_than_anybody_reads(more: int) -> None:
    names = [f"t{number}" for number in range(MOST_TAGS_AT_ONCE + more)]
    lines = [f"  {name}: {{title: {{en: {name}}}, manual: only}}\n" for name in names]
    hidden = "  h: {title: {en: h}, manual: only, status: experimental}\n"
    loaded = load_texts({FILE: f"{HEAD}tags:\n{''.join(lines)}{hidden}"})
    assert [fault.code for fault in loaded.faults] == ["W-MANY-TAGS"] * more


def test_very_many_warnings_are_cut_and_refuse_nothing() -> None:
    when = "{count: {event: chat, within: 1h}, gte: N}"
    tags = "".join(
        f"  t{number}: {{assign: {{when: {when.replace('N', str(number))}}}}}\n"
        for number in range(1, 150)
    )
    faults = load_texts({"p.yaml": f"pack: p\ntags:\n{tags}"}).faults
    assert not any(fault.is_error for fault in faults)
    assert [fault.code for fault in faults].count("W-LIMIT") == 1
