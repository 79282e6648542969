"""What a report says of a run."""

import pytest

from tagger.testing import Raw, Report, Wait, browse, chat, command, profile, purchase, refund, run

from .rules import RULES


@pytest.fixture(scope="module")
def report() -> Report:
    return run(
        RULES,
        [
            purchase("ann", amount_minor=1250, order_id="o-1"),
            browse("ben", "cart_add"),
            Raw("chat", "ann", b"{"),
            Wait("40m"),
            purchase("ann", amount_minor=1000),
            refund("ann", 250, order_id="o-1"),
            profile("ben", {"city": "Berlin"}),
            chat("ben", "hello"),
            command("ben", "assign", "buys"),
            command("ben", "assign", "nothing"),
        ],
    )


def test_tags_are_those_at_the_end(report: Report) -> None:
    assert report.tags("ann") == {"buys": True, "largest": 10}
    assert report.tags("ben") == {"buys": True, "left_a_cart": True}
    assert report.tags("nobody") == {}


def test_changes_come_in_order_of_one_customer_or_tag(report: Report) -> None:
    assert [change.value for change in report.changes("ann", "largest")] == [12.5, 10]
    assert {change.customer_id for change in report.changes(tag="buys")} == {"ann", "ben"}
    assert [change.sequence for change in report.changes("ben")] == [1, 2]
    assert len(report.changes()) == len(report.changes("ann")) + len(report.changes("ben"))


def test_why_is_what_the_command_says(report: Report) -> None:
    told = report.why("ann", "buys")
    assert told.startswith("✓ ann has buys")
    assert "count of purchase within 7d: 2 ≥ 2" in told
    assert "✗ ben does not have largest" in report.why("ben", "largest")


def test_why_needs_a_tag_and_a_customer_that_are_known(report: Report) -> None:
    with pytest.raises(LookupError, match="no pack has the tag 'buy'; there are buys"):
        report.why("ann", "buy")
    with pytest.raises(LookupError, match="'eve' is not known"):
        report.why("eve", "buys")


def test_actions_outcomes_and_dead_letters(report: Report) -> None:
    assert [action.template for action in report.actions("ben")] == ["call"]
    assert report.actions("ann") == []
    assert [outcome.code for outcome in report.outcomes("ben")] == ["done", "unknown-tag"]
    assert [(each.topic, each.value) for each in report.dead_letters()] == [("crm.chat.v1", b"{")]


def test_instants_count_from_the_start(report: Report) -> None:
    assert report.at("+0s") == report.starts_at == report.at("2026-03-02T09:00:00Z")
    assert report.ends_at == report.at("+40m")
    assert report.changes("ben", "left_a_cart")[0].effective_at == report.at("+30m")


def test_what_was_published_again_counts_once() -> None:
    report = run(RULES, [purchase("ann"), Raw("chat", "ann", b"{"), command("ann", "assign", "no")])
    before = report.changes(), report.outcomes(), report.dead_letters(), report.tags("ann")
    report.log.published *= 2
    assert (
        report.changes(),
        report.outcomes(),
        report.dead_letters(),
        report.tags("ann"),
    ) == before
