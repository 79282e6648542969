"""What the program says about itself in numbers: one method per occurrence.

Prometheus metrics with prefix `tagger_`, base units, `_total` for counters, and never a label by
customer. Counts come in batches: a caller adds up and reports once. The table in
`docs/reference/metrics.md` is made from this module: `python -m tagger.telemetry --help`.
"""

import sys
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from tagger.domain.actions import Arm
from tagger.domain.commands import OutcomeCode
from tagger.domain.dead_letters import DeadLetterCode
from tagger.domain.tags import Cause, Op
from tagger.engine.step import Verdict
from tagger.generated_page import write_or_check

_CHECKPOINT_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_LATENESS_BUCKETS = (1.0, 5.0, 30.0, 120.0, 600.0, 3_600.0, 21_600.0, 86_400.0, 604_800.0)
_SKEW_BUCKETS = (
    *(-seconds for seconds in (86_400.0, 3_600.0, 300.0, 60.0, 10.0, 2.0, 0.5)),
    *(0.0, 0.5, 2.0, 10.0, 60.0, 300.0, 3_600.0, 86_400.0),
)


class Telemetry:
    """All metrics of one process, in a registry of its own unless one is given."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        self.registry = CollectorRegistry() if registry is None else registry
        self.catalogue: list[tuple[str, str, tuple[str, ...], str]] = []
        """Name, type, labels and meaning of every metric."""
        self._inputs()
        self._decisions()
        self._clocks()
        self._state()

    def _inputs(self) -> None:
        self._records = self._counter("records", "Records read, by input topic.", "topic")
        self._records_of = cache(self._records.labels)
        """What is told of with every batch is looked up once: that costs more than the counting."""
        self._events = self._counter(
            "events",
            "Events processed, by type and by what became of them: `applied`, `late`, `too_late` "
            "(no measure could see it), `duplicate` (a repeat), `conflicting` (the id of another "
            "event with other content; left out), `quarantined`.",
            *("type", "verdict"),
        )
        self._events_of = cache(self._events.labels)
        self._rereads = self._counter(
            "rereads",
            "Records read again that the stored profile had already, by type: after a crash "
            "without transactions, or when offsets were lost.",
            "type",
        )
        self._dead_letters = self._counter(
            "dead_letters", "Records rejected, by input topic and reason code.", "topic", "code"
        )
        self._skew = self._histogram(
            "event_skew_seconds",
            "An event's own time less its record's timestamp, above 0 where a producer's clock is "
            "ahead; of each batch the least and the greatest.",
            _SKEW_BUCKETS,
            "topic",
        )
        self._skew_of = cache(self._skew.labels)
        self._lateness = self._histogram(
            "event_lateness_seconds",
            "How far late events lie behind their customer's clock, by type.",
            _LATENESS_BUCKETS,
            "type",
        )
        self._unknown_fields = self._counter(
            "unknown_fields", "JSON fields that no schema names, by record type.", "type"
        )
        self._schema_lookups = self._counter(
            "schema_lookups",
            "Questions to the schema registry, by outcome: `found`, `unknown` (its records become "
            "dead letters), `failed` (the registry is away; it is asked again).",
            "outcome",
        )
        self._topics_without_schema = self._gauge(
            "topics_without_schema",
            "Input topics that wait because the schema registry does not answer.",
        )
        self._other_currency = self._counter(
            "other_currency", "Purchases in a currency of no rule pack; their money is not added."
        )
        self._attributes_of_wrong_type = self._counter(
            "attributes_of_wrong_type",
            "Attributes reported with a value of another type than declared; they are unset.",
        )

    def _decisions(self) -> None:
        self._tag_changes = self._counter("tag_changes", "Tag changes.", "tag", "op", "cause")
        self._actions = self._counter("workflow_actions", "Workflow actions.", "workflow", "arm")
        self._outcomes = self._counter(
            "command_outcomes",
            "Commands answered, by code: `done`, `unchanged`, or why it was refused, such as "
            "`superseded` (a command on the same tag that was issued later had been carried out).",
            "code",
        )

    def _clocks(self) -> None:
        self._ready = self._gauge(
            "ready", "1 while the worker is ready, as `/ready` answers; else 0."
        )
        self._lag = self._gauge(
            "lag_seconds", "How far reading is behind, the worst shard of this worker.", "topic"
        )
        self._clock_age = self._gauge(
            "clock_age_seconds", "Wall clock less the shard's frontier.", "shard"
        )
        self._wall_clock = self._gauge(
            "wall_clock_step_seconds",
            "By how much this machine's wall clock was set, while it is doubted; else 0.",
        )
        self._wall_clock_steps = self._counter(
            "wall_clock_steps", "How often this machine's wall clock was set while it ran."
        )
        self._partitions_unread = self._gauge(
            "partitions_unread",
            "Partitions of an input topic that were added while workers run; all clocks are held "
            "while this is not 0.",
            "topic",
        )
        self._waiting = self._gauge(
            "merge_waiting_records", "Records that wait for another topic.", "shard"
        )
        self._deadlines_pending = self._gauge(
            "deadlines_pending", "Customers with a deadline.", "shard"
        )
        self._deadlines_due = self._gauge(
            "deadlines_due",
            "Customers whose deadline has passed and is not run yet, at most.",
            "shard",
        )
        self._deadlines_run = self._counter("deadlines_run", "Customers whose deadlines were run.")

    def _state(self) -> None:
        self._profiles = self._gauge("profiles", "Profiles held.", "shard")
        self._state_version = self._gauge(
            "state_version", "Version in which the shard's state is written.", "shard"
        )
        self._quarantined = self._counter(
            "customers_quarantined",
            "Customers whose profile grew too large; nothing is decided about them any more.",
        )
        self._series_shortened = self._counter(
            "series_shortened",
            "How often the older events of a series were put together further, or texts dropped, "
            "because a profile grew too large; its evidence says `approximate`.",
        )
        self._waits_dropped = self._counter(
            "pattern_waits_dropped",
            "Open waits and chains of patterns dropped because one customer had too many.",
        )
        self._restored = self._counter(
            "restored_profiles", "Profiles that shards had when they were opened."
        )
        self._restored_records = self._counter(
            "restored_records", "Changelog records read when shards were opened."
        )
        self._profiles_asked = self._counter(
            "profiles_asked",
            "Profiles asked for, by where they were: in the `cache`, on `disk`, or `nowhere`.",
            "found",
        )
        self._local_state = self._counter(
            "local_state_opened",
            "Shards opened, by what became of their local state: `reused`; there was none "
            "(`absent`); or why it was set aside and built anew from the changelog.",
            "outcome",
        )
        self._checkpoint_seconds = self._histogram(
            "checkpoint_seconds",
            "Time from the snapshot of a shard until it is durable.",
            _CHECKPOINT_BUCKETS,
        )
        self._checkpoint_records = self._counter(
            "checkpoint_records", "Records made durable by checkpoints, by kind.", "kind"
        )
        self._commits_retried = self._counter(
            "commits_retried", "Commits of offsets that failed for now and were tried again."
        )
        self._outage = self._gauge(
            "outage_seconds",
            "How long checkpoints, or shards that are to be opened, have been waiting for brokers; "
            "0 while they do not.",
        )
        self._ends_unanswered = self._counter(
            "ends_unanswered", "Questions about the topics' ends that the brokers did not answer."
        )

    def records_read(self, topic: str, count: int) -> None:
        """Records came in, good and bad."""
        self._records_of(topic).inc(count)

    def events_processed(self, event_type: str, verdict: Verdict, count: int) -> None:
        """Events went through the decider."""
        self._events_of(event_type, verdict).inc(count)

    def records_reread(self, record_type: str, count: int) -> None:
        """Records were read again that had been processed before."""
        self._rereads.labels(record_type).inc(count)

    def dead_letters(self, topic: str, code: DeadLetterCode, count: int) -> None:
        """Records were rejected."""
        self._dead_letters.labels(topic, code.value).inc(count)

    def event_skew(self, topic: str, least_s: float, greatest_s: float) -> None:
        """The events of a batch lay so far ahead of their records' timestamps."""
        skew = self._skew_of(topic)
        skew.observe(least_s)
        skew.observe(greatest_s)

    def events_late(self, event_type: str, seconds: Iterable[float]) -> None:
        """Events lay so far behind their customer's clock."""
        lateness = self._lateness.labels(event_type)
        for late_s in seconds:
            lateness.observe(late_s)

    def unknown_fields(self, record_type: str, count: int) -> None:
        """JSON records had fields that no schema names."""
        if count:
            self._unknown_fields.labels(record_type).inc(count)

    def schema_looked_up(self, known: bool) -> None:
        """The registry was asked for an id."""
        self._schema_lookups.labels("found" if known else "unknown").inc()

    def schema_lookup_failed(self) -> None:
        """The registry did not answer."""
        self._schema_lookups.labels("failed").inc()

    def topics_without_schema(self, count: int) -> None:
        """So many input topics wait for the registry."""
        self._topics_without_schema.set(count)

    def other_currency(self, count: int) -> None:
        """Purchases were in a currency of no rule pack."""
        self._other_currency.inc(count)

    def attributes_of_wrong_type(self, count: int) -> None:
        """Profile updates reported attributes with a value of another type than declared."""
        self._attributes_of_wrong_type.inc(count)

    def tags_changed(self, tag: str, op: Op, cause: Cause, count: int) -> None:
        """Tag changes were decided."""
        self._tag_changes.labels(tag, op, cause).inc(count)

    def actions_decided(self, workflow: str, arm: Arm, count: int) -> None:
        """A workflow asked for actions."""
        self._actions.labels(workflow, arm).inc(count)

    def commands_answered(self, code: OutcomeCode, count: int) -> None:
        """Commands got their outcome."""
        self._outcomes.labels(code).inc(count)

    def deadlines_run(self, count: int) -> None:
        """Deadlines of idle customers were run."""
        self._deadlines_run.inc(count)

    def readiness(self, is_ready: bool) -> None:
        """Whether the worker is ready was looked at."""
        self._ready.set(is_ready)

    def lags(self, seconds_by_topic: Mapping[str, float]) -> None:
        """How far reading is behind, of every topic of which it is known."""
        self._lag.clear()
        for topic, seconds in seconds_by_topic.items():
            self._lag.labels(topic).set(seconds)

    def clock(self, shard: int, age_seconds: float) -> None:
        """How old a shard's clock is."""
        self._clock_age.labels(shard).set(age_seconds)

    def wall_clock_stepped(self) -> None:
        """The wall clock was set."""
        self._wall_clock_steps.inc()

    def wall_clock(self, step_s: float) -> None:
        """By how much the wall clock was set, while it is doubted."""
        self._wall_clock.set(step_s)

    def partitions_unread(self, topic: str, count: int) -> None:
        """A topic has so many partitions more than there are shards."""
        self._partitions_unread.labels(topic).set(count)

    def shard_size(
        self, shard: int, *, profiles: int, waiting: int, pending: int, due: int
    ) -> None:
        """What a shard holds: profiles, records in its merge, deadlines pending and due."""
        self._profiles.labels(shard).set(profiles)
        self._waiting.labels(shard).set(waiting)
        self._deadlines_pending.labels(shard).set(pending)
        self._deadlines_due.labels(shard).set(due)

    def state_version(self, shard: int, version: int) -> None:
        """A shard's state is written in this version."""
        self._state_version.labels(shard).set(version)

    def shard_restored(self, profiles: int, records: int) -> None:
        """A shard was opened with so many profiles, for which so many changelog records were
        read."""
        self._restored.inc(profiles)
        self._restored_records.inc(records)

    def profiles_asked(self, *, cache: int, disk: int, nowhere: int) -> None:
        """Profiles were asked for and found in the cache, on disk, or nowhere."""
        self._profiles_asked.labels("cache").inc(cache)
        self._profiles_asked.labels("disk").inc(disk)
        self._profiles_asked.labels("nowhere").inc(nowhere)

    def local_state_opened(self, outcome: str) -> None:
        """A shard's local state was reused, was absent, or was set aside."""
        self._local_state.labels(outcome).inc()

    def customers_quarantined(self, count: int) -> None:
        """Profiles grew too large and were emptied."""
        self._quarantined.inc(count)

    def series_shortened(self, count: int) -> None:
        """Series of large profiles were shortened."""
        self._series_shortened.inc(count)

    def waits_dropped(self, count: int) -> None:
        """Patterns had more open waits or chains than a profile may hold."""
        self._waits_dropped.inc(count)

    def shard_gone(self, shard: int) -> None:
        """A shard is no longer this worker's: its gauges say nothing any more."""
        per_shard = (self._clock_age, self._waiting, self._profiles, self._state_version)
        for gauge in (*per_shard, self._deadlines_pending, self._deadlines_due):
            gauge.remove_by_labels({"shard": str(shard)})

    def checkpoint(self, seconds: float, *, outputs: int, changelog: int) -> None:
        """A checkpoint became durable."""
        self._checkpoint_seconds.observe(seconds)
        self._checkpoint_records.labels("output").inc(outputs)
        self._checkpoint_records.labels("changelog").inc(changelog)

    def commit_retried(self) -> None:
        """A commit of offsets failed for a reason that passes."""
        self._commits_retried.inc()

    def outage(self, seconds: float) -> None:
        """So long checkpoints, or shards to be opened, have been waiting for brokers."""
        self._outage.set(seconds)

    def ends_unanswered(self) -> None:
        """The brokers did not say in time where topics end."""
        self._ends_unanswered.inc()

    def _counter(self, name: str, text: str, *labels: str) -> Counter:
        self.catalogue.append((f"tagger_{name}_total", "counter", labels, text))
        return Counter(f"tagger_{name}", text, labels, registry=self.registry)

    def _gauge(self, name: str, text: str, *labels: str) -> Gauge:
        self.catalogue.append((f"tagger_{name}", "gauge", labels, text))
        return Gauge(f"tagger_{name}", text, labels, registry=self.registry)

    def _histogram(
        self, name: str, text: str, buckets: tuple[float, ...], *labels: str
    ) -> Histogram:
        self.catalogue.append((f"tagger_{name}", "histogram", labels, text))
        return Histogram(f"tagger_{name}", text, labels, registry=self.registry, buckets=buckets)


def reference() -> str:
    """All metrics as a Markdown page, in order of name."""
    rows = [
        f"| `{name}` | {kind} | {', '.join(f'`{label}`' for label in labels) or 'none'} | {text} |"
        for name, kind, labels, text in sorted(Telemetry().catalogue)
    ]
    return "\n".join(
        [
            "# Metrics",
            "",
            "Made from `tagger/telemetry.py` by `python -m tagger.telemetry --write FILE`.",
            "No metric has a label by customer.",
            "",
            "| name | type | labels | what it says |",
            "|---|---|---|---|",
            *rows,
            "",
        ]
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """See `write_or_check`."""
    return write_or_check("tagger.telemetry", reference(), arguments)


if __name__ == "__main__":
    sys.exit(main())
