"""What an event feeds, as objects made once for a plan."""

from typing import final

from tagger.domain.events import Event
from tagger.engine.filters import Sieve, currency_of
from tagger.engine.sayings import saying_of
from tagger.rules.plan import FieldKind, Filter, Plan, Series


@final
class Feed:
    """A series of the plan, see there, as events enter it. `saying` is how it reads them, where it
    has a field; `has_orders`, `has_costs` and `has_refunds` tell which columns stand beside the
    values."""

    __slots__ = (
        "asks_ends",
        "asks_for_more",
        "fingerprint",
        "grains",
        "has_costs",
        "has_orders",
        "has_refunds",
        "is_of_messages",
        "keep",
        "keeps_unset",
        "past_ms",
        "retention_ms",
        "saying",
    )

    def __init__(self, series: Series) -> None:
        kind = None if series.field is None else series.field.kind
        self.fingerprint = series.fingerprint
        self.saying = saying_of(series)
        self.has_orders = kind is not None and series.refunds == "by_order"
        self.has_costs = self.has_orders and kind is FieldKind.PROFIT
        self.has_refunds = kind is not None and series.refunds == "by_date"
        self.is_of_messages = kind is FieldKind.MESSAGE
        self.retention_ms = series.retention_ms
        self.keep = series.keep
        self.keeps_unset = series.keeps_unset
        self.asks_for_more = series.asks_for_more
        self.asks_ends = series.asks_ends
        self.grains = series.grains
        self.past_ms = series.past_ms


@final
class Source:
    """A set of events: the series that they feed, the tags that they touch, whether they set or
    clear one of these, and whether a pattern asks about them: `ends` are the patterns whose
    `unless` they are, `steps` those of which they are a step, with its place."""

    __slots__ = ("ends", "feeds", "index", "is_heard", "sets", "steps", "touches")

    def __init__(self, plan: Plan, index: int) -> None:
        fed = [plan.series[each] for each in plan.series_of[index]]
        upon = plan.upon_of[index]
        self.index = index
        self.feeds = [Feed(series) for series in fed]
        self.touches = frozenset(upon).union(*(series.tags for series in fed))
        self.sets = bool(upon)
        self.ends = plan.unlesses_of[index]
        self.steps = plan.steps_of[index]
        self.is_heard = bool(self.ends or self.steps)


@final
class Way:
    """An event that passes all sieves belongs to the source. To that may lead another way before
    this one."""

    __slots__ = ("is_another", "sieves", "source")

    def __init__(self, source: Source, filters: tuple[Filter, ...], *, is_another: bool) -> None:
        self.source = source
        self.sieves = [Sieve(each) for each in filters]
        self.is_another = is_another


@final
class Ways:
    """The ways of the events of one key to sources, in order of the plan. `are_heard` tells whether
    a pattern asks about any of these."""

    __slots__ = ("_are_open", "_open", "_ways", "are_heard")

    def __init__(self, ways: list[Way]) -> None:
        self.are_heard = any(way.source.is_heard for way in ways)
        self._ways = ways
        self._are_open = not any(way.sieves or way.is_another for way in ways)
        self._open = [way.source for way in ways]

    def sources_of(self, event: Event, at: int) -> list[Source]:
        """The sources that an event belongs to, each once, in order of the table; nobody changes
        the list. The event happens at `at`, which for a derived event is not when its fields were
        reported."""
        if self._are_open:
            return self._open
        found: list[Source] = []
        currency = currency_of(event)
        for way in self._ways:
            if way.is_another and way.source in found:
                continue
            if all(sieve.passes(event, at, currency) for sieve in way.sieves):
                found.append(way.source)
        return found


def ways_of(plan: Plan) -> dict[str, Ways]:
    """The ways to sources by event key."""
    sources = [Source(plan, index) for index in range(len(plan.series_of))]
    found: dict[str, Ways] = {}
    for key, matches in plan.matches.items():
        ways: list[Way] = []
        known: set[int] = set()
        for match in matches:
            is_another = match.source in known
            ways.append(Way(sources[match.source], match.filters, is_another=is_another))
            known.add(match.source)
        found[key] = Ways(ways)
    return found
