"""Warnings about tags as a whole, and about the names of a pack."""

import re

import pytest

from tagger.rules.loader import load_texts

from .folders import HEAD, place
from .warned import BOUGHT, TITLE, assert_of_tag, assert_warnings

SEEN = "{count: {event: product_view, WINDOW}, gte: 1}"


@pytest.mark.parametrize(
    ("section", "condition"),
    [
        ("events: {^e: {event: chat}}", "{tag: u}"),
        ("conditions: {^c: {tag: u}}", "{tag: u}"),
        ("lists: {^l: [a, b]}", "{tag: u}"),
        (
            "lists: {l: [a]}\nevents: {^e: {event: chat, where: {channel: {in: l}}}}",
            "{tag: u}",
        ),
        ("events: {e: {event: chat}}", "{since: {event: e}, gt: 1d}"),
        ("events: {e: {event: chat}}", "{ratio: {of: COUNT, to: COUNT}, gt: 1}"),
        ("events: {e: {event: chat}}", "{tag: n, gt: {measure: COUNT}}"),
        (
            "events: {e: {event: chat}, f: {steps: [search, e, purchase], within: 1d}}",
            "{absent: {event: f, within: 1d}}",
        ),
        ("lists: {l: [a, b]}", "{attribute: city, mentions: l}"),
        ("attributes: {^grade: {type: number}}", "{attribute: age, gt: 2}"),
        ("attributes: {grade: {type: number}}", "{attribute: grade, gt: 2}"),
        (
            "attributes: {grade: {type: number}}",
            "{ratio: {of: {attribute: grade}, to: {attribute: grade}}, gt: 2}",
        ),
    ],
)
def test_names_that_nothing_uses(section: str, condition: str) -> None:
    when = condition.replace("COUNT", "{count: {event: e, within: 1d}}")
    codes = "W-UNUSED-NAME" if "^" in section else ""
    assert_of_tag(f"t: {{assign: {{when: {when}}}}}", codes, f"{section}\n")


def titled(tags: str) -> str:
    """Tags of a line each, every one with its name as its title."""
    return re.sub(r"^  (\^?)(\w+): {", r"  \1\2: {title: {en: \2}, ", tags, flags=re.MULTILINE)


def returning(assign: str, remove: str) -> str:
    assign, remove = SEEN.replace("WINDOW", assign), SEEN.replace("WINDOW", remove)
    return f"t: {{assign: {{when: {assign}}}, remove: ^{{when: {remove.replace('gte', 'lt')}}}}}"


@pytest.mark.parametrize(
    ("assign", "remove"),
    [
        ("within: 30d", "within: 29d"),
        ("within: 30d, ago: 5d", "within: 30d"),
        ("ever: true", "within: 90d"),
        ("this: month", "this: week"),
        ("previous: month", "this: month"),
        ("within: 7d", "this: month"),
        ("this: month", "within: 30d"),
    ],
)
def test_a_shorter_window_under_remove(assign: str, remove: str) -> None:
    assert_of_tag(returning(assign, remove), "W-RETURNS")


@pytest.mark.parametrize(
    ("assign", "remove"),
    [
        ("within: 30d", "within: 30d"),
        ("within: 30d", "within: 31d"),
        ("this: month", "this: month"),
        ("this: month", "within: 31d"),
        ("this: week", "previous: week"),
        ("within: 7d", "ever: true"),
    ],
)
def test_a_window_under_remove_that_is_long_enough(assign: str, remove: str) -> None:
    assert_of_tag(returning(assign, remove).replace("^", ""), "")


def test_windows_of_named_conditions_count() -> None:
    tag = "t: {assign: {when: {condition: keen}}, remove: ^{when: {condition: calm}}}"
    sections = (
        "conditions:\n  keen: {count: {event: search, within: 30d}, gte: 3}\n"
        "  calm: {absent: {event: search, within: 7d}}\n"
    )
    assert_of_tag(tag, "W-RETURNS", sections)


