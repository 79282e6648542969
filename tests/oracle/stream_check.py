"""One schedule on the stream: what it published, held against the oracle and against itself.

Always: no committed clock or position goes back, no id comes twice and no customer's sequence has a
gap (repeats by id dropped where commits are at least once), the changes fold into the compacted
current tags, every command has its outcome and every unusable record is a dead letter, once. Then
what the schedule promises, see `Schedule`; where that is every change, they also have the ids that
a replay gives them.
"""

import asyncio
import logging
import traceback
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import msgspec

from tagger.codecs.dead_letters import letter_of
from tagger.codecs.decode_outputs import decode_change, decode_current_tags, decode_outcome
from tagger.domain.tags import CurrentTags, TagChange, fold
from tagger.engine.profile import STREAM_LIMITS, Profile
from tagger.engine.step import Clock, Input, Step
from tagger.rules.plan import Plan
from tagger.stream.log import Checkpoint, Output
from tagger.stream.metadata import decode_metadata
from tagger.stream.murmur2 import partition_of
from tagger.stream.topics import Topics
from tagger.testing import Raw
from tagger.testing.broker import Broker
from tagger.testing.running import carry_out
from tagger.testing.stage import Stage
from tagger.workflows.pipeline import Pipeline

from .adapter import Product, play, told, told_tags
from .comparison import differences
from .model import OracleResult, simulate
from .schedules import Schedule
from .values import Doc

logging.getLogger("tagger").addHandler(logging.NullHandler())
"""Accidents are not worth a line on the terminal each."""

TOPICS = Topics()
FORGETTING_IDS = msgspec.structs.replace(STREAM_LIMITS, seen_events=0)
"""Where nothing is written twice, a stream that processes anything twice must show it."""
KIND_OF = TOPICS.inputs()


@dataclass
class ScheduleTally:
    """What has been compared so far."""

    schedules: Counter[str] = field(default_factory=Counter)
    """By promise."""
    crashes: int = 0
    rebalances: int = 0
    changes: int = 0
    """Those that were compared with the oracle's one by one."""

    @property
    def number(self) -> int:
        return self.schedules.total()

    def add(self, other: "ScheduleTally") -> None:
        self.schedules += other.schedules
        self.crashes += other.crashes
        self.rebalances += other.rebalances
        self.changes += other.changes


class ScheduleMismatchError(AssertionError):
    """The stream does not keep what this schedule promises."""

    def __init__(self, schedule: Schedule, difference: str) -> None:
        super().__init__(difference)
        self.schedule = schedule
        self.difference = difference


def plan_of(schedule: Schedule) -> Plan:
    """The packs of a schedule, compiled. Raises ScheduleMismatchError when they are refused."""
    try:
        return Product(schedule.packs).plan
    except Exception:  # noqa: BLE001 - any crash is a finding
        raise ScheduleMismatchError(schedule, traceback.format_exc()) from None


def check(schedule: Schedule, plan: Plan, tally: ScheduleTally) -> None:
    """Run one schedule; `plan` is that of its packs. Raises ScheduleMismatchError at the first
    difference; that anything crashes is one too."""
    try:
        limits = STREAM_LIMITS if schedule.repeats else FORGETTING_IDS
        watched = _Watched(Pipeline(plan, limits))
        log = _WatchedLog(
            partitions=schedule.shards,
            now=schedule.starts_at,
            transactional=schedule.transactional,
        )
        stage = Stage(
            plan,
            log,
            workers=schedule.workers,
            batch=schedule.knobs.batch,
            settings=schedule.knobs.settings(schedule.shards),
            decider=watched,
            cached_profiles=schedule.knobs.cached_profiles,
        )
        ends_at = asyncio.run(carry_out(stage, schedule.steps))
        told_by = _Told(schedule, stage)
        found = [
            *log.complaints,
            *_complaints(told_by),
            *_broken_promises(told_by, plan, watched, ends_at),
        ]
    except Exception:  # noqa: BLE001 - any crash is a finding
        raise ScheduleMismatchError(schedule, traceback.format_exc()) from None
    if found:
        raise ScheduleMismatchError(schedule, "\n".join(found))
    tally.schedules[schedule.promise] += 1
    tally.crashes += stage.crew.crashes
    tally.rebalances += stage.crew.rebalances
    tally.changes += len(told_by.once) if schedule.promise == "changes" else 0


class _WatchedLog(Broker):
    """Looks at every commit: neither the shard's clock nor a position may go back."""

    complaints: tuple[str, ...] = ()

    def commit_offsets(self, checkpoint: Checkpoint) -> None:
        before = dict(self.committed.get(checkpoint.shard, {}))
        super().commit_offsets(checkpoint)
        clock = decode_metadata(checkpoint.metadata).frontier
        for topic, offset in checkpoint.offsets.items():
            had = before.get(topic)
            if had and (had.offset > offset or decode_metadata(had.metadata).frontier > clock):
                self.complaints += (f"{topic}/{checkpoint.shard} goes back to {offset} at {clock}",)


