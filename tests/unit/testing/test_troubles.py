"""Accidents happen, and change nothing but when things were processed."""

import pytest

from tagger.testing import (
    BrokerAway,
    BrokerBack,
    Crash,
    Hold,
    HoldCommits,
    Leaderless,
    LetCommits,
    Raw,
    Rebalance,
    Release,
    Repeat,
    Report,
    Settle,
    SkipOffsets,
    Start,
    Step,
    StepClock,
    Stop,
    Tick,
    Wait,
    browse,
    purchase,
    run,
)

from .rules import RULES

NAMES = ("ann", "ben", "eve", "joe")
TROUBLES: dict[str, list[Step]] = {
    "a worker dies and comes back": [Crash(2), Start(2)],
    "a worker dies before its commit": [Crash(1, "before"), Wait("1m"), Start(1)],
    "a worker dies when it has published": [Crash(1, "published"), Wait("1m"), Start(1)],
    "a worker dies within its commit": [Crash(1, "between"), Wait("1m"), Start(1)],
    "a worker dies after its commit": [Crash(1, "after"), Wait("1m"), Start(1)],
    "all workers die": [Crash(1), Crash(2)],
    "a worker leaves": [Stop(1)],
    "a third worker joins": [Start(3)],
    "shards move in order": [Rebalance({0: 2, 1: 1, 2: 2})],
    "shards move behind a worker's back": [Rebalance({0: 2, 1: 1, 2: 2}, orderly=False)],
    "commits wait": [HoldCommits(1), Wait("1m"), LetCommits(1)],
    "commits wait and the worker dies": [HoldCommits(1), Wait("1m"), Crash(1)],
    "the broker is away": [BrokerAway(), Wait("1h"), BrokerBack()],
    "the broker answers nothing": [BrokerAway(still_delivers=True), Wait("1h")],
    "a partition has no leader": [Leaderless("purchase", 1), Wait("1h")],
    "a topic is held": [Hold("purchase"), Wait("1h"), Release("purchase")],
    "batches come again": [Repeat("purchase", 9), Repeat("browse", 9, 1)],
    "offsets have gaps": [SkipOffsets("purchase", 3, 2), SkipOffsets("chat", 2, 1)],
    "a clock is set back": [StepClock("-1h", 1), Wait("1m"), StepClock("1h", 1)],
    "everything settles": [Tick(), Settle()],
}


def _with(trouble: list[Step], *, transactional: bool = True) -> Report:
    """Four customers buy, leave a cart and buy again, with trouble on the way."""
    carts = [browse(name, "cart_add") for name in NAMES]
    first = [purchase(name, amount_minor=500, occurred_at="2026-03-02T09:01:00Z") for name in NAMES]
    steps = [*carts, Wait("1m"), *first, *trouble, Wait("31m"), *trouble, *carts]
    last = [Wait("6h"), *trouble, Wait("2d")]
    return run(RULES, [*steps, *last], shards=3, workers=2, transactional=transactional)


def _story(report: Report) -> set[tuple[object, ...]]:
    """What changes at instants that do not depend on how long the trouble lasts."""
    return {
        (each.customer_id, each.tag, each.sequence, each.value, each.cause)
        for each in report.changes()
    }


UNDISTURBED = _story(_with([]))


def test_without_trouble_everybody_has_a_story() -> None:
    assert {customer for customer, *_ in UNDISTURBED} == set(NAMES)
    assert {tag for _, tag, *_ in UNDISTURBED} == {"left_a_cart", "largest"}


@pytest.mark.parametrize("transactional", [True, False])
@pytest.mark.parametrize("trouble", TROUBLES)
def test_trouble_changes_no_story(trouble: str, transactional: bool) -> None:
    assert _story(_with(TROUBLES[trouble], transactional=transactional)) == UNDISTURBED


@pytest.mark.parametrize(
    ("begin", "end"),
    [
        ([Crash()], [Start()]),
        ([Stop()], [Start()]),
        ([BrokerAway()], [BrokerBack()]),
        ([BrokerAway(still_delivers=True)], [BrokerBack()]),
        ([Leaderless("chat")], [Leaderless("chat", over=True)]),
    ],
)
def test_while_it_lasts_the_trouble_is_real(begin: list[Step], end: list[Step]) -> None:
    cart = browse("ann", "cart_add")
    report = run(RULES, [cart, Wait("20m"), *begin, Wait("2h"), Wait("1h"), *end, Wait("1h")])
    (change,) = report.changes()
    assert change.effective_at == report.at("+30m")
    assert change.processed_at >= report.at("+3h20m")


def test_commits_that_wait_publish_nothing() -> None:
    steps = [Wait("1s"), HoldCommits(), browse("ann", "cart_add"), Wait("2h"), Crash()]
    assert [change.processed_at for change in run(RULES, steps).changes()] > [
        run(RULES, steps[:-1]).changes()[0].processed_at
    ]


def test_a_broker_that_is_away_takes_no_commit() -> None:
    away = [BrokerAway(), Wait("1h"), Crash(), BrokerBack(), Start()]
    (change,) = run(RULES, [purchase("ann"), Wait("0s"), *away]).changes()
    assert change.processed_at - change.effective_at >= 3_600_000


def test_a_dead_letter_of_a_batch_that_comes_again_is_one() -> None:
    report = run(RULES, [Raw("browse", "ann", b"{"), Wait("1s"), Repeat("browse", 1), Wait("1s")])
    assert [output.value for output in report.log.published] == [b"{"]


def test_what_was_published_before_a_crash_comes_again_without_transactions() -> None:
    steps = [browse("ann", "cart_add"), Wait("20m"), Crash(in_commit="published"), Wait("1h")]
    ids = {}
    for transactional in (True, False):
        report = run(RULES, steps, transactional=transactional)
        (change,) = report.changes()
        published = [dict(output.headers)["ce_id"] for output in report.log.published]
        ids[transactional] = published.count(change.id.encode())
    assert ids == {True: 1, False: 2}