@pytest.mark.parametrize(
    ("tag", "codes"),
    [
        ("^t: {assign: {when: BOUGHT}, hold_for: 8d, expires_after: 7d}", "W-LIFE"),
        ("t: {assign: {when: BOUGHT}, hold_for: 7d, expires_after: 7d}", ""),
        ("t: {assign: {upon: search}, cool_down: 30d, expires_after: 7d}", ""),
        (
            (
                "t: {assign: {upon: search}, remove: ^{upon: chat}, keep_at_least: 7d,"
                " expires_after: 7d}"
            ),
            "W-LIFE",
        ),
        (
            (
                "t: {assign: {upon: search}, remove: {upon: chat}, keep_at_least: 6d,"
                " expires_after: 7d}"
            ),
            "",
        ),
        ("^t: {assign: {when: {tag: u}}, expires_after: 7d, renew: true}", "W-LIFE"),
        ("t: {assign: {when: BOUGHT}, expires_after: 7d, renew: true}", ""),
        ("t: {assign: {when: {condition: c}}, expires_after: 7d, renew: true}", ""),
        ("t: {assign: {upon: search}, remove: ^{upon: search}}", "W-NEVER"),
        ("t: {assign: {upon: search}, remove: {upon: [search, chat], when: {tag: u}}}", ""),
        ("t: {assign: {when: BOUGHT}, remove: ^{when: BOUGHT}}", "W-NEVER"),
        (
            "t: {assign: {when: ^{since: {event: chat}, between: [5d, 6d]}}, hold_for: 1d}",
            "W-NEVER",
        ),
        ("t: {assign: {when: {since: {event: chat}, between: [5d, 7d]}}, hold_for: 1d}", ""),
        ("t: {assign: {when: {since: {event: chat}, gte: 5d}}, hold_for: 1d}", ""),
    ],
)
def test_words_of_life_that_work_against_each_other(tag: str, codes: str) -> None:
    other = "v: {assign: {when: {condition: c}}}\n  "
    sections = "conditions: {c: {count: {event: search, within: 1d}, gte: 2}}\n"
    text = f"{HEAD}{sections}tags:\n  {other}{tag}\n  u: {{manual: only}}\n"
    assert_warnings(titled(text).replace("BOUGHT", BOUGHT), codes)


@pytest.mark.parametrize(
    ("tags", "codes"),
    [
        ("  ^t: {status: deprecated, RULE}", "W-DEPRECATED"),
        ("  t: {status: deprecated, RULE, replaced_by: u}\n  u: {manual: only}", ""),
        ("  ^t: {RULE, replaced_by: u}\n  u: {manual: only}", "W-DEPRECATED"),
        (
            (
                "  ^t: {status: deprecated, RULE, replaced_by: u}\n"
                "  u: {status: deprecated, manual: only, replaced_by: v}\n  v: {manual: only}"
            ),
            "W-DEPRECATED",
        ),
        ("  OLD\n  t: {assign: {when: {tag: ^old}}}", "W-DEPRECATED"),
        ("  OLD\n  t: {assign: {when: {tag_age: ^old, gt: 3d}}}", "W-DEPRECATED"),
        ("  OLD\n  t: {status: deprecated, replaced_by: u, assign: {when: {tag: old}}}", ""),
        ("  TRIAL\n  t: {assign: {when: {tag: ^trial}}}", "W-EXPERIMENTAL"),
        ("  TRIAL\n  t: {assign: {when: {condition: ^c}}}", "W-EXPERIMENTAL"),
        ("  TRIAL\n  t: {status: experimental, assign: {when: {tag: trial}}}", ""),
    ],
)
def test_tags_on_their_way_in_or_out(tags: str, codes: str) -> None:
    tags = tags.replace("OLD", "old: {status: deprecated, manual: only, replaced_by: u}")
    tags = tags.replace("TRIAL", "trial: {status: experimental, manual: only}")
    tags = tags.replace("RULE", f"assign: {{when: {BOUGHT}}}")
    tags += "" if " u: {" in tags else "\n  u: {manual: only}"
    tags += "" if " trial: {" in tags else "\n  trial: {status: experimental, manual: only}"
    when = "{any: [{condition: c}, {attribute: age, gt: 9}]}"
    tags += f"\n  z: {{status: experimental, assign: {{when: {when}}}}}\n"
    assert_warnings(f"{HEAD}conditions: {{c: {{tag: trial}}}}\ntags:\n{titled(tags)}", codes)


