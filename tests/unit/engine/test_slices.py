"""Times and numbers of more events than are kept one by one: what measures of them are worth."""

from bisect import bisect_left
from collections.abc import Sequence
from itertools import combinations

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tagger.domain.events import Event
from tagger.engine.profile import SeriesState
from tagger.engine.program import Program
from tagger.engine.view import View
from tagger.rules.compiling.series import length_ms, reach_ms
from tagger.rules.plan import Frame, MeasureKind

from .many import CALENDAR, FEW, WITHIN, history, is_taken, taken
from .packs import DAY, HOUR, plan_of
from .specs import AMOUNT, PROFIT, Spec, Tables
from .worths import worth

KINDS = MeasureKind
LONGEST_MS = 40 * DAY // 720
"""No slice of the windows that are tried is longer."""
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
@settings(max_examples=40)
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
    view, state = View(Program(plan), profile, at), profile.series["0"]
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


@settings(max_examples=30)
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
    state, view = profile.series[series.fingerprint], View(Program(plan), profile, at)
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
