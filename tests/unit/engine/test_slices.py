"""Measures of more events than are kept one by one: what they are worth, and how far off."""

from bisect import bisect_left
from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations
from random import Random

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tagger.domain.events import Event, Line, Purchase
from tagger.engine.driver import replay
from tagger.engine.intake import take_event
from tagger.engine.profile import Limits, Profile, SeriesState
from tagger.engine.profile_codec import decode_profile, encode_profile
from tagger.engine.step import BEFORE_TIME, Clock
from tagger.engine.view import View
from tagger.rules.compiling.series import length_ms, reach_ms
from tagger.rules.plan import Field, Frame, MeasureKind, Plan
from tagger.workflows.pipeline import Pipeline

from .packs import DAY, HOUR, T0, bought, plan_of, run, told
from .specs import AMOUNT, CATEGORIES, CHANNEL, CUSTOMER, PROFIT, Spec, Tables
from .worths import worth

KINDS = MeasureKind
SPAN = 30 * DAY
LONGEST_MS = 31 * DAY // 720
FEW = Limits(exact_events=16, exact_times=16)
thorough = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])

WITHIN = st.builds(
    Frame, st.integers(DAY, 20 * DAY), st.sampled_from([0, 0, HOUR, 3 * DAY, 9 * DAY])
)
CALENDAR = st.builds(
    lambda period, ago: Frame(period=period, periods_ago=ago, zone="Europe/Berlin"),
    st.sampled_from(["day", "week", "month"]),
    st.sampled_from([0, 1]),
)
ADDED_UP = (
    *(KINDS.COUNT, KINDS.SUM, KINDS.AVG, KINDS.MIN, KINDS.MAX),
    *(KINDS.SINCE, KINDS.SINCE_FIRST, KINDS.INTERVAL),
)


@st.composite
def added_up(draw: st.DrawFn, kind: MeasureKind) -> Spec:
    """A measure of times or of numbers that no later refund changes."""
    frame = draw(WITHIN | CALENDAR | st.just(Frame()))
    if kind not in (KINDS.SUM, KINDS.AVG, KINDS.MIN, KINDS.MAX):
        return Spec(kind, frame)
    by_date = kind in (KINDS.SUM, KINDS.AVG) and draw(st.booleans())
    field = draw(st.sampled_from([AMOUNT, PROFIT]))
    return Spec(kind, frame, field, "by_date" if by_date else "ignore")


def history(seed: int, events: int, late: int, texts: int = 3) -> list[Event]:
    """Purchases over 30 days in bursts, `late` of them read long after they happened."""
    random = Random(seed)
    found: list[Event] = []
    at = 0
    mean_ms = SPAN // events
    for number in range(events):
        at += random.choice([0, 1, random.randrange(mean_ms), random.randrange(3 * mean_ms)])
        found.append(
            Purchase(
                f"p-{number}",
                CUSTOMER,
                T0 + min(at, SPAN),
                "",
                random.choice(["sale", "sale", "rental", "refund"]),
                random.randrange(1_000),
                random.choice(["EUR", "EUR", "EUR", "USD"]),
                cost_minor=random.choice([None, 0, 300]),
                channel=random.choice(["", *map(str, range(texts))]),
                lines=tuple(
                    Line("x", str(random.randrange(texts))) for _ in range(random.randrange(3))
                ),
            )
        )
    for _ in range(late):
        found.append(found.pop(random.randrange(len(found))))
    return found


def taken(plan: Plan, events: Sequence[Event], limits: Limits) -> Profile:
    """A profile that has taken the events as they were read."""
    clock_at = events[0].occurred_at
    profile = Profile(CUSTOMER, known_since=clock_at, clock_at=clock_at)
    for event in events:
        clock_at = max(clock_at, event.occurred_at)
        take_event(plan, profile, event, clock_at, limits)
        profile.clock_at = clock_at
    return decode_profile(encode_profile(profile))


def moved(event: Event, state: SeriesState) -> Event:
    """The event at the instant at which its series has it: that of the next slice's newest event,
    if it is in a slice at all. An event that is older than every slice may have been forgotten
    before there were any."""
    if state.slices is None or state.cut_at is None or event.occurred_at > state.cut_at:
        return event
    ends = state.slices.ends
    place = bisect_left(ends, event.occurred_at)
    if place == len(ends) or ends[0] - event.occurred_at > LONGEST_MS:
        return event
    return msgspec.structs.replace(event, occurred_at=ends[place])


