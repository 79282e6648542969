"""What all shards of a worker share: collaborators and settings."""

from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from tagger.rules.plan import Plan
from tagger.stream import changelog_record
from tagger.stream.decider import Decider
from tagger.stream.intake import RecordDecoder
from tagger.stream.outputs import Publisher
from tagger.stream.topics import Topics
from tagger.telemetry import Telemetry


class StreamSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How a worker reads and commits.

    `partitions`: of every input topic. `grace_ms`: how much later than it happened an event may
    be written without being late. `max_skew_ms`: how far after its record's timestamp, or the
    wall clock, an event may say that it happened. `fresh_ms`: how long an answer about ends
    proves anything; `ends_every_ms`: how often one is asked for at most. `checkpoint_ms`: the
    grid of checkpoints; `checkpoint_records`: one is made earlier when that many records wait
    for it. `max_record_bytes`: of an input record, key and headers included; `max_profile_bytes`:
    of an encoded profile, beyond which it is shortened, and where that is not enough its customer
    quarantined. `high_water` and `low_water`: waiting records of a topic at which it is paused and
    resumed. `slice_records`: about how many of a shard are processed before others get their turn.
    `sweep_ms`: what deadlines may take of each tick, and `sweep_limit`: customers whose
    deadlines ticks run between two checkpoints, at most. `pack` names the running rules in a
    checkpoint's metadata. `state_version`: what every shard is at least written in, 0 for as it is;
    `first_state_version`: in what one begins for which nothing was committed yet.
    """

    partitions: int
    topics: Topics = Topics()
    grace_ms: int = 2_000
    max_skew_ms: int = 300_000
    fresh_ms: int = 2_000
    ends_every_ms: int = 50
    checkpoint_ms: int = 100
    checkpoint_records: int = 20_000
    max_record_bytes: int = 1_000_000
    max_profile_bytes: int = 262_144
    high_water: int = 20_000
    low_water: int = 5_000
    slice_records: int = 1_000
    sweep_ms: int = 5
    sweep_limit: int = 200
    pack: str = ""
    state_version: int = 0
    first_state_version: int = changelog_record.VERSION


def standing_still() -> float:
    """A stopwatch that shows 0 seconds whatever happens."""
    return 0.0


@dataclass(frozen=True, slots=True)
class Parts:
    """Given by the one place that wires things together. `currencies` are those of the rules, for
    counting purchases in others; none means that nothing is counted. `stopwatch` gives seconds
    that never go back, for cutting work into slices; the default stands still, which
    cuts by number alone and makes a run a function of its input."""

    settings: StreamSettings
    decider: Decider
    decoder: RecordDecoder
    publisher: Publisher
    telemetry: Telemetry
    currencies: frozenset[str] = frozenset()
    stopwatch: Callable[[], float] = standing_still


def currencies_of(plan: Plan) -> frozenset[str]:
    """The currencies in which the rules measure or compare money."""
    filters = [f for matches in plan.matches.values() for match in matches for f in match.filters]
    compared = [test.field for f in filters for test in (*f.tests, *f.line_tests)]
    measured = [series.field for series in plan.series if series.field is not None]
    return frozenset(field.currency for field in (*compared, *measured) if field.currency)
