"""What an event feeds, as objects made once for a plan."""

from typing import final

from tagger.domain.events import Event
from tagger.engine.filters import passes
from tagger.rules.plan import Filter, Plan, Series


@final
class Feed:
    """A series of the plan, see there, as events enter it."""

    __slots__ = (
        "asks_ends",
        "asks_for_more",
        "field",
        "fingerprint",
        "grains",
        "keep",
        "keeps_unset",
        "line_filters",
        "past_ms",
        "refunds",
        "retention_ms",
    )

    def __init__(self, series: Series) -> None:
        self.fingerprint = series.fingerprint
        self.field = series.field
        self.refunds = series.refunds
        self.retention_ms = series.retention_ms
        self.keep = series.keep
        self.keeps_unset = series.keeps_unset
        self.line_filters = series.line_filters
        self.asks_for_more = series.asks_for_more
        self.asks_ends = series.asks_ends
        self.grains = series.grains
        self.past_ms = series.past_ms


@final
class Source:
    """A set of events: the series that they feed, the tags that they touch, whether they set or
    clear one of these, and whether a pattern asks about them."""

    __slots__ = ("feeds", "index", "is_heard", "sets", "touches")

    def __init__(self, plan: Plan, index: int) -> None:
        fed = [plan.series[each] for each in plan.series_of[index]]
        upon = plan.upon_of[index]
        self.index = index
        self.feeds = [Feed(series) for series in fed]
        self.touches = frozenset(upon).union(*(series.tags for series in fed))
        self.sets = bool(upon)
        self.is_heard = bool(plan.unlesses_of[index] or plan.steps_of[index])


@final
class Way:
    """An event that passes all filters belongs to the source."""

    __slots__ = ("filters", "source")

    def __init__(self, source: Source, filters: tuple[Filter, ...]) -> None:
        self.source = source
        self.filters = filters


def ways_of(plan: Plan) -> dict[str, list[Way]]:
    """The ways to sources by event key, in order of the plan."""
    sources = [Source(plan, index) for index in range(len(plan.series_of))]
    return {
        key: [Way(sources[match.source], match.filters) for match in matches]
        for key, matches in plan.matches.items()
    }


def sources_of(ways: list[Way], event: Event, at: int) -> list[Source]:
    """The sources that an event belongs to, each once, in order of the table. It happens at `at`,
    which for a derived event is not when its fields were reported."""
    found: list[Source] = []
    for way in ways:
        filters = way.filters
        if filters and not all(passes(each, event, at) for each in filters):
            continue
        if way.source not in found:
            found.append(way.source)
    return found
