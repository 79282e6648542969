"""How measures, filters and windows read as evidence."""

import pytest

from tagger.rules import words
from tagger.rules.syntax import Compare
from tagger.rules.walk import parts_of

from .folders import HEAD, pack_of

BOUGHT = "event: purchase, within: 90d"


@pytest.mark.parametrize(
    ("measure", "text"),
    [
        ("count: {event: purchase, within: 30d}", "count of purchase within 30d"),
        ("count: {event: [search, chat], ever: true}", "count of search or chat ever"),
        ("count: {event: chat, this: month}", "count of chat this month"),
        ("count: {event: chat, previous: week}", "count of chat previous week"),
        (
            "count: {event: chat, within: 30d, ago: 90m}",
            "count of chat within 30d, 1h30m ago",
        ),
        (
            (
                "count: {event: purchase, where: {amount: {gte: 19.90}, any_line: {brand: x}},"
                " within: 1d}"
            ),
            "count of purchase where amount gte 19.90 and any line (brand eq x) within 1d",
        ),
        (f"sum: {{{BOUGHT}, of: amount}}", "sum of amount of purchase within 90d"),
        (
            f"sum: {{{BOUGHT}, of: amount, refunds: ignore}}",
            "sum of amount before refunds of purchase within 90d",
        ),
        (
            f"avg: {{{BOUGHT}, of: profit, refunds: by_date}}",
            "average of profit less refunds by date of purchase within 90d",
        ),
        (f"min: {{{BOUGHT}, of: amount}}", "smallest amount of purchase within 90d"),
        (f"max: {{{BOUGHT}, of: quantity}}", "largest quantity of purchase within 90d"),
        (
            f"distinct: {{{BOUGHT}, of: category}}",
            "number of different category of purchase within 90d",
        ),
        (f"distinct: {{{BOUGHT}, of: day}}", "number of different days of purchase within 90d"),
        (f"latest: {{{BOUGHT}, of: discount}}", "discount of the latest purchase within 90d"),
        (f"interval: {{{BOUGHT}}}", "average time between purchase within 90d"),
        ("since: {event: purchase}", "time since the last purchase"),
        ("since_first: {event: chat, within: 9d}", "time since the first chat within 9d"),
        ("response_time: {within: 9d}", "average time until staff answers within 9d"),
        (
            "response_time: {within: 9d, of: customer}",
            "average time until the customer answers within 9d",
        ),
        (
            "ratio: {of: {attribute: referrals}, to: {count: {event: chat, ever: true}}}",
            "(attribute referrals) / (count of chat ever)",
        ),
        ("attribute: age", "attribute age"),
        ("tag: n", "tag n"),
        ("tag_age: n", "time since tag n got its value"),
    ],
)
def test_a_measure_in_words(measure: str, text: str) -> None:
    comparison = comparison_of(f"{{{measure}, is_set: true}}")
    assert words.measure(comparison.measure) == text


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        ("{tag: n, gte: 2.50}", "2.50"),
        ("{tag: n, in: [1, 2]}", "1, 2"),
        ("{tag_age: n, gt: 36h}", "1d12h"),
        ("{tag: n, gt: {measure: {tag: n}}}", "tag n"),
        ("{tag: n, gt: {measure: {tag: n}, times: 1.5}}", "1.5 times the tag n"),
        ("{attribute: consent_sms, eq: true}", "true"),
    ],
)
def test_a_right_side_in_words(condition: str, text: str) -> None:
    assert words.operand(comparison_of(condition).operand) == text


def comparison_of(condition: str) -> Compare:
    number = "form: number, value: {count: {event: chat, within: 1d}}"
    pack = pack_of(f"{HEAD}conditions: {{c: {condition}}}\ntags: {{n: {{{number}}}}}\n")
    (found,) = (
        part for part in parts_of(pack.conditions[0].condition) if isinstance(part, Compare)
    )
    return found
