"""The clock of a test: it ends exactly at the last step, however time was cut into steps."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tagger.domain.tags import TagChange
from tagger.testing import Feed, Hold, Release, StepClock, Wait, WaitUntil, browse, purchase, run

from .rules import RULES

CART = browse("ann", "cart_add", cart_id="k-1")
HALF_AN_HOUR_MS = 30 * 60_000


@pytest.mark.parametrize("beyond_ms", [-1, 0, 1])
def test_what_is_due_at_the_last_instant_has_happened_and_nothing_after_it(beyond_ms: int) -> None:
    report = run(RULES, [CART, Wait(HALF_AN_HOUR_MS + beyond_ms)])
    assert report.tags("ann") == ({"left_a_cart": True} if beyond_ms >= 0 else {})


@settings(max_examples=20)
@given(st.lists(st.integers(0, 3_000_000), max_size=6).map(sorted))
def test_how_time_is_cut_changes_nothing_but_when_it_was_processed(cuts_ms: list[int]) -> None:
    waits = [WaitUntil(f"+{at_ms}ms") for at_ms in [*cuts_ms, 100_000_000]]
    assert _story(run(RULES, [CART, *waits]).changes()) == _story(
        run(RULES, [CART, Wait("100000s")]).changes()
    )


def _story(changes: list[TagChange]) -> list[TagChange]:
    assert [change.op for change in changes] == ["added", "removed"]
    return [msgspec.structs.replace(change, processed_at=0) for change in changes]


def test_what_nobody_waited_for_has_been_read_by_nobody() -> None:
    standstill = [Hold("browse"), Wait("40m"), Wait("2h"), Release("browse"), Wait("1h")]
    held = run(RULES, [CART, *standstill])
    read = run(RULES, [CART, Wait("0s"), *standstill])
    assert [change.effective_at for change in held.changes()] == [held.at("+30m")]
    assert held.changes()[0].processed_at >= held.at("+2h40m")
    assert read.changes()[0].processed_at == read.at("+40m")


def test_a_record_is_of_the_instant_at_which_it_is_written_or_so_long_ago() -> None:
    report = run(RULES, [Wait("1h"), purchase("ann", amount_minor=100, ago="10m"), Wait("1d")])
    (change,) = report.changes("ann", "largest")
    assert change.trigger.at == report.at("+50m")


def test_while_history_is_fed_its_clock_and_not_the_wall_clock_rules() -> None:
    steps = [
        Feed("+0s"),
        browse("ann", "cart_add", occurred_at="2026-03-02T09:00:00Z"),
        Wait("1d"),
        purchase("ann", occurred_at="2026-03-02T09:20:00Z"),
        Feed("+20m"),
        Wait("1d"),
    ]
    assert run(RULES, steps).changes("ann", "left_a_cart") == []
    without = [step for step in steps if not isinstance(step, Feed)]
    assert run(RULES, without).changes("ann", "left_a_cart") != []


def test_a_clock_that_was_set_keeps_nothing_back_at_the_end() -> None:
    report = run(RULES, [CART, Wait("29m"), StepClock("-5m"), Wait("1m")])
    assert report.tags("ann") == {"left_a_cart": True}
    assert report.log.owners.keys() == {0}
