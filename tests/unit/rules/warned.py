"""Assertions about warnings, for tests of lint."""

from tagger.rules.loader import load_texts

from .folders import FILE, HEAD, place, unmarked

TITLE = "title: {en: A}"
BOUGHT = "{count: {event: purchase, within: 30d}, gte: 3}"
OTHERS = (
    "  u: {title: {en: B}, manual: only}\n"
    "  n: {title: {en: C}, form: number, value: {avg: {event: chat, of: rating, within: 30d}}}\n"
)
"""A flag and a number, for rules that ask about other tags."""


def assert_warnings(marked: str, codes: str) -> None:
    """The file has no error, and exactly the warnings of these codes, where each `^` points."""
    text, places = unmarked(marked)
    expected = [" ".join(pair) for pair in zip(places, codes.split(), strict=True)]
    assert [place(fault) for fault in load_texts({FILE: text}).faults] == expected


def assert_of_condition(condition: str, codes: str, sections: str = "") -> None:
    """What is said of a flag that is held while the condition holds, and an event happened."""
    when = f"{{all: [{BOUGHT}, {condition}]}}"
    tag = f"  t: {{{TITLE}, assign: {{when: {when}}}}}\n"
    assert_warnings(f"{HEAD}{sections}tags:\n{tag}{OTHERS}", codes)


def assert_of_tag(tag: str, codes: str, sections: str = "") -> None:
    """What is said of one tag, which is given as its name and its mapping without a title."""
    marked = tag.replace(": {", f": {{{TITLE}, ", 1)
    assert_warnings(f"{HEAD}{sections}tags:\n  {marked}\n{OTHERS}", codes)
