"""Patterns and events that come late: the customer's clock decides what is still open, and what
was published stays."""

from collections.abc import Sequence

import pytest

from tagger.domain.tags import TagChange
from tagger.engine.profile import Profile
from tagger.engine.step import BEFORE_TIME, Clock, Input
from tagger.rules.plan import Plan
from tagger.workflows.pipeline import Pipeline

from .packs import HOUR, MINUTE, T0, bought, counting, looked, said

LEFT = counting(
    "left", "left: {first: {event: cart_add}, unless: {event: purchase}, by: cart_id, within: 1h}"
)
DONE = counting("done", "done: {steps: [product_view, cart_add, checkout_start], within: 1h}")


def happened(plan: Plan, records: Sequence[Input], until: int) -> list[tuple[int, str]]:
    """When the pattern's events were counted, by minutes, and the causes, the records being read
    in this order and time going on to `until`."""
    pipeline = Pipeline(plan)
    profile: Profile | None = None
    changes: list[TagChange] = []
    for record in records:
        step = pipeline.step(profile, record, Clock(BEFORE_TIME))
        profile, changes = step.profile, changes + step.changes
    assert profile is not None
    changes += pipeline.run_deadlines(profile, Clock(T0 + until)).changes
    found: list[tuple[int, str]] = []
    for change in changes:
        more = int(float(change.value or 0)) - len(found)
        found += [((change.effective_at - T0) // MINUTE, change.cause)] * more
    return found


def left(*records: Input) -> list[tuple[int, str]]:
    return happened(LEFT, records, 5 * HOUR)


def done(*records: Input) -> list[tuple[int, str]]:
    return happened(DONE, records, 5 * HOUR)


def at(minute: int) -> Input:
    """Something that belongs to no pattern, and moves the customer's clock."""
    return said(minute * MINUTE, "hello")


def added(minute: int, cart: str | None = "k") -> Input:
    return looked(minute * MINUTE, "cart_add", cart)


def paid(minute: int, cart: str | None = "k") -> Input:
    return bought(minute * MINUTE, cart_id=cart)


def viewed(minute: int) -> Input:
    return looked(minute * MINUTE, "product_view")


def checked_out(minute: int) -> Input:
    return looked(minute * MINUTE, "checkout_start")


def test_a_late_first_waits_as_if_it_had_come_in_time() -> None:
    assert left(at(59), added(0)) == [(60, "time")]


def test_a_late_first_whose_wait_is_over_starts_none() -> None:
    assert left(at(60), added(0)) == []


@pytest.mark.parametrize("minute", [0, 10, 29])
def test_a_late_first_before_another_one_changes_nothing(minute: int) -> None:
    assert left(added(30), added(minute)) == [(90, "time")]


def test_a_late_first_after_another_one_starts_the_wait_anew() -> None:
    assert left(added(0), at(50), added(30)) == [(90, "time")]


def test_what_ended_waits_ends_that_of_a_late_first_before_it_and_of_none_after_it() -> None:
    assert left(paid(20), at(30), added(10)) == []
    assert left(paid(20), at(30), added(25)) == [(85, "time")]
    assert left(paid(20, None), at(30), added(10)) == [], "it ends every wait"
    assert left(paid(20, "other"), at(30), added(10)) == [(70, "time")]


def test_a_late_end_ends_the_wait_in_which_it_lies() -> None:
    assert left(added(0), at(40), paid(20)) == []
    assert left(added(20), at(40), paid(10)) == [(80, "time")], "it came before the wait"
    assert left(added(0), added(20), paid(10)) == [(80, "time")], "the wait began anew since"


def test_what_was_published_stays_when_what_would_have_prevented_it_comes_late() -> None:
    assert left(added(0), at(60), paid(20)) == [(60, "time")]
    assert left(added(0), at(60), paid(20), added(70)) == [(60, "time"), (130, "time")]


def test_a_late_step_completes_a_chain_at_the_clock() -> None:
    assert done(viewed(0), added(10), at(40), checked_out(20)) == [(40, "correction")]
    assert done(viewed(0), at(40), added(10), checked_out(41)) == [(41, "event")]
    assert done(at(40), viewed(0), added(41), checked_out(42)) == [(42, "event")]


def test_a_late_step_finds_only_what_was_read_and_lies_before_it() -> None:
    assert done(viewed(0), checked_out(20), at(30), added(10)) == [], "the last step came first"
    assert done(viewed(0), added(20), at(30), checked_out(10)) == []
    assert done(added(10), checked_out(20), viewed(0)) == [], "steps are not gone through again"


@pytest.mark.parametrize("others", [(), (looked(61 * MINUTE, "product_view", "other"),)])
def test_a_chain_whose_time_is_over_at_the_clock_is_not_completed(others: Sequence[Input]) -> None:
    assert done(viewed(0), added(10), at(59), checked_out(20)) == [(59, "correction")]
    assert done(viewed(0), added(10), at(60), *others, checked_out(20)) == []


def test_a_chain_that_is_complete_is_not_completed_again() -> None:
    in_time = (viewed(0), added(10), checked_out(20))
    assert done(*in_time, checked_out(15)) == [(20, "event")]
    assert done(*in_time, viewed(5), checked_out(15)) == [(20, "event")]
    another = (viewed(5), added(6), checked_out(7))
    assert done(*in_time, *another) == [(20, "event"), (20, "correction")]
