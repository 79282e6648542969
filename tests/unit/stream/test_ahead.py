"""What is read again counts once, however old it is."""

import json
from collections import Counter
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tagger.codecs.decode_outputs import decode_current_tags
from tagger.domain.commands import TagCommand
from tagger.domain.tags import CurrentTags
from tagger.engine.profile import Profile
from tagger.engine.profile_codec import decode_profile
from tagger.engine.step import Clock, Input
from tagger.engine.step import Step as Decision
from tagger.rules.build import build_plan
from tagger.stream.ahead import Ahead
from tagger.stream.changelog_record import decode
from tagger.stream.log import EndOffsets, Log
from tagger.stream.script import Advance, Crash, CrashInCommit, Drain, Produce, Rebalance, Step, run
from tagger.stream.shard import Shard
from tagger.stream.simulated import SimulatedLog
from tagger.stream.simulation import Simulation
from tagger.stream.worker import Worker
from tagger.workflows.pipeline import Pipeline

from .accidents import MEMBERS, PARTITIONS, scripts
from .kit import START, TOPICS, batch, command, event, parts

PACKS = Path(__file__).parents[3] / "rules"
DAY = 86_400_000


class Counting:
    """A decider that counts records and remembers no identity of any."""

    def step(self, profile: Profile | None, record: Input, clock: Clock) -> Decision:
        if profile is None:
            profile = Profile(record.customer_id, known_since=0, clock_at=0)
        kind = "commands" if isinstance(record, TagCommand) else "events"
        profile.refunds[kind] = profile.refunds.get(kind, 0) + 1
        profile.clock_at = max(profile.clock_at, clock.frontier)
        profile.deadline = profile.clock_at + 1_000
        return Decision(profile, [], profile.deadline)

    def run_deadlines(self, profile: Profile, clock: Clock) -> Decision:
        profile.deadline = None
        return Decision(profile, [], None)

    def current_tags(self, profile: Profile) -> CurrentTags:
        return CurrentTags(profile.customer_id, 0, 0, {})


class LoseOffsets(Step, frozen=True):
    """The committed offsets of all shards are gone."""

    async def happen(self, simulation: Simulation) -> None:
        simulation.log.committed.clear()


def counted(log: SimulatedLog) -> dict[str, dict[str, int]]:
    """By customer, what the stored profiles have counted."""
    rows = {key: value for rows in log.changelogs.values() for key, value in rows}
    return {
        key.decode(): decode_profile(decode(value)[0]).refunds
        for key, value in rows.items()
        if value is not None
    }


def written(log: SimulatedLog) -> dict[str, dict[str, int]]:
    """By customer, how many good records there are."""
    found: dict[str, Counter[str]] = {}
    for (topic, _), records in log.records.items():
        kind = "commands" if topic == TOPICS.command else "events"
        for record in records:
            if record.value is not None and record.value != b"{broken":
                customer = msgspec.json.decode(record.value)["customer_id"]
                found.setdefault(customer, Counter())[kind] += 1
    return {customer: dict(counts) for customer, counts in found.items()}


@settings(max_examples=150)
@given(script=scripts(), losses=st.lists(st.integers(0, 200), max_size=3))
def test_every_record_counts_once_also_for_whoever_remembers_none(
    script: list[Step], losses: list[int]
) -> None:
    for at in losses:
        lose: list[Step] = [
            *(Crash(m) for m in MEMBERS),
            LoseOffsets(),
            Rebalance({0: "a", 1: "b"}),
        ]
        place = 1 + at % (len(script) - 8)
        script = [*script[:place], *lose, *script[place:]]
    log = SimulatedLog(partitions=PARTITIONS, now=START, transactional=False)

    def host_for(port: Log) -> Worker:
        return Worker(port, parts(Counting(), partitions=PARTITIONS, checkpoint_records=12))

    run(script, log, host_for)
    assert counted(log) == written(log)


@pytest.mark.parametrize("lost", [False, True])
def test_a_backlog_longer_than_a_profile_remembers_is_not_summed_twice(lost: bool) -> None:
    plan, _ = build_plan(PACKS)
    log = SimulatedLog(partitions=1, now=START, transactional=False)
    sold = {"order_id": "o", "amount_minor": 2_000, "currency": "USD"}
    backlog: list[Step] = []
    for day in range(40):
        bought = json.loads(event("purchase", f"p{day}", "c", (day - 40) * DAY)) | sold
        at = START + (day - 40) * DAY
        value = json.dumps(bought).encode()
        backlog.append(Produce(TOPICS.purchase, 0, b"c", value, at))
    again: list[Step] = [Crash("b"), LoseOffsets(), Rebalance({0: "c"}), Drain()] if lost else []
    run(
        [
            *backlog,
            Rebalance({0: "a"}),
            CrashInCommit("a", "between"),
            Drain(),
            Rebalance({0: "b"}),
            Drain(),
            *again,
            Advance(1_000),
            Rebalance({}),
        ],
        log,
        lambda port: Worker(port, parts(Pipeline(plan))),
    )
    tiers = [
        decode_current_tags(output.value).tags["value_tier"].value
        for output in log.published
        if output.topic == TOPICS.current_tags
    ]
    assert tiers
    assert set(tiers) == {"middle"}


def test_a_profile_stored_again_before_the_shard_has_caught_up_with_it_keeps_its_offsets() -> None:
    browsed = [(n, n, event("browse", f"b{n}", "c", n)) for n in range(3)]
    rows: list[tuple[bytes, bytes]] = []
    for reads in (
        batch("browse", *browsed),
        batch("command", (0, 5, command("k", "c", 5))),
        batch("browse", *browsed),
    ):
        shard = Shard(0, parts(Counting()), {})
        shard.restore(rows)
        nothing = dict.fromkeys(((topic, 0) for topic in TOPICS.inputs()), 0)
        shard.answered(EndOffsets(START, nothing), START, START)
        shard.receive(reads, START + 9)
        checkpoint = shard.take_checkpoint()
        assert checkpoint is not None
        rows = [(key, value) for key, value in checkpoint.changelog if value] or rows
    profile = shard.store.get("c")
    assert profile is not None
    assert profile.refunds == {"events": 3, "commands": 1}


def test_what_the_shard_got_past_is_forgotten() -> None:
    ahead = Ahead({"a": 5})
    ahead.note("c-1", {"a": 9, "b": 3})
    ahead.note("c-2", {"a": 7})
    ahead.note("c-3", {"a": 5})
    assert len(ahead) == 3
    assert [ahead.covers("a", "c-1", offset) for offset in (8, 9)] == [True, False]
    assert not ahead.covers("a", "c-3", 4)
    ahead.forget_before({"a": 8})
    assert len(ahead) == 2
    assert dict(ahead.offsets_of("c-1", {"a": 8})) == {"a": 9, "b": 3}
    ahead.forget_before({"a": 9, "b": 3})
    assert len(ahead) == 0
