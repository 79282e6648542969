"""What `matches` finds."""

import re

import pytest

from tagger.rules.expressions import LONGEST_PATTERN, Expression, fault_of


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("b", "abc", True),
        ("^b", "abc", False),
        ("B", "abc", False),
        ("(?i)B", "abc", True),
        ("产品.$", "看看产品A", True),
        (r"\pL{3}", "a1b2c3", False),
        ("a.c", "a\nc", False),
        ("", "", True),
    ],
)
def test_a_pattern_is_searched_in_the_text_as_it_stands(
    pattern: str, text: str, found: bool
) -> None:
    assert Expression(pattern).finds(text) is found


def test_no_pattern_takes_longer_than_the_text_is_long() -> None:
    """An engine that goes back and forth would never come to an end here."""
    assert not Expression("(a|aa)+$").finds("a" * 50_000 + "b")


@pytest.mark.parametrize("pattern", ["(", "a**", "(?=a)", r"(a)\1", "a" * (LONGEST_PATTERN + 1)])
def test_what_is_wrong_with_a_pattern_is_said(pattern: str) -> None:
    fault = fault_of(pattern)
    assert fault
    with pytest.raises(ValueError, match=re.escape(fault)):
        Expression(pattern)