@pytest.mark.parametrize(
    ("status", "workflow", "code"),
    [
        ("experimental", "active", "W-EXPERIMENTAL"),
        ("experimental", "shadow", ""),
        ("deprecated, replaced_by: u", "active", "W-DEPRECATED"),
        ("stable", "active", ""),
    ],
)
def test_workflows_that_wait_for_such_tags(status: str, workflow: str, code: str) -> None:
    steps = (
        f"version: 1, status: {workflow}, upon: {{added: t}}, steps: [{{task: {{template: c}}}}]"
    )
    tags = titled(f"  t: {{manual: only, status: {status}}}\n  u: {{manual: only}}\n")
    mark = "^" if code else ""
    assert_warnings(f"{HEAD}tags:\n{tags}workflows:\n  {mark}w: {{{steps}}}\n", code)


def test_a_tag_without_owner() -> None:
    assert_warnings(f"pack: p\ntags:\n  ^t: {{{TITLE}, manual: only}}\n", "W-NO-OWNER")


def test_a_tag_without_title() -> None:
    assert_warnings(f"{HEAD}tags:\n  ^t: {{manual: only}}\n", "W-NO-TITLE")


def test_two_tags_with_one_title_in_two_packs() -> None:
    text = "pack: {0}\ntags:\n  {0}: {{title: {{en: Big, zh: {0}}}, owner: o, manual: only}}\n"
    loaded = load_texts({name: text.format(name) for name in ("a", "b")})
    assert [(fault.at.file, place(fault)) for fault in loaded.faults] == [
        ("b", "3:3 W-DUPLICATE-TITLE")
    ]


@pytest.mark.parametrize(
    ("first", "other", "codes"),
    [
        ("COUNT", "COUNT", "W-DUPLICATE-RULE"),
        ("COUNT", "COUNT.replace(30, 31)", "W-DUPLICATE-RULE"),
        ("COUNT", "{count: {event: purchase, within: 30d}, gte: 4}", ""),
        ("COUNT", "{count: {event: refund, within: 30d}, gte: 3}", ""),
        ("COUNT", "COUNT, expires_after: 7d", ""),
        ("COUNT, expires_after: 100d", "COUNT, expires_after: 105d", "W-DUPLICATE-RULE"),
        ("COUNT, expires_after: 100d", "COUNT, expires_after: 150d", ""),
        ("{condition: c}", "COUNT", "W-DUPLICATE-RULE"),
        ("{condition: c}", "{condition: d}", ""),
        (
            "{since: {event: e}, gt: 3d}",
            "{since: {event: e}, gt: 3d}",
            "W-DUPLICATE-RULE",
        ),
    ],
)
def test_nearly_the_same_rule_twice(first: str, other: str, codes: str) -> None:
    def rule(text: str) -> str:
        text = text.replace("COUNT.replace(30, 31)", BOUGHT.replace("30", "31"))
        condition, comma, rest = text.replace("COUNT", BOUGHT).partition(", expires")
        return f"assign: {{when: {condition}}}{comma}{rest}"

    sections = (
        f"conditions: {{c: {BOUGHT}, d: {{absent: {{event: e, within: 9d}}}}}}\n"
        "events: {e: {event: chat, where: {direction: inbound}}}\n"
    )
    use = "{any: [{condition: c}, {condition: d}]}"
    used = f"  x: {{title: {{en: X}}, assign: {{when: {use}}}}}\n"
    mark = "^" if codes else ""
    tags = f"  t: {{{TITLE}, {rule(first)}}}\n  {mark}u: {{title: {{en: B}}, {rule(other)}}}\n"
    assert_warnings(f"{HEAD}{sections}tags:\n{tags}{used}", codes)


@pytest.mark.parametrize(
    ("second", "found"), [("chat", ["W-DUPLICATE-RULE"]), ("search", [])], ids=["same", "other"]
)
def test_names_that_mean_different_things_make_different_rules(
    second: str, found: list[str]
) -> None:
    text = (
        "pack: NAME\ndefaults: {owner: o}\nevents: {e: {event: EVENT}}\n"
        "tags: {NAME: {title: {en: NAME}, assign: {when: {since: {event: e}, gt: 3d}}}}\n"
    )
    one = text.replace("NAME", "a").replace("EVENT", "chat")
    other = text.replace("NAME", "b").replace("EVENT", second)
    assert [fault.code for fault in load_texts({"a": one, "b": other}).faults] == found


def test_very_many_warnings_are_cut_and_refuse_nothing() -> None:
    tags = "".join(f"  t{number}: {{manual: only}}\n" for number in range(150))
    faults = load_texts({"p.yaml": f"pack: p\ntags:\n{tags}"}).faults
    assert not any(fault.is_error for fault in faults)
    assert [fault.code for fault in faults].count("W-LIMIT") == 1
