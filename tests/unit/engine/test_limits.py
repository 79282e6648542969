"""Measures of more events than a profile remembers."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tagger.domain.events import Event
from tagger.engine.driver import replay
from tagger.engine.profile import Limits
from tagger.engine.profile_codec import decode_profile, encode_profile
from tagger.engine.program import Program
from tagger.engine.step import Input
from tagger.engine.view import View
from tagger.rules.plan import Frame, MeasureKind
from tagger.workflows.pipeline import Pipeline

from .drawn import NOW, NUMBERS, histories, purchases, specs
from .packs import DAY, bought, plan_of, refunded
from .specs import Spec, Tables, profile_of
from .worths import worth

FEW = Limits(exact_events=2, exact_times=2)
ENDS = (
    MeasureKind.COUNT,
    MeasureKind.SINCE,
    MeasureKind.SINCE_FIRST,
    MeasureKind.EARLIEST,
    MeasureKind.LATEST,
    MeasureKind.INTERVAL,
)
thorough = settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow])


MANY = st.lists(purchases(), min_size=5, max_size=10)
EVER = st.just(Frame())


@thorough
@given(MANY, specs(EVER, NUMBERS) | specs(EVER, ENDS))
def test_a_measure_of_all_history_is_exact_or_says_that_it_is_not(
    events: list[Event], spec: Spec
) -> None:
    tables = Tables()
    index = tables.add(spec)
    plan = tables.plan()
    profile = decode_profile(encode_profile(profile_of(plan, events, NOW, limits=FEW)))
    view = View(Program(plan), profile, NOW)
    if spec.refunds == "by_order" and view.is_approximate(index):
        return
    assert not view.is_approximate(index)
    assert view.value(index) == worth(spec, events, NOW)


@thorough
@given(histories(), specs())
def test_a_measure_of_a_window_is_exact_or_says_that_it_is_not(
    events: list[Event], spec: Spec
) -> None:
    tables = Tables()
    index = tables.add(spec)
    plan = tables.plan()
    profile = profile_of(plan, events, NOW, limits=FEW)
    view = View(Program(plan), profile, NOW)
    if not view.is_approximate(index):
        assert view.value(index) == worth(spec, events, NOW)


@pytest.mark.parametrize(
    ("measure", "expected"),
    [("sum", 31), ("avg", 3.1), ("min", -2), ("max", 9), ("earliest", 9), ("latest", 4)],
)
def test_what_was_dropped_still_counts_in_all_history(measure: str, expected: float) -> None:
    plan = plan_of(
        f"it: {{form: number, value: {{{measure}: {{event: purchase, of: profit, ever: true,"
        f" {'' if measure in ('earliest', 'latest') else 'refunds: ignore'}}}}}}}"
    )
    profits = [9, 1, -2, 5, 3, 3, 2, 1, 5, 4]
    records = [bought(n, 1000, cost_minor=1000 - 100 * each) for n, each in enumerate(profits)]
    found = replay(Pipeline(plan, FEW), records)
    assert found.changes[-1].value == expected
    assert not found.changes[-1].evidence[0].approximate


def test_refunds_that_were_dropped_still_count_in_the_mean_of_all_history() -> None:
    plan = plan_of(
        "it: {form: number, value: {avg: {event: purchase, of: amount, ever: true,"
        " refunds: by_date}}}"
    )
    records: list[Input] = [bought(n, 1000, f"o-{n}") for n in range(9)]
    records += [refunded(9, 300, "o-0"), refunded(10, 600, "o-1"), bought(11), bought(12)]
    found = replay(Pipeline(plan, FEW), [*records, bought(13, 1000)])
    assert found.changes[-1].value == 9.25
    assert not found.changes[-1].evidence[0].approximate


def test_a_refund_of_what_was_dropped_leaves_an_approximation() -> None:
    plan = plan_of("it: {form: number, value: {sum: {event: purchase, of: amount, ever: true}}}")
    records: list[Input] = [bought(n, 1000, f"o-{n}") for n in range(9)]
    found = replay(Pipeline(plan, FEW), [*records, refunded(10, 1000, "o-0"), bought(11)])
    assert found.changes[-1].evidence[0].approximate


def test_evidence_is_approximate_where_a_window_reaches_what_was_dropped() -> None:
    plan = plan_of(
        """
        short: {form: number, value: {sum: {event: purchase, of: amount, within: 2d}}}
        long: {form: number, value: {sum: {event: purchase, of: amount, within: 40d}}}
        total: {form: number, value: {sum: {event: purchase, of: amount, ever: true,
                refunds: by_date}}}
        """
    )
    found = replay(Pipeline(plan, FEW), [bought(n * DAY, 1000 * n) for n in range(10)])
    last = {change.tag: change.evidence[0] for change in found.changes}
    assert (last["short"].measured, last["short"].approximate) == (170, False)
    assert last["long"].approximate
    assert (last["total"].measured, last["total"].approximate) == (450, False)


def test_a_sum_says_that_it_is_not_exact_once_a_refund_was_forgotten() -> None:
    plan = plan_of("it: {form: number, value: {sum: {event: purchase, of: amount, within: 40d}}}")
    records: list[Input] = [bought(n, 1000, f"o-{n}") for n in range(3)]
    records += [refunded(10 + n, 1000, f"o-{n}") for n in range(3)]
    found = replay(Pipeline(plan, Limits(refunded_orders=2)), [*records, bought(20)])
    approximate = [change.evidence[0].approximate for change in found.changes]
    assert approximate[:4] == [False] * 4
    assert approximate[-1]