def is_visible(event: Event, frame: Frame, at: int) -> bool:
    reach = reach_ms(frame)
    return reach is None or event.occurred_at > at - reach


@pytest.mark.parametrize("kind", ADDED_UP)
@settings(max_examples=40, deadline=None)
@given(data=st.data(), seed=st.integers(0, 2**32), late=st.integers(0, 20))
def test_a_measure_is_that_of_events_moved_by_less_than_a_720th_of_the_window(
    kind: MeasureKind, data: st.DataObject, seed: int, late: int
) -> None:
    spec = data.draw(added_up(kind))
    tables = Tables()
    index = tables.add(spec)
    plan = tables.plan()
    events = history(seed, 250, late)
    at = max(event.occurred_at for event in events)
    profile = taken(plan, events, FEW)
    view, state = View(plan, profile, at), profile.series["0"]
    assert len(state.times) <= 18
    if not spec.frame.is_ever:
        own = [event for event in events if is_taken(event, spec)]
        seen = [event for event in own if is_visible(event, spec.frame, at)]
        found = [moved(event, state) for event in seen]
        assert shifts_ms(seen, found) < max(length_ms(spec.frame) / 720, 1)
        left = [each for each in own if each not in seen and moved(each, state) != each]
        possible = [
            worth(spec, [*found, *(moved(each, state) for each in staying)], at)
            for number in range(len(left) + 1)
            for staying in combinations(left, number)
        ]
        assert view.value(index) in possible
    if spec.frame.is_ever or not view.is_approximate(index):
        assert view.value(index) == worth(spec, events, at)


def shifts_ms(before: Sequence[Event], after: Sequence[Event]) -> int:
    """By how much events were moved at most; none to an earlier instant."""
    shifts = [new.occurred_at - old.occurred_at for old, new in zip(before, after, strict=True)]
    assert min(shifts, default=0) >= 0
    return max(shifts, default=0)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32), st.integers(0, 40))
