"""How an event enters a profile: into series, patterns, attributes, refunds."""

from collections.abc import Iterable
from typing import NamedTuple

from tagger.domain.events import Event, ProfileUpdate, Purchase
from tagger.engine import patterns
from tagger.engine.attribute_values import wrong_types_in
from tagger.engine.filters import sources_of
from tagger.engine.patterns import Happening
from tagger.engine.profile import Attribute, Limits, Profile, SeriesState
from tagger.engine.series import add_refund, take
from tagger.rules.fields import event_key
from tagger.rules.plan import Plan


class Taken(NamedTuple):
    """What an event set in motion: sources that it and what it completed belong to, tags to
    evaluate, whether any measure, pattern or tag took it, by tag the id of the last of them that
    touched it, and how many attributes it reports with a value of another type than declared."""

    fired: set[int]
    touched: set[int]
    took: bool
    touched_by: dict[int, str]
    wrong_types: int = 0


def take_event(plan: Plan, profile: Profile, event: Event, clock_at: int, limits: Limits) -> Taken:
    """Put an event into the profile, then the derived events that it completes. `clock_at` is
    the customer's clock before it."""
    at = event.occurred_at
    happening = Happening(event_key(event), event.event_id, event, at)
    taken = take_happenings(plan, profile, [happening], max(clock_at, at), limits)
    took, wrong_types = taken.took, 0
    if isinstance(event, ProfileUpdate):
        wrong_types = wrong_types_in(event, plan.attributes)
        took = _take_attributes(plan, profile, event, taken.touched) or took
    elif isinstance(event, Purchase) and event.kind == "refund" and plan.nets_refunds:
        took = _take_refund(plan, profile, event, taken.touched, limits) or took
    return taken._replace(took=took, wrong_types=wrong_types)


def take_happenings(
    plan: Plan,
    profile: Profile,
    happenings: Iterable[Happening],
    clock_at: int,
    limits: Limits,
) -> Taken:
    """Put in what happens, in order, and after each the derived events that come of it."""
    fired, touched, touched_by = set[int](), set[int](), dict[int, str]()
    took = False
    waiting = list(happenings)[::-1]
    while waiting:
        happening = waiting.pop()
        sources = sources_of(plan, happening.key, happening.event, happening.at)
        tags, counted = _feed(plan, profile, sources, happening, clock_at, limits)
        heard = patterns.hear(plan, profile, sources, happening, clock_at, limits)
        waiting += reversed(heard.derived)
        fired.update(sources)
        touched |= tags
        touched_by |= dict.fromkeys(tags, happening.id)
        took = took or counted or heard.took
    return Taken(fired, touched, took, touched_by)


def _feed(
    plan: Plan,
    profile: Profile,
    sources: list[int],
    happening: Happening,
    clock_at: int,
    limits: Limits,
) -> tuple[set[int], bool]:
    """Put what happens into its series. The tags that ask about it, and whether any took it."""
    touched: set[int] = set()
    took = False
    for source in sources:
        for index in plan.series_of[source]:
            series = plan.series[index]
            state = profile.series.get(series.fingerprint)
            if state is None:
                state = profile.series[series.fingerprint] = SeriesState()
            event, at = happening.event, happening.at
            refunded = profile.refunds
            took = take(series, state, event, at, clock_at, limits, refunded) or took
            touched.update(series.tags)
        if plan.upon_of[source]:
            took = True
            touched.update(plan.upon_of[source])
    return touched, took


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
