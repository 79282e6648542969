"""Warnings about how many tags a pack has, and about who may set them by hand."""

import pytest

from tagger.rules.linting.tags import MOST_TAGS_AT_ONCE
from tagger.rules.loader import load_texts

from .folders import FILE, HEAD
from .warned import BOUGHT, TITLE, assert_of_tag, assert_warnings


def many(number: int, prefix: str = "t") -> str:
    names = [f"{prefix}{each}" for each in range(number)]
    lines = [f"  {name}: {{title: {{en: {name}}}, manual: only}}\n" for name in names]
    hidden = f"  {prefix}h: {{title: {{en: {prefix}}}, manual: only, status: experimental}}\n"
    return f"{HEAD}tags:\n{''.join(lines)}{hidden}"


@pytest.mark.parametrize("more", [0, 1])
def test_more_tags_than_anybody_reads(more: int) -> None:
    loaded = load_texts({FILE: many(MOST_TAGS_AT_ONCE + more)})
    assert [fault.code for fault in loaded.faults] == ["W-MANY-TAGS"] * more


def test_each_pack_is_counted_by_itself() -> None:
    """A folder may have thousands of tags: nobody is about everything."""
    other = many(MOST_TAGS_AT_ONCE, "o").replace("pack: p", "pack: o")
    assert load_texts({"o.yaml": other, FILE: many(MOST_TAGS_AT_ONCE)}).faults == ()
    (fault,) = load_texts({"o.yaml": other, FILE: many(MOST_TAGS_AT_ONCE + 2)}).faults
    assert fault.sentence.startswith("one customer could hold 22 tags of this pack at once")
    assert (fault.at.file, fault.at.line) == (FILE, 4 + MOST_TAGS_AT_ONCE + 1)


@pytest.mark.parametrize(
    ("tag", "codes"),
    [
        ("t: {assign: {when: BOUGHT}, manual: forbidden, ^manual_roles: [agent]}", "W-ROLES"),
        ("t: {assign: {when: BOUGHT}, manual: allowed, manual_roles: [agent]}", ""),
        ("t: {assign: {when: BOUGHT}, manual: forbidden}", ""),
    ],
)
def test_roles_for_what_nobody_may_set(tag: str, codes: str) -> None:
    assert_of_tag(tag.replace("BOUGHT", BOUGHT), codes)


@pytest.mark.parametrize(
    ("defaults", "said", "codes"),
    [
        ("manual: forbidden", "^manual_roles: [agent]", "W-ROLES"),
        ("manual_roles: [agent]", "manual: forbidden", ""),
        ("manual: forbidden, manual_roles: [agent]", "priority: 5", ""),
        ("manual: forbidden, manual_roles: [agent]", "manual: allowed", ""),
    ],
)
def test_roles_that_come_from_the_defaults_are_for_the_others(
    defaults: str, said: str, codes: str
) -> None:
    head = f"pack: p\ndefaults: {{owner: o, {defaults}}}\n"
    tag = f"  t: {{{TITLE}, assign: {{when: {BOUGHT}}}, {said}}}\n"
    assert_warnings(f"{head}tags:\n{tag}", codes)