def test_windows_that_share_a_series_are_each_as_exact_as_alone(seed: int, late: int) -> None:
    frames = {
        "hours": Frame(6 * HOUR),
        "past": Frame(DAY, 2 * DAY),
        "days": Frame(5 * DAY),
        "weeks": Frame(40 * DAY),
    }
    tags = "".join(
        f"{name}: {{form: number, value: {{sum: {{event: purchase, of: amount, refunds: ignore,"
        f" within: {frame.within_ms}ms{f', ago: {frame.ago_ms}ms' if frame.ago_ms else ''}}}}}}}\n"
        for name, frame in frames.items()
    )
    plan = plan_of(tags)
    (series,) = plan.series
    events = history(seed, 1_500, late)
    at = max(event.occurred_at for event in events)
    profile = taken(plan, events, FEW)
    state, view = profile.series[series.fingerprint], View(plan, profile, at)
    assert state.slices is not None
    assert len(state.slices.ends) < 720 * 2 * len(frames)
    for name, frame in frames.items():
        spec = Spec(KINDS.SUM, frame, AMOUNT)
        own = [event for event in events if is_taken(event, spec)]
        found = [moved(event, state) for event in own]
        seen = [event for event in own if is_visible(event, frame, at)]
        after = [moved(event, state) for event in seen]
        assert shifts_ms(seen, after) < length_ms(frame) / 720
        index = next(i for i, each in enumerate(plan.measures) if each.frame == frame)
        assert view.value(index) == worth(spec, found, at), name
    old = [end for end in state.slices.ends if end <= at - 6 * DAY]
    assert len(old) == len({end // series.grains[-1].slice_ms for end in old})


def is_taken(event: Event, spec: Spec) -> bool:
    """Whether the series of the measure has anything to remember of the event."""
    assert isinstance(event, Purchase)
    if event.kind == "refund" and spec.refunds != "by_date":
        return False
    if spec.field == PROFIT and event.kind != "refund" and event.cost_minor is None:
        return False
    return spec.field is None or event.currency == "EUR"


@thorough
@given(
    WITHIN | CALENDAR,
    st.sampled_from([CHANNEL, CATEGORIES]),
    st.integers(0, 2**32),
    st.integers(20, 300),
    st.integers(0, 20),
)
def test_a_number_of_different_texts_is_exact_while_these_are_few(
    frame: Frame, field: Field, seed: int, number: int, late: int
) -> None:
    spec = Spec(KINDS.DISTINCT, frame, field)
    tables = Tables()
    index = tables.add(spec)
    plan = tables.plan()
    events = history(seed, number, late)
    at = max(event.occurred_at for event in events)
    profile = taken(plan, events, Limits(exact_events=32))
    view = View(plan, profile, at)
    if not view.is_approximate(index):
        assert view.value(index) == worth(spec, events, at)
    if not frame.ago_ms and not frame.periods_ago:
        assert not view.is_approximate(index)


@thorough
@given(WITHIN, st.integers(0, 2**32), st.integers(0, 9))
def test_too_many_different_texts_are_fewer_than_there_were_and_say_so(
    frame: Frame, seed: int, late: int
) -> None:
    spec = Spec(KINDS.DISTINCT, frame, CATEGORIES)
    tables = Tables()
    index = tables.add(spec)
    plan = tables.plan()
    events = history(seed, 150, late, texts=60)
    at = max(event.occurred_at for event in events)
    profile = taken(plan, events, FEW)
    view = View(plan, profile, at)
    value, exact = view.value(index), worth(spec, events, at)
    assert isinstance(value, int)
    assert isinstance(exact, Fraction)
    assert value == exact or (value < exact and view.is_approximate(index))


@thorough
@given(
    WITHIN,
    st.sampled_from([KINDS.EARLIEST, KINDS.LATEST]),
    st.sampled_from([CHANNEL, AMOUNT]),
    st.integers(0, 2**32),
)
def test_the_first_and_the_last_of_a_window_are_at_most_a_slice_off(
    frame: Frame, kind: MeasureKind, field: Field, seed: int
) -> None:
    spec = Spec(kind, frame, field)
    tables = Tables()
    index = tables.add(spec)
    plan = tables.plan()
    events = history(seed, 150, 0)
    at = max(event.occurred_at for event in events)
    view = View(plan, taken(plan, events, FEW), at)
    value = view.value(index)
    low, high = at - frame.ago_ms - (frame.within_ms or 0), at - frame.ago_ms
    slack = (frame.within_ms or 0) / 720
    bought = sorted((e for e in events if is_taken(e, Spec(kind))), key=lambda e: e.occurred_at)
    inside = [event for event in bought if low < event.occurred_at <= high]
    if kind is KINDS.EARLIEST:
        near = [e for e in inside if e.occurred_at - inside[0].occurred_at < slack]
        is_cut_off = not inside or inside[0].occurred_at > high - slack
    else:
        edges = [e.occurred_at - 1 for e in inside if e.occurred_at > high - slack] + [high]
        last = [[e for e in inside if e.occurred_at <= edge] for edge in edges]
        near = [each[-1] for each in last if each]
        is_cut_off = not all(last)
    assert value in {said(each, field) for each in near} | ({None} if is_cut_off else set())
    if not view.is_approximate(index):
        assert value == worth(spec, events, at)
    if kind is KINDS.LATEST and not frame.ago_ms:
        assert not view.is_approximate(index)


def said(event: Event, field: Field) -> Fraction | str | None:
    assert isinstance(event, Purchase)
    if field == CHANNEL:
        return event.channel or None
    return Fraction(event.amount_minor) if event.currency == "EUR" else None


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


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32), st.integers(150, 400))
def test_what_is_decided_by_constants_is_exact_to_the_millisecond_for_any_number_of_events(
    seed: int, number: int
) -> None:
    events = [replace_refund(event) for event in history(seed, number, 0)]
    few = Limits(exact_events=16, exact_times=16, series_bytes=4_096)
    until = T0 + SPAN + 9 * DAY
    limited = replay(Pipeline(DECIDED, few), events, until=until)
    assert told(limited.changes) == told(run(DECIDED, events, until).changes)
    (profile,) = limited.profiles.values()
    assert max(len(state.times) for state in profile.series.values()) <= 74


def replace_refund(event: Event) -> Event:
    return msgspec.structs.replace(event, kind="sale")


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
