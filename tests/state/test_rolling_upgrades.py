"""Workers that write different state versions take one another's shards, in any order and through
crashes, and what comes of it is what one worker makes that nobody disturbs."""

from functools import cache
from typing import NamedTuple

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tagger.rules.plan import Plan
from tagger.stream import changelog_record
from tagger.stream.log import Checkpoint, Committed, Log
from tagger.stream.metadata import ClockMetadata, MetadataError, decode_metadata
from tagger.stream.parts import StreamSettings
from tagger.stream.script import Crash, CrashInCommit, Drain, Produce, Rebalance, Step, run
from tagger.stream.shard import Shard
from tagger.stream.simulated import SimulatedLog, SimulatedMember
from tagger.stream.worker import Worker
from tests.golden.playing import difference

from .history import PARTITIONS, TOPICS, quiet_months, steps
from .kept import Kept, load
from .running import changes, parts, plan_of

OLD, NEW = changelog_record.READABLE
AS_IT_IS = ("as-it-is-1", "as-it-is-2")
TOLD = "told"
"""The worker that is told to write the new version."""
MEMBERS = (*AS_IT_IS, TOLD)


class Written(NamedTuple):
    """Of one commit: whose, the version beside the offsets, and those of the records."""

    member: str
    shard: int
    version: int
    records: frozenset[int]


class WatchedLog(SimulatedLog):
    """Notes the versions of what becomes durable."""

    def __init__(self, *, partitions: int, now: int) -> None:
        super().__init__(partitions=partitions, now=now)
        self.written: list[Written] = []

    def commit_offsets(self, checkpoint: Checkpoint) -> None:
        super().commit_offsets(checkpoint)
        version = decode_metadata(checkpoint.metadata).version
        records = frozenset(record[0] for _, record in checkpoint.changelog if record)
        owner = self.owners[checkpoint.shard]
        self.written.append(Written(owner, checkpoint.shard, version, records))


def _accidents(members: tuple[str, ...]) -> st.SearchStrategy[dict[int, Step]]:
    """What happens to workers, by the number of records that were written before."""
    anybody = st.sampled_from(members)
    moves = st.builds(
        Rebalance, st.fixed_dictionaries(dict.fromkeys(range(PARTITIONS), anybody)), st.booleans()
    )
    crashes = st.builds(CrashInCommit, anybody, st.sampled_from(["before", "between", "after"]))
    return st.dictionaries(
        st.integers(1, 150),
        st.one_of(moves, moves, st.builds(Crash, anybody), crashes),
        min_size=4,
        max_size=14,
    )


@settings(max_examples=12)
@given(_accidents(MEMBERS))
def test_taking_turns_changes_nothing_but_the_version(accidents: dict[int, Step]) -> None:
    log = _played(accidents)
    kept = _kept()
    assert difference(kept.changes, _changes_after(kept, log)) == ""
    for shard in range(PARTITIONS):
        of_shard = [each for each in log.written if each.shard == shard]
        versions = [each.version for each in of_shard]
        went_over = [each.member == TOLD for each in of_shard]
        assert versions == [NEW if any(went_over[: n + 1]) else OLD for n in range(len(versions))]
        assert all(each.records <= {each.version} for each in of_shard)


@settings(max_examples=6)
@given(_accidents(AS_IT_IS))
def test_until_one_is_told_everything_is_written_as_the_old_program_reads_it(
    accidents: dict[int, Step],
) -> None:
    log = _played(accidents)
    assert {each.version for each in log.written} == {OLD}
    records = [record for rows in log.changelogs.values() for _, record in rows if record]
    assert {record[0] for record in records} == {OLD}
    texts = {each.metadata for found in log.committed.values() for each in found.values()}
    assert {msgspec.json.decode(text)["version"] for text in texts} == {1}


@pytest.mark.parametrize(
    ("first", "told", "version"), [(OLD, 0, OLD), (NEW, 0, NEW), (OLD, NEW, NEW), (OLD, OLD, OLD)]
)
def test_a_shard_of_which_nothing_was_committed_begins_as_its_group_or_as_told(
    first: int, told: int, version: int
) -> None:
    chosen = StreamSettings(partitions=PARTITIONS, state_version=told, first_state_version=first)
    assert Shard(0, parts(_plan(), chosen), {}).state_version == version


def test_a_shard_of_a_version_to_come_is_left_alone() -> None:
    text = ClockMetadata(version=NEW + 1).encode()
    with pytest.raises(MetadataError, match="run a newer one"):
        Shard(0, parts(_plan()), {TOPICS.browse: Committed(5, text)})


def _played(accidents: dict[int, Step]) -> WatchedLog:
    """The rest of the history that an old program began, with what happens to workers."""
    kept = _kept()
    log = kept.log(WatchedLog)
    assert isinstance(log, WatchedLog)
    script: list[Step] = [Rebalance(dict(enumerate(AS_IT_IS)))]
    number = 0
    for step in steps(kept.later, kept.now):
        script.append(step)
        if isinstance(step, Produce):
            number += 1
        elif isinstance(step, Drain) and number in accidents:
            script.append(accidents[number])
    everybody = [Crash(member) for member in MEMBERS]
    last = Rebalance(dict.fromkeys(range(PARTITIONS), AS_IT_IS[0]))
    run([*script, *everybody, last, *quiet_months(), Rebalance({})], log, _worker)
    return log


def _worker(port: Log) -> Worker:
    assert isinstance(port, SimulatedMember)
    told = NEW if port.name == TOLD else 0
    return Worker(port, parts(_plan(), StreamSettings(partitions=PARTITIONS, state_version=told)))


def _changes_after(kept: Kept, log: SimulatedLog) -> list[str]:
    return [
        line
        for (customer, sequence), line in changes(log.published).items()
        if sequence > kept.published.get(customer, 0)
    ]


@cache
def _kept() -> Kept:
    return load(OLD)


@cache
def _plan() -> Plan:
    return plan_of(_kept().rules)
