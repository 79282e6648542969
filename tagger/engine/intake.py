"""How an event enters a profile: into series, patterns, attributes, refunds."""

from collections.abc import Iterable
from typing import NamedTuple

from tagger.domain.events import Event, ProfileUpdate, Purchase
from tagger.engine import patterns
from tagger.engine.attribute_values import wrong_types_in
from tagger.engine.filters import sources_of
from tagger.engine.happening import Happening
from tagger.engine.lightening import lighten
from tagger.engine.profile import Attribute, Limits, Profile, SeriesState
from tagger.engine.series import add_refund, take
from tagger.rules.fields import event_key
from tagger.rules.plan import Plan

_LOOK_EVERY = 64
"""Events of a series after which it is looked how large all series are."""


class Taken(NamedTuple):
    """What an event set in motion: sources that it and what it completed belong to, tags to
    evaluate, whether any measure, pattern or tag took it, by tag the id of the last of them that
    touched it, how many attributes it reports with a value of another type than declared, how many
    open waits and chains of patterns were dropped because they were too many, and how many times
    a series was shortened because all together were too large."""

    fired: set[int]
    touched: set[int]
    took: bool
    touched_by: dict[int, str]
    wrong_types: int = 0
    dropped_waits: int = 0
    shortened: int = 0


class Fed(NamedTuple):
    """What became of series: whether any tag or series took what happened, and whether one has
    grown so far that it is time to look how large they are."""

    took: bool
    has_grown: bool


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
    fired: set[int] = set()
    touched_by: dict[int, str] = {}
    took = has_grown = False
    dropped = 0
    waiting = list(happenings)[::-1]
    while waiting:
        happening = waiting.pop()
        sources = sources_of(plan, happening.key, happening.event, happening.at)
        if not sources:
            continue
        fed = _feed(plan, profile, sources, happening, clock_at, limits, touched_by)
        heard = patterns.hear(plan, profile, sources, happening, clock_at, limits)
        if heard is not None:
            waiting += reversed(heard.derived)
            took, dropped = took or heard.took, dropped + heard.dropped
        fired.update(sources)
        took, has_grown = took or fed.took, has_grown or fed.has_grown
    touched = set(touched_by)
    shortened = _lighten(plan, profile, limits, touched) if has_grown else 0
    return Taken(fired, touched, took, touched_by, dropped_waits=dropped, shortened=shortened)


def _lighten(plan: Plan, profile: Profile, limits: Limits, touched: set[int]) -> int:
    """Shorten series if all together are too large: what is asked of them may change by that."""
    if limits.series_bytes is None:
        return 0
    kept = {each.fingerprint: each.keep for each in plan.series}
    shortened = lighten(profile, limits.series_bytes, kept)
    for series in plan.series if shortened else ():
        if series.fingerprint in shortened:
            touched.update(series.tags)
    return shortened.total()


def _feed(
    plan: Plan,
    profile: Profile,
    sources: list[int],
    happening: Happening,
    clock_at: int,
    limits: Limits,
    touched_by: dict[int, str],
) -> Fed:
    """Put what happens into its series; it touches the tags that ask about it."""
    took = has_grown = False
    for source in sources:
        for index in plan.series_of[source]:
            series = plan.series[index]
            state = profile.series.get(series.fingerprint)
            if state is None:
                state = profile.series[series.fingerprint] = SeriesState()
            took = take(series, state, happening, clock_at, limits, profile.refunds) or took
            touched_by.update(dict.fromkeys(series.tags, happening.id))
            count = len(state.times)
            has_grown = has_grown or (count > 0 and count % _LOOK_EVERY == 0)
        if plan.upon_of[source]:
            took = True
            touched_by.update(dict.fromkeys(plan.upon_of[source], happening.id))
    return Fed(took, has_grown)


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