class _Watched:
    """A decider that counts the events which were behind their customer's clock."""

    def __init__(self, pipeline: Pipeline) -> None:
        self.late: list[str] = []
        self._pipeline = pipeline
        self.run_deadlines = pipeline.run_deadlines
        self.current_tags = pipeline.current_tags

    def step(self, profile: Profile | None, record: Input, clock: Clock) -> Step:
        step = self._pipeline.step(profile, record, clock)
        if step.verdict in ("late", "too_late"):
            self.late.append(str(record))
        return step


class _Told:
    """What stands in the output topics after a schedule; `once` leaves out changes whose id was
    there before."""

    def __init__(self, schedule: Schedule, stage: Stage) -> None:
        by_topic: dict[str, list[Output]] = {}
        for output in stage.log.published:
            by_topic.setdefault(output.topic, []).append(output)

        def of(topic: str) -> list[Output]:
            return by_topic.get(topic, [])

        self.schedule = schedule
        self.changes = [decode_change(output.value) for output in of(TOPICS.tag_change)]
        self.once = list({change.id: change for change in reversed(self.changes)}.values())[::-1]
        every_current = [decode_current_tags(output.value) for output in of(TOPICS.current_tags)]
        self.compacted = {current.customer_id: current for current in every_current}
        outcomes = [decode_outcome(output.value) for output in of(TOPICS.command_outcome)]
        self.answered = Counter(outcome.command_id for outcome in outcomes)
        self.letters = [
            letter_of(output.key, output.value, output.headers) for output in of(TOPICS.dead_letter)
        ]


def _complaints(told_by: _Told) -> Iterator[str]:
    """What is wrong whatever the rules say."""
    if told_by.schedule.transactional and len(told_by.once) < len(told_by.changes):
        yield f"changes were published twice: {[change.id for change in told_by.changes]}"
    sequences: dict[str, list[int]] = {}
    folded: dict[str, CurrentTags] = {}
    for change in told_by.once:
        sequences.setdefault(change.customer_id, []).append(change.sequence)
        folded[change.customer_id] = fold(folded.get(change.customer_id), change)
    for customer_id, found in sequences.items():
        if found != list(range(1, len(found) + 1)):
            yield f"sequence of {customer_id}: {found}"
    if folded != told_by.compacted:
        yield f"the changes fold into {folded}, but the current tags are {told_by.compacted}"
    yield from _unanswered(told_by)


def _unanswered(told_by: _Told) -> Iterator[str]:
    """Commands without their outcome, unusable records that are no dead letters, and either of
    them too often."""
    schedule, answered, letters = told_by.schedule, told_by.answered, told_by.letters
    asked = Counter(event["command_id"] for event in schedule.events if event["type"] == "command")
    broken = Counter(_in_letter(raw, schedule.shards) for raw in schedule.broken)
    if not schedule.transactional:
        letters = list(dict.fromkeys(letters))
        answered = Counter({each: min(n, asked[each]) for each, n in answered.items()})
    dead = Counter((KIND_OF[each.topic], each.key, each.value, each.partition) for each in letters)
    if asked != answered:
        yield f"commands {dict(asked)} have the outcomes {dict(answered)}"
    if broken != dead:
        yield f"unusable are {dict(broken)}, dead letters are {dict(dead)}"


def _in_letter(raw: Raw, shards: int) -> tuple[str, bytes, bytes | None, int]:
    key = raw.customer.encode()
    partition = partition_of(key, shards) if raw.partition is None else raw.partition
    return raw.kind, key, raw.value, partition


def _broken_promises(told_by: _Told, plan: Plan, watched: _Watched, ends_at: int) -> Iterator[str]:
    schedule = told_by.schedule
    if schedule.promise == "nothing":
        return
    expected = simulate(schedule.packs, schedule.events, ends_at)
    tags: dict[str, Doc] = {customer_id: {} for customer_id in expected.tags}
    tags |= {customer_id: told_tags(each) for customer_id, each in told_by.compacted.items()}
    changes: list[TagChange] = []
    if schedule.promise == "changes":
        changes = sorted(told_by.once, key=_by_time)
        if watched.late:
            yield f"not processed in order of time: {watched.late}"
        ids = [change.id for change in _replayed(schedule, plan, ends_at)]
        if [change.id for change in changes] != ids:
            yield f"the ids {[change.id for change in changes]} are not those of a replay: {ids}"
    else:
        expected = OracleResult([], expected.tags)
    difference = differences(expected, OracleResult([told(change) for change in changes], tags))
    if difference:
        yield difference


def _by_time(change: TagChange) -> tuple[int, str, int]:
    return change.effective_at, change.customer_id, change.sequence


def _replayed(schedule: Schedule, plan: Plan, ends_at: int) -> list[TagChange]:
    return play(Pipeline(plan), schedule.events, ends_at).changes
