"""Different texts, first and last values, of more events than are kept one by one."""

from fractions import Fraction

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tagger.domain.events import Event, Purchase
from tagger.engine.profile import Limits
from tagger.engine.program import Program
from tagger.engine.view import View
from tagger.rules.plan import Field, Frame, MeasureKind

from .many import CALENDAR, FEW, WITHIN, history, is_taken, taken
from .specs import AMOUNT, CATEGORIES, CHANNEL, Spec, Tables
from .worths import worth

KINDS = MeasureKind
thorough = settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])


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
    view = View(Program(plan), profile, at)
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
    view = View(Program(plan), profile, at)
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
    view = View(Program(plan), taken(plan, events, FEW), at)
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
