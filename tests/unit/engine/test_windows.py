"""Which events calendar periods hold, and the instants at which that changes by itself."""

from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tagger.domain.events import Event
from tagger.engine.program import Program
from tagger.engine.sights import Window
from tagger.engine.view import View
from tagger.rules.plan import Frame, MeasureKind
from tagger.rules.syntax import Period

from .calendars import ERAS, HOUR_MS, ZONES, begins, instant
from .drawn import histories, specs
from .packs import DAY, HOUR, T0, bought, plan_of, run, told
from .specs import Spec, Tables, profile_of
from .worths import Worth, worth

MOVING = (MeasureKind.SINCE, MeasureKind.SINCE_FIRST, MeasureKind.TAG_AGE)
STILL = tuple(kind for kind in MeasureKind if kind not in MOVING)
DAYS_BEFORE, DAYS_AFTER = 10, 800


@st.composite
def around_days(draw: st.DrawFn, starts: list[int]) -> int:
    """An instant in one of the days, most often close to its beginning."""
    offsets = st.sampled_from([-1, 0, 1, HOUR_MS // 2, HOUR_MS, 13 * HOUR_MS])
    return draw(st.sampled_from(starts)) + draw(offsets)


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(st.data(), st.sampled_from(ZONES))
def test_a_measure_of_a_period_changes_when_a_period_begins(data: st.DataObject, zone: str) -> None:
    starts = begins(ERAS[zone], DAYS_BEFORE + DAYS_AFTER, zone)
    now = max(starts[3], data.draw(around_days(starts[:DAYS_BEFORE])))
    instants = around_days(starts[:DAYS_BEFORE]).map(lambda at: min(at, now))
    events: list[Event] = data.draw(histories(instants))
    frames = st.builds(
        Frame,
        period=st.sampled_from(get_args(Period)),
        periods_ago=st.sampled_from([0, 1]),
        zone=st.just(zone),
    )
    spec: Spec = data.draw(specs(frames, STILL))
    tables = Tables()
    index = tables.add(spec)
    plan = tables.plan()
    view = View(Program(plan), profile_of(plan, events, now), now)

    def seen(at: int) -> Worth:
        return worth(spec, events, at)

    assert view.value(index) == seen(now)
    later = sorted({at + after for at in starts for after in (-1, 0) if at + after > now})
    first = next((at for at in later if seen(at) != seen(now)), None)
    assert view.next_value_change(index, None) == first


def test_a_day_of_the_calendar_is_as_long_as_its_clocks_say() -> None:
    plan = plan_of(
        "today: {assign: {when: {count: {event: purchase, this: day}, gte: 1}}}",
        "time_zone: Europe/Berlin",
    )
    spring, autumn = instant("2026-03-29T00:00:00+01:00"), instant("2026-10-25T00:00:00+02:00")
    records = [bought(spring - T0), bought(autumn - T0)]
    changes = told(run(plan, records, autumn + 2 * DAY).changes)
    assert [each[:2] for each in changes] == [
        (spring - T0, "+today"),
        (spring - T0 + 23 * HOUR, "-today"),
        (autumn - T0, "+today"),
        (autumn - T0 + 25 * HOUR, "-today"),
    ]


def test_a_clock_set_back_over_midnight_does_not_bring_yesterday_back() -> None:
    plan = plan_of(
        "today: {form: number, value: {count: {event: purchase, this: day}}}",
        "time_zone: America/St_Johns",
    )
    midnight = instant("2010-11-07T00:00:00-02:30")
    half = HOUR // 2
    records = [bought(midnight - T0 + after) for after in (-HOUR, 0, half)]
    changes = told(run(plan, records, midnight + 2 * DAY).changes)
    assert [(at - (midnight - T0), value) for at, _, value, _ in changes] == [
        (-HOUR, "1.0"),
        (0, "0.0"),
        (0, "1.0"),
        (half, "2.0"),
        (25 * HOUR, "0.0"),
    ]


def test_a_period_holds_its_first_millisecond_and_not_the_one_before() -> None:
    plan = plan_of(
        """
        this: {form: number, value: {count: {event: purchase, this: month}}}
        last: {form: number, value: {count: {event: purchase, previous: month}}}
        """
    )
    february, march = 31 * DAY, 59 * DAY
    records = [bought(february - 1), bought(february)]
    assert told(run(plan, records, T0 + march + 31 * DAY).changes) == [
        (february - 1, "+last", "0.0", "event"),
        (february - 1, "+this", "1.0", "event"),
        (february, "~last", "1.0", "time"),
        (february, "~this", "0.0", "time"),
        (february, "~this", "1.0", "event"),
        (march, "~this", "0.0", "time"),
        (march + 31 * DAY, "~last", "0.0", "time"),
    ]


@pytest.mark.parametrize(
    ("comparator", "changes"),
    [
        ("gte: 2", [(HOUR, "+it"), (DAY, "-it")]),
        ("gt: 1", [(HOUR, "+it"), (DAY, "-it")]),
        ("lt: 2", [(0, "+it"), (HOUR, "-it"), (DAY, "+it")]),
        ("lte: 1", [(0, "+it"), (HOUR, "-it"), (DAY, "+it")]),
        ("eq: 1", [(0, "+it"), (HOUR, "-it"), (DAY, "+it"), (DAY + HOUR, "-it")]),
        ("ne: 1", [(HOUR, "+it"), (DAY, "-it"), (DAY + HOUR, "+it")]),
        ("between: [1, 2]", [(0, "+it"), (HOUR, "-it"), (DAY, "+it"), (DAY + HOUR, "-it")]),
    ],
)
def test_a_threshold_is_crossed_in_both_directions(
    comparator: str, changes: list[tuple[int, str]]
) -> None:
    plan = plan_of(
        f"it: {{assign: {{when: {{count: {{event: purchase, within: 1d}}, {comparator}}}}}}}"
    )
    found = run(plan, [bought(0), bought(HOUR)], T0 + 3 * DAY).changes
    assert [each[:2] for each in told(found)] == changes


def test_a_window_is_open_at_its_beginning_and_closed_at_its_end() -> None:
    plan = plan_of("was: {form: number, value: {count: {event: purchase, within: 1h, ago: 2h}}}")
    assert told(run(plan, [bought(0)], T0 + DAY).changes) == [
        (0, "+was", "0.0", "event"),
        (2 * HOUR, "~was", "1.0", "time"),
        (3 * HOUR, "~was", "0.0", "time"),
    ]


@settings(max_examples=100)
@given(st.data(), st.sampled_from(ZONES), st.sampled_from(get_args(Period)), st.integers(0, 1))
def test_what_was_asked_of_a_calendar_before_does_not_matter(
    data: st.DataObject, zone: str, period: Period, periods_ago: int
) -> None:
    frame = Frame(period=period, periods_ago=periods_ago, zone=zone)
    starts = begins(ERAS[zone], DAYS_BEFORE + DAYS_AFTER, zone)
    window = Window(frame)
    for at in data.draw(st.lists(around_days(starts), min_size=2, max_size=12)):
        assert window.span(at) == Window(frame).span(at)
