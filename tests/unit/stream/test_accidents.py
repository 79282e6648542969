"""Whatever happens on the way, the tags come out the same and nothing is lost."""

import asyncio
from collections import Counter

import msgspec
import pytest
from hypothesis import given, settings

from tagger.codecs.dead_letters import letter_of
from tagger.codecs.decode import RecordDecoder
from tagger.domain.commands import TagCommand
from tagger.engine.profile_codec import decode_profile
from tagger.engine.step import BEFORE_TIME
from tagger.stream.changelog_record import decode
from tagger.stream.log import Checkpoint, Log, Output
from tagger.stream.metadata import decode_metadata
from tagger.stream.script import Step
from tagger.stream.shard import Shard
from tagger.stream.simulated import SimulatedLog
from tagger.stream.simulation import Simulation
from tagger.stream.worker import Worker

from .accidents import PARTITIONS, final_busy, issued, scripts
from .deciding import MINIMUM, WITHIN_MS, hash_of
from .kit import START, TOPICS, changes, compacted, folded, parts

GRACE_MS = 2_000


class WatchedLog(SimulatedLog):
    """Looks at every commit: nothing that is not durable may be called done."""

    def commit_offsets(self, checkpoint: Checkpoint) -> None:
        super().commit_offsets(checkpoint)
        shard = checkpoint.shard
        rows = dict(self.changelogs.get(shard, ()))
        profiles = {key: decode_profile(decode(value)[0]) for key, value in rows.items() if value}
        for topic, offset in checkpoint.offsets.items():
            for record in self.records[topic, shard]:
                if record.offset >= offset or topic == TOPICS.command:
                    continue
                if record.value == b"{broken":
                    assert (topic, shard, record.offset) in rejected(self.published)
                else:
                    event = RecordDecoder().decode(TOPICS.inputs()[topic], record.value)
                    assert not isinstance(event, TagCommand)
                    assert hash_of(event) in profiles[record.key or b""].seen


def rejected(published: list[Output]) -> set[tuple[str, int, int]]:
    letters = [
        letter_of(output.key, output.value, output.headers)
        for output in published
        if output.topic == TOPICS.dead_letter
    ]
    return {(letter.topic, letter.partition, letter.offset) for letter in letters}


class Watched:
    """Carries a script out and checks the clocks of all shards after each step."""

    def __init__(self, log: SimulatedLog) -> None:
        self.simulation = Simulation(log, self._worker)
        self._clocks: dict[int, int] = {}
        self._lives: dict[int, Shard] = {}

    def _worker(self, port: Log) -> Worker:
        return Worker(
            port, parts(partitions=PARTITIONS, high_water=4, low_water=1, checkpoint_records=12)
        )

    def carry_out(self, script: list[Step]) -> Simulation:
        async def perform() -> None:
            for step in script:
                await step.happen(self.simulation)
                self._check_clocks()

        asyncio.run(perform())
        return self.simulation

    def _check_clocks(self) -> None:
        for name, host in self.simulation.hosts.items():
            assert isinstance(host, Worker)
            positions = self.simulation.members[name].positions
            for shard in host.progress().shards:
                frontier = BEFORE_TIME if shard.frontier is None else shard.frontier
                life = id(host._shards[shard.shard])
                self._lives[life] = host._shards[shard.shard]
                assert frontier >= self._clocks.get(life, BEFORE_TIME)
                self._clocks[life] = frontier
                for topic in TOPICS.events():
                    self._check_unread(topic, shard.shard, positions, frontier)

    def _check_unread(
        self, topic: str, shard: int, positions: dict[tuple[str, int], int], frontier: int
    ) -> None:
        for record in self.simulation.log.records[topic, shard]:
            if record.offset >= positions[topic, shard] and record.value != b"{broken":
                happened = msgspec.json.decode(record.value or b"")["occurred_at"]
                if record.timestamp - happened <= GRACE_MS:
                    assert frontier <= happened


@pytest.mark.parametrize("transactional", [True, False])
@settings(max_examples=100)
@given(script=scripts())
def test_accidents_change_no_tag(transactional: bool, script: list[Step]) -> None:
    log = WatchedLog(partitions=PARTITIONS, now=START, transactional=transactional)
    simulation = Watched(log).carry_out(script)

    tags = folded(log.published)
    busy = {customer for customer, current in tags.items() if "busy" in current.tags}
    assert busy == final_busy(simulation, log.now - GRACE_MS, WITHIN_MS, MINIMUM)
    assert {c: t.tags for c, t in compacted(log.published).items()} == {
        c: t.tags for c, t in tags.items()
    }
    told = Counter(o.topic for o in log.published)
    broken = sum(r.value == b"{broken" for records in log.records.values() for r in records)
    commands = len(issued(simulation))
    if transactional:
        assert told[TOPICS.dead_letter] == broken
        assert told[TOPICS.command_outcome] == commands
        assert told[TOPICS.tag_change] == len(changes(log.published))
    else:
        assert told[TOPICS.dead_letter] >= broken
        assert told[TOPICS.command_outcome] >= commands


@settings(max_examples=50)
@given(script=scripts())
def test_the_committed_clock_never_goes_back(script: list[Step]) -> None:
    clocks: dict[int, list[int]] = {shard: [] for shard in range(PARTITIONS)}

    class Noting(SimulatedLog):
        def commit_offsets(self, checkpoint: Checkpoint) -> None:
            super().commit_offsets(checkpoint)
            clocks[checkpoint.shard].append(decode_metadata(checkpoint.metadata).frontier)

    Watched(Noting(partitions=PARTITIONS, now=START)).carry_out(script)
    assert all(committed == sorted(committed) for committed in clocks.values())
