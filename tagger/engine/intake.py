"""How an event enters a profile: into series, patterns, attributes, refunds."""

from collections.abc import Sequence
from typing import final

from tagger.domain.events import Event, ProfileUpdate, Purchase
from tagger.engine import patterns
from tagger.engine.attribute_values import wrong_types_in
from tagger.engine.feeds import Source
from tagger.engine.happening import Happening
from tagger.engine.lightening import lighten
from tagger.engine.profile import Attribute, Limits, Profile, SeriesState
from tagger.engine.program import Program
from tagger.engine.series import add_refund, take
from tagger.rules.fields import event_key
from tagger.rules.plan import Plan

_LOOK_EVERY = 64
"""Events of a series after which it is looked how large all series are."""


@final
class Taken:
    """What happenings set in motion: sources that they belong to, tags to evaluate, whether any
    measure, pattern or tag took one, by id the tags that each touched, in order; whether a series
    has grown so far that it is time to look how large all are, and how many times one was
    shortened because they were too large; how many attributes were reported with a value of
    another type than declared, and how many open waits and chains of patterns were dropped because
    they were too many."""

    __slots__ = (
        "dropped_waits",
        "fired",
        "has_grown",
        "shortened",
        "took",
        "touched",
        "touched_by",
        "wrong_types",
    )

    def __init__(self) -> None:
        self.fired: set[int] = set()
        self.touched: set[int] = set()
        self.touched_by: list[tuple[str, frozenset[int]]] = []
        self.took = False
        self.has_grown = False
        self.wrong_types = 0
        self.dropped_waits = 0
        self.shortened = 0


def take_event(
    program: Program, profile: Profile, event: Event, clock_at: int, limits: Limits
) -> Taken:
    """Put an event into the profile, then the derived events that it completes. `clock_at` is
    the customer's clock before it."""
    plan, at = program.plan, event.occurred_at
    happening = Happening(event_key(event), event.event_id, event, at)
    taken = take_happenings(program, profile, [happening], max(clock_at, at), limits)
    if type(event) is ProfileUpdate:
        taken.wrong_types = wrong_types_in(event, plan.attributes)
        _take_attributes(plan, profile, event, taken)
    elif type(event) is Purchase and event.kind == "refund" and plan.nets_refunds:
        _take_refund(plan, profile, event, taken, limits)
    return taken


def take_happenings(
    program: Program,
    profile: Profile,
    happenings: Sequence[Happening],
    clock_at: int,
    limits: Limits,
) -> Taken:
    """Put in what happens, in order, and after each the derived events that come of it."""
    taken = Taken()
    for happening in happenings:
        waiting = [happening]
        while waiting:
            following = _take(program, profile, waiting.pop(), clock_at, limits, taken)
            if following:
                waiting += reversed(following)
    if taken.has_grown:
        taken.shortened = _lighten(program.plan, profile, limits, taken.touched)
    return taken


def _take(
    program: Program,
    profile: Profile,
    happening: Happening,
    clock_at: int,
    limits: Limits,
    taken: Taken,
) -> list[Happening] | None:
    """Put in what happens; gives the derived events that it completes, if any."""
    ways = program.ways.get(happening.key)
    if ways is None:
        return None
    sources = ways.sources_of(happening.event, happening.at)
    _feed(profile, sources, happening, clock_at, limits, taken)
    if not ways.are_heard:
        return None
    heard = patterns.hear(program.plan, profile, sources, happening, clock_at, limits)
    if heard is None:
        return None
    taken.took = taken.took or heard.took
    taken.dropped_waits += heard.dropped
    return heard.derived


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
    profile: Profile,
    sources: list[Source],
    happening: Happening,
    clock_at: int,
    limits: Limits,
    taken: Taken,
) -> None:
    """Put what happens into its series; it touches the tags that ask about it."""
    known, refunds = profile.series, profile.refunds
    for source in sources:
        taken.fired.add(source.index)
        if source.touches:
            taken.touched.update(source.touches)
            taken.touched_by.append((happening.id, source.touches))
        taken.took = taken.took or source.sets
        for feed in source.feeds:
            state = known.get(feed.fingerprint)
            if state is None:
                state = known[feed.fingerprint] = SeriesState()
            if take(feed, state, happening, clock_at, limits, refunds):
                taken.took = True
            count = len(state.times)
            if count >= _LOOK_EVERY and count % _LOOK_EVERY == 0:
                taken.has_grown = True


def _take_attributes(plan: Plan, profile: Profile, event: ProfileUpdate, taken: Taken) -> None:
    for name, value in event.attributes.items():
        if name not in plan.attributes:
            continue
        before = profile.attributes.get(name)
        if before is None or event.occurred_at >= before.at:
            profile.attributes[name] = Attribute(value, event.occurred_at)
            taken.touched.update(plan.tags_of_attribute.get(name, ()))
            taken.took = True


def _take_refund(
    plan: Plan, profile: Profile, refund: Purchase, taken: Taken, limits: Limits
) -> None:
    """Net the refund off its order, wherever a series knows the order."""
    if not refund.order_id:
        return
    taken.took = True
    key = add_refund(profile, refund, limits)
    for series in plan.series:
        if series.refunds == "by_order":
            state = profile.series.get(series.fingerprint)
            if state is not None and key in state.orders:
                taken.touched.update(series.tags)
