"""What older programs left behind is taken over, and written as they wrote it."""

from functools import cache

import pytest

from tagger.engine.profile_codec import decode_profile, encode_profile
from tagger.rules.plan import Plan
from tagger.stream import changelog_record
from tagger.stream.log import Log
from tagger.stream.metadata import decode_metadata
from tagger.stream.parts import StreamSettings
from tagger.stream.script import Crash, Rebalance, Step, run
from tagger.stream.worker import Worker
from tests.golden.playing import difference

from .history import PARTITIONS, quiet_months, steps
from .kept import load, versions
from .running import changes, parts, plan_of

BOTH = Rebalance({0: "a", 1: "b"})
every_version = pytest.mark.parametrize("version", versions())


@every_version
@pytest.mark.parametrize("told", [0, *changelog_record.READABLE])
@pytest.mark.parametrize("with_crashes", [False, True])
def test_what_follows_is_what_the_older_program_made_of_it(
    version: int, told: int, with_crashes: bool
) -> None:
    kept = load(version)
    log = kept.log()
    settings = StreamSettings(partitions=PARTITIONS, state_version=told)
    script: list[Step] = [BOTH]
    for number, step in enumerate(steps(kept.later, kept.now)):
        script.append(step)
        if with_crashes and number % 60 == 0:
            script += [Crash("a"), Crash("b"), BOTH]
    run(
        [*script, *quiet_months(), Rebalance({})],
        log,
        lambda port: _worker(port, version, settings),
    )
    found = [
        line
        for (customer, sequence), line in changes(log.published).items()
        if sequence > kept.published.get(customer, 0)
    ]
    assert difference(kept.changes, found) == ""
    written = {
        decode_metadata(position.metadata).version
        for positions in log.committed.values()
        for position in positions.values()
    }
    assert written == {max(version, told)}


@every_version
def test_the_same_state_is_written_in_the_same_bytes(version: int) -> None:
    kept = load(version)
    records = [record for rows in kept.changelogs.values() for _, record in rows if record]
    assert len(records) > 10
    for record in records:
        encoded, offsets = changelog_record.decode(record)
        profile = decode_profile(encoded)
        again = encode_profile(profile)
        reached = changelog_record.encode_offsets(offsets)
        assert changelog_record.encode(profile, again, reached, version) == record


@every_version
def test_what_stands_beside_the_offsets_is_written_as_before(version: int) -> None:
    kept = load(version)
    texts = {each.metadata for found in kept.committed.values() for each in found.values()}
    assert len(texts) == PARTITIONS
    for text in texts:
        clock = decode_metadata(text)
        assert clock.version == version
        assert clock.encode() == text


def _worker(port: Log, version: int, settings: StreamSettings) -> Worker:
    return Worker(port, parts(_plan(version), settings))


@cache
def _plan(version: int) -> Plan:
    return plan_of(load(version).rules)
