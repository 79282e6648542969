"""Customers who never stop: their profiles stay small and go on being decided about."""

from collections.abc import Iterator
from pathlib import Path
from random import Random

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagger.domain.events import (
    Browse,
    BrowseAction,
    ChatDirection,
    ChatMessage,
    Event,
    Purchase,
    PurchaseKind,
)
from tagger.engine.lightening import lighten, series_bytes
from tagger.engine.profile import Limits, Profile, SeriesState, Slices
from tagger.engine.profile_codec import decode_profile, encode_profile
from tagger.engine.program import Program
from tagger.engine.step import BEFORE_TIME, Clock
from tagger.engine.view import View
from tagger.rules.build import build_plan
from tagger.rules.plan import Plan
from tagger.workflows.pipeline import Pipeline

from .packs import DAY, HOUR, T0, bought, plan_of

PACKS = Path(__file__).parents[3] / "rules"
BETWEEN_LOOKS = 4_000
"""Bytes by which series grow at most before it is looked how large they are."""


@pytest.fixture(scope="module")
def plan() -> Plan:
    return build_plan(PACKS)[0]


def busy(seed: int, number: int) -> Iterator[Event]:
    random = Random(seed)
    kinds: list[PurchaseKind] = ["sale", "sale", "sale", "refund"]
    sides: list[ChatDirection] = ["inbound", "outbound"]
    actions: list[BrowseAction] = ["product_view", "page_view", "search", "favourite"]
    at = T0
    for n in range(number):
        at += random.choice([0, 1_000, random.randrange(2 * HOUR)])
        late = at - random.choice([0, 0, 0, 0, random.randrange(9 * DAY)])
        if n % 3 == 0:
            kind = random.choice(kinds)
            order, amount = f"o-{random.randrange(max(1, n - 90), n + 2)}", random.randrange(9_999)
            yield Purchase(f"p-{n}", "c-1", late, order, kind, amount, "USD", cost_minor=70)
        elif n % 3 == 1:
            side = random.choice(sides)
            yield ChatMessage(
                f"m-{n}", "c-1", late, f"v-{n // 9}", side, "hi", rating=n % 5 or None
            )
        else:
            action = random.choice(actions)
            yield Browse(f"b-{n}", "c-1", late, action, product_id=f"x-{n % 70}", category=f"{n}")


@pytest.mark.parametrize("seed", [1, 2])
def test_under_the_packs_of_the_repository_no_number_of_events_makes_a_profile_too_large(
    plan: Plan, seed: int
) -> None:
    most = 16_000
    few = Limits(exact_events=96, exact_times=128, series_bytes=most, seen_events=64)
    pipeline = Pipeline(plan, few)
    profile: Profile | None = None
    shortened = 0
    for n, event in enumerate(busy(seed, 900)):
        step = pipeline.step(profile, event, Clock(BEFORE_TIME))
        profile, shortened = step.profile, shortened + step.shortened
        assert profile is not None
        if n % 20 == 0:
            profile = decode_profile(encode_profile(profile))
            assert series_bytes(profile) < most + BETWEEN_LOOKS
    assert profile is not None
    assert shortened
    view = View(Program(plan), profile, profile.clock_at)
    assert {view.is_approximate(index) for index in range(len(plan.measures))} == {True, False}


def test_what_is_given_up_is_evaluated_anew_at_once() -> None:
    """Another tag than those of the event asks about the series that is shortened."""
    plan = plan_of(
        """
        views: {form: number, value: {count: {event: product_view, within: 30d}}}
        money: {form: number, value: {sum: {event: purchase, of: amount, within: 1h,
                refunds: ignore}}}
        """
    )
    few = Limits(exact_times=1_000, series_bytes=11_000)
    pipeline = Pipeline(plan, few)
    profile: Profile | None = None
    for n in range(500):
        profile = pipeline.step(profile, bought(n, 1_000_000), Clock(BEFORE_TIME)).profile
    assert profile is not None
    money = profile.series[next(each.fingerprint for each in plan.series if each.field)]
    assert profile.tags["money"].due_at == T0 + HOUR
    for n in range(500, 1_100):
        viewed = Browse(f"b-{n}", "c-1", T0 + n, "product_view")
        if pipeline.step(profile, viewed, Clock(BEFORE_TIME)).shortened:
            break
    assert money.slices is not None
    assert money.slices.ends[0] > T0
    assert profile.tags["money"].due_at == money.slices.ends[0] + HOUR


TIMES = st.lists(st.integers(0, 9_000), max_size=300).map(sorted)


@given(TIMES, st.integers(0, 40), st.integers(0, 4_000))
def test_shortening_loses_no_event_and_keeps_the_newest(
    times: list[int], kept: int, most: int
) -> None:
    state = SeriesState([*times], total=len(times))
    profile = Profile("c", 0, 9_000, series={"s": state})
    lighten(profile, most, {"s": kept})
    slices = state.slices or Slices()
    assert sum(slices.events) + len(state.times) == len(times)
    assert state.times == times[len(times) - len(state.times) :]
    assert len(state.times) >= min(kept, len(times))
    assert [*slices.ends, *state.times] == sorted([*slices.ends, *state.times])
    if series_bytes(profile) > most:
        assert len(slices.ends) + len(state.times) - min(kept, len(times)) <= 1
    assert decode_profile(encode_profile(profile)) == profile


def test_a_profile_that_was_stored_before_there_were_slices_is_read() -> None:
    before = msgspec.to_builtins(SeriesState([1, 2], total=2, cut_at=1))[:13]
    assert msgspec.convert(before, SeriesState) == SeriesState([1, 2], total=2, cut_at=1)
