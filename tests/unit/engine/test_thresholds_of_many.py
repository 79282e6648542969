"""What rules decide about more events than are kept one by one, by comparing with constants."""

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from tagger.engine.driver import replay
from tagger.engine.profile import Limits
from tagger.engine.step import BEFORE_TIME, Clock
from tagger.workflows.pipeline import Pipeline

from .many import SPAN, history
from .packs import DAY, HOUR, T0, bought, plan_of, run, told

DECIDED = plan_of(
    """
    often: {assign: {when: {count: {event: purchase, within: 3d}, gte: 20}}}
    seldom: {assign: {when: {count: {event: purchase, within: 2d}, lt: 5}}}
    monthly: {assign: {when: {count: {event: purchase, this: month}, between: [10, 31]}}}
    quiet: {assign: {when: {absent: {event: purchase, within: 1d}}}}
    back: {assign: {when: {since: {event: purchase, within: 5d}, lt: 3h}}}
    days: {assign: {when: {distinct: {event: purchase, of: day, within: 7d}, gte: 5}}}
    """,
    "time_zone: Europe/Berlin",
)


@settings(max_examples=20)
@given(st.integers(0, 2**32), st.integers(150, 400))
def test_what_is_decided_by_constants_is_exact_to_the_millisecond_for_any_number_of_events(
    seed: int, number: int
) -> None:
    events = [msgspec.structs.replace(event, kind="sale") for event in history(seed, number, 0)]
    few = Limits(exact_events=16, exact_times=16, series_bytes=4_096)
    until = T0 + SPAN + 9 * DAY
    limited = replay(Pipeline(DECIDED, few), events, until=until)
    assert told(limited.changes) == told(run(DECIDED, events, until).changes)
    (profile,) = limited.profiles.values()
    assert max(len(state.times) for state in profile.series.values()) <= 74


def test_a_threshold_that_is_raised_finds_all_that_it_asks_for() -> None:
    tag = "often: {{assign: {{when: {{count: {{event: purchase, within: 3d}}, gte: {}}}}}}}"
    before, after = (plan_of(tag.format(number)) for number in (3, 50))
    events = [bought(n * HOUR // 2) for n in range(300)]
    few = Limits(exact_events=1, exact_times=1)
    (profile,) = replay(Pipeline(before, few), events).profiles.values()
    assert len(profile.series[before.series[0].fingerprint].times) < 80
    pipeline = Pipeline(after, few)
    step = pipeline.step(profile, bought(150 * HOUR), Clock(BEFORE_TIME))
    assert step.changes == []
    changes = pipeline.run_deadlines(profile, Clock(T0 + 9 * DAY)).changes
    fiftieth = events[-49].occurred_at
    assert [(each.op, each.effective_at) for each in changes] == [("removed", fiftieth + 3 * DAY)]


def test_a_threshold_that_is_raised_beyond_what_was_kept_is_a_slice_off_at_most() -> None:
    tag = "often: {{assign: {{when: {{count: {{event: purchase, within: 3d}}, gte: {}}}}}}}"
    before, after = (plan_of(tag.format(number)) for number in (3, 200))
    events = [bought(n // 6 * HOUR + n % 6 * 1_000) for n in range(300)]
    few = Limits(exact_events=1)
    (profile,) = replay(Pipeline(before, few), events).profiles.values()
    pipeline = Pipeline(after, few)
    changes = pipeline.step(profile, bought(50 * HOUR), Clock(BEFORE_TIME)).changes
    assert changes == []
    changes = pipeline.run_deadlines(profile, Clock(T0 + 9 * DAY)).changes
    late_ms = changes[0].effective_at - (events[-199].occurred_at + 3 * DAY)
    assert [each.op for each in changes] == ["removed"]
    assert 0 <= late_ms < 3 * DAY / 720
    assert changes[0].evidence[0].approximate
