"""Which local state is used again, and what becomes of the rest."""

import asyncio
import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from tagger.stream.log import Changelog
from tagger.stream.stores.database import (
    LONGEST_ABSENCE_MS,
    LONGEST_GAP_MS,
    TOUCH_MS,
    CorruptStateError,
    LocalStateError,
    Mark,
)
from tagger.stream.stores.local import LocalStores
from tagger.stream.stores.rocks import RocksDatabase, StateFolder
from tagger.stream.stores.store import ProfileStore
from tagger.telemetry import Telemetry

from .kit import NOW, changelog, profile_of, record_of

RECORD = record_of(profile_of("c", 1))
HOUR_MS = 3_600_000


class Machine:
    """A worker's disk, and workers on it one after the other."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "state"
        self.shard = self.folder / "a%2Fgroup" / "0"
        self.registry = CollectorRegistry()

    def open(self, log: Changelog, now: int = NOW) -> ProfileStore:
        """What a new worker finds of shard 0."""
        disk = StateFolder(self.folder, "a/group", 1 << 20)
        self.registry = CollectorRegistry()
        stores = LocalStores(disk, 100, Telemetry(self.registry))
        return asyncio.run(stores.open(0, log, now))

    def opened(self, outcome: str) -> float | None:
        """How often the newest worker had this outcome."""
        labels = {"outcome": outcome}
        return self.registry.get_sample_value("tagger_local_state_opened_total", labels)

    def leave_state(self, now: int = NOW) -> None:
        """State of one customer at offset 5, closed in order."""
        store = self.open(changelog(0), now)
        store.restore([(b"c", RECORD)], 5)
        store.touch(now)
        store.close()


def large_record(customer_id: str) -> bytes:
    """A record that cannot be compressed."""
    profile = profile_of(customer_id, 1)
    profile.refunds = {os.urandom(500).hex(): 1}
    return record_of(profile)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_state_is_used_again_from_its_offset(machine: Machine) -> None:
    machine.leave_state()
    store = machine.open(changelog(9), NOW + HOUR_MS)
    assert (store.offset, list(store.records())) == (5, [(b"c", RECORD)])
    assert machine.opened("reused") == 1
    store.close()


@pytest.mark.parametrize(
    ("log", "later_ms", "outcome"),
    [
        (changelog(9, topic_id="another"), 0, "topic"),
        (changelog(4), 0, "behind the end"),
        (changelog(9, begin=6), 0, "before the beginning"),
        (changelog(9), LONGEST_ABSENCE_MS + 1, "old"),
        (changelog(9), -LONGEST_ABSENCE_MS - 1, "old"),
    ],
)
def test_state_that_does_not_fit_the_changelog_is_set_aside(
    machine: Machine,
    log: Changelog,
    later_ms: int,
    outcome: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    machine.leave_state()
    with caplog.at_level(logging.WARNING):
        store = machine.open(log, NOW + later_ms)
    aside = machine.shard.with_name("0.set-aside")
    assert (store.offset, list(store.records())) == (None, [])
    assert machine.opened(outcome) == 1
    assert aside.is_dir()
    assert f"set aside as {aside}" in caplog.text
    store.close()


def test_only_the_newest_state_that_was_set_aside_is_kept(machine: Machine) -> None:
    for end in (4, 3):
        machine.leave_state()
        machine.open(changelog(end)).close()
    assert sorted(each.name for each in machine.shard.parent.iterdir()) == ["0", "0.set-aside"]


def test_state_of_another_version_is_set_aside(machine: Machine) -> None:
    machine.leave_state()
    database = StateFolder(machine.folder, "a/group", 1 << 20).open(0)
    database.write((), Mark("topic", 5, NOW, version=99))
    database.close()
    machine.open(changelog(9)).close()
    assert machine.opened("version") == 1


def test_files_that_cannot_be_opened_are_set_aside(machine: Machine) -> None:
    machine.leave_state()
    (machine.shard / "CURRENT").write_text("MANIFEST-999999\n")
    machine.open(changelog(9)).close()
    assert machine.opened("corrupt") == 1


def test_damage_that_is_found_by_reading_ends_the_worker_and_the_next_begins_anew(
    machine: Machine,
) -> None:
    store = machine.open(changelog(0))
    customers = [f"c-{n:04}" for n in range(500)]
    store.restore([(each.encode(), large_record(each)) for each in customers], 500)
    store.close()
    table = max(machine.shard.glob("*.sst"), key=lambda each: each.stat().st_size)
    content = bytearray(table.read_bytes())
    for place in range(len(content) // 2, len(content) // 2 + 9_000):
        content[place] ^= 0xFF
    table.write_bytes(content)
    store = machine.open(changelog(500))
    with pytest.raises(CorruptStateError, match="The next start sets it aside"):
        list(store.records())
    with pytest.raises(CorruptStateError, match="The next start sets it aside"):
        [store.get(each) for each in customers]
    store.close()
    machine.open(changelog(500)).close()
    assert machine.opened("corrupt") == 1


def test_state_that_another_process_has_open_is_the_operators(machine: Machine) -> None:
    machine.leave_state()
    holder = (
        "import sys; from rocksdict import Options, Rdict; "
        f"rocks = Rdict({str(machine.shard)!r}, Options(raw_mode=True)); "
        "print('open', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", holder], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"open\n"
        with pytest.raises(LocalStateError, match=r"another process.*TAGGER_STATE_DIR"):
            machine.open(changelog(9))
        process.kill()
    store = machine.open(changelog(9))
    assert store.offset == 5
    store.close()


def test_damage_is_told_as_such_whatever_the_folder_is_called(tmp_path: Path) -> None:
    state = StateFolder(tmp_path / "BLOCK", "While lock file", 1 << 20)
    state.open(0).close()
    (current,) = tmp_path.rglob("CURRENT")
    current.write_text("MANIFEST-999999\n")
    with pytest.raises(CorruptStateError):
        state.open(0)


def test_a_folder_that_cannot_be_made_is_the_operators(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(LocalStateError, match="Check TAGGER_STATE_DIR"):
        StateFolder(tmp_path / "file", "group", 1 << 20).open(0)


def test_a_write_that_fails_is_told_with_its_remedy(machine: Machine) -> None:
    database = StateFolder(machine.folder, "g", 1 << 20).open(0)
    assert isinstance(database, RocksDatabase)
    database._rocks.close()
    with pytest.raises(LocalStateError, match=r"cannot be written.*Nothing is lost"):
        database.write([(b"c", RECORD)], None)


def test_an_owner_keeps_state_young_and_one_that_was_silent_for_long_does_not(
    machine: Machine,
) -> None:
    store = machine.open(changelog(0))
    store.restore([(b"c", RECORD)], 5)
    for minute in range(0, 13 * HOUR_MS, TOUCH_MS):
        store.touch(NOW + minute)
    store.close()
    resumed = NOW + 26 * HOUR_MS - LONGEST_GAP_MS
    store = machine.open(changelog(5), NOW + 13 * HOUR_MS)
    assert machine.opened("reused") == 1
    store.touch(NOW + 13 * HOUR_MS)
    store.touch(resumed)
    store.close()
    machine.open(changelog(5), resumed).close()
    assert machine.opened("old") == 1
