"""How an event enters a profile: into series, patterns, attributes, refunds."""

from typing import NamedTuple

from tagger.domain.events import Event, ProfileUpdate, Purchase
from tagger.engine import patterns
from tagger.engine.filters import sources_of
from tagger.engine.profile import Attribute, Limits, PatternState, Profile, SeriesState
from tagger.engine.series import add_refund, take
from tagger.rules.fields import event_key
from tagger.rules.plan import Plan


class Taken(NamedTuple):
    """What an event set in motion: sources that it belongs to, tags to evaluate, and whether
    any measure, pattern or tag took it."""

    fired: set[int]
    touched: set[int]
    took: bool


def take_event(plan: Plan, profile: Profile, event: Event, clock_at: int, limits: Limits) -> Taken:
    """Put an event into the profile. `clock_at` is the customer's clock before it."""
    sources = sources_of(plan, event_key(event), event)
    at = event.occurred_at
    taken = _feed(plan, profile, sources, event, at, max(clock_at, at), limits)
    took = taken.took
    if isinstance(event, ProfileUpdate):
        took = _take_attributes(plan, profile, event, taken.touched) or took
    elif isinstance(event, Purchase) and event.kind == "refund" and plan.nets_refunds:
        took = _take_refund(plan, profile, event, taken.touched, limits) or took
    return Taken(taken.fired, taken.touched, took)


def take_derived(plan: Plan, profile: Profile, derived: patterns.Derived, limits: Limits) -> Taken:
    """Put a derived event into the profile; it happens at its own instant, never late."""
    sources = sources_of(plan, derived.key, derived.event)
    return _feed(plan, profile, sources, derived.event, derived.at, derived.at, limits)


def _feed(
    plan: Plan,
    profile: Profile,
    sources: list[int],
    event: Event,
    at: int,
    clock_at: int,
    limits: Limits,
) -> Taken:
    touched: set[int] = set()
    took = False
    for source in sources:
        for index in plan.series_of[source]:
            series = plan.series[index]
            state = profile.series.get(series.fingerprint)
            if state is None:
                state = profile.series[series.fingerprint] = SeriesState()
            took = take(series, state, event, at, clock_at, limits) or took
            touched.update(series.tags)
        for index in plan.unlesses_of[source]:
            took = _end_waits(plan, profile, index, event, at, clock_at) or took
        if plan.upon_of[source]:
            took = True
            touched.update(plan.upon_of[source])
    for source in sources:
        for index in plan.firsts_of[source]:
            pattern = plan.patterns[index]
            waiting = profile.patterns.setdefault(pattern.fingerprint, PatternState())
            took = patterns.start_wait(pattern, waiting, event, at, clock_at, limits) or took
    return Taken(set(sources), touched, took)


def _end_waits(
    plan: Plan, profile: Profile, index: int, event: Event, at: int, clock_at: int
) -> bool:
    pattern = plan.patterns[index]
    state = profile.patterns.setdefault(pattern.fingerprint, PatternState())
    patterns.forget_ended(pattern, state, clock_at)
    ended = patterns.end_waits(pattern, state, event, at)
    return ended or at >= clock_at


def _take_attributes(plan: Plan, profile: Profile, event: ProfileUpdate, touched: set[int]) -> bool:
    took = False
    for name, value in event.attributes.items():
        if name not in plan.attributes:
            continue
        before = profile.attributes.get(name)
        if before is None or event.occurred_at >= before.at:
            profile.attributes[name] = Attribute(value, event.occurred_at)
            touched.update(plan.tags_of_attribute.get(name, ()))
            took = True
    return took


def _take_refund(
    plan: Plan, profile: Profile, refund: Purchase, touched: set[int], limits: Limits
) -> bool:
    """Net the refund off its order, wherever a series knows the order."""
    if not refund.order_id:
        return False
    key = add_refund(profile, refund, limits)
    for series in plan.series:
        if series.refunds == "by_order":
            state = profile.series.get(series.fingerprint)
            if state is not None and key in state.orders:
                touched.update(series.tags)
    return True
