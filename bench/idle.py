"""How exactly a tag leaves while nothing happens: `python -m bench.idle`, or `make idle`.

Customers buy twice, then no record is written to any topic, and each one's window ends at an
instant of its own. What the shard waits for late events (`grace`) is a promise to producers; the
rest, from there until a consumer has the committed change, is this program's own delay. Exit code 1
when its 99th percentile is beyond the promise or a change is not what the rule says, 2 when nothing
could be measured.
"""

import argparse
import socket
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from bench.idle_stream import (
    TAG,
    Changes,
    Seen,
    StandstillError,
    WorkerEndedError,
    broker,
    shop,
    wait_until,
    worker,
)
from bench.machine import cpu_s, machine_text, now_ms
from bench.percentiles import percentile
from bench.results import FOLDER, Idle, write
from tagger.settings import Settings
from tagger.stream.parts import StreamSettings
from tests.integration.kafka_server import KafkaServerError

PROMISE_MS = 150
"""Beyond the grace, at the 99th percentile."""
_QUIET_MS = 1_000
"""Left out at both ends when processor time is measured in which nothing is due."""


class Measured(NamedTuple):
    """Removals, the instants at which they were due, and processor time by stretch, in percent of
    one processor."""

    settings: Settings
    partitions: int
    leaves_at: dict[str, int]
    removed: list[Seen]
    cpu_waiting: float
    cpu_leaving: float


def measure(customers: int, spread_ms: int, partitions: int) -> Measured:
    """One run. Raises KafkaServerError, WorkerEndedError and StandstillError."""
    with (
        TemporaryDirectory() as folder,
        broker(Path(folder), partitions) as settings,
        worker(settings, Path(folder), _free_port()) as pid,
        Changes(settings, partitions) as changes,
    ):
        leaves_at = shop(settings, customers, spread_ms)
        wait_until(lambda: len(changes.of("added")) == customers, "every tag is there")
        first, last = min(leaves_at.values()), max(leaves_at.values())
        _sleep_until(now_ms() + _QUIET_MS)
        waiting = _cpu_percent(pid, first + settings.grace_ms - _QUIET_MS)
        _sleep_until(first + settings.grace_ms)
        leaving = _cpu_percent(pid, last + settings.grace_ms)
        wait_until(lambda: len(changes.of("removed")) >= customers, "every tag has left")
        return Measured(settings, partitions, leaves_at, changes.of("removed"), waiting, leaving)


def _cpu_percent(pid: int, until_ms: int) -> float:
    """Of one processor, from now on."""
    begun_ms, used_s = now_ms(), cpu_s(pid)
    _sleep_until(until_ms)
    return 100 * (cpu_s(pid) - used_s) * 1_000 / (now_ms() - begun_ms)


def _sleep_until(at_ms: int) -> None:
    time.sleep(max(0, at_ms - now_ms()) / 1_000)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wrong(measured: Measured) -> Iterator[str]:
    """Every removal that is not what the rule says, in a sentence."""
    due = dict(measured.leaves_at)
    for each in measured.removed:
        change = each.change
        at = due.pop(change.customer_id, None)
        if (change.tag, change.cause, change.effective_at) != (TAG, "time", at):
            yield (
                f"{change.customer_id}: {change.tag} left by {change.cause} at "
                f"{change.effective_at}, due at {at}"
            )
    yield from (f"{customer}: never left" for customer in due)


def report(measured: Measured) -> Iterator[str]:
    """The table, line by line."""
    grace_ms, stream = measured.settings.grace_ms, StreamSettings(partitions=1)
    yield f"{len(measured.removed)} tags left by time alone, with no record on any topic"
    yield ""
    yield f"{'ms after the instant':<44}{'median':>8}{'p99':>8}{'worst':>8}"
    for name, delays_ms in (
        ("record written", written_ms(measured)),
        ("committed change seen by a consumer", seen_ms(measured)),
    ):
        yield _row(name, delays_ms)
        yield _row(f"  beyond the grace of {grace_ms:,} ms", [d - grace_ms for d in delays_ms])
    yield f"{'promise, of the change seen':<44}{'':>8}{grace_ms + PROMISE_MS:>8,}"
    yield ""
    yield (
        f"worker: {measured.cpu_waiting:.1f} % of one processor while nothing was due, "
        f"{measured.cpu_leaving:.1f} % while tags left"
    )
    yield (
        f"checkpoints every {measured.settings.checkpoint_ms} ms, ends asked every "
        f"{stream.ends_every_ms} ms, {measured.partitions} partitions"
    )
    yield machine_text()


def written_ms(measured: Measured) -> list[int]:
    """From each instant to the timestamp of the change's record."""
    return [each.written_at - each.change.effective_at for each in measured.removed]


def seen_ms(measured: Measured) -> list[int]:
    """From each instant to when a consumer of committed records had the change."""
    return [each.seen_at - each.change.effective_at for each in measured.removed]


def figures(measured: Measured) -> Idle:
    """What is kept of it."""
    delays_ms = seen_ms(measured)
    median_ms, p99_ms = percentile(delays_ms, 50), percentile(delays_ms, 99)
    return Idle(machine_text(), measured.settings.grace_ms, median_ms, p99_ms)


def _row(name: str, delays_ms: Sequence[int]) -> str:
    figures = (percentile(delays_ms, 50), percentile(delays_ms, 99), max(delays_ms))
    return f"{name:<44}" + "".join(f"{each:>8,}" for each in figures)


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when the promise is kept."""
    parser = argparse.ArgumentParser(prog="python -m bench.idle", description=__doc__)
    parser.add_argument("--customers", type=int, default=500, help="whose windows end")
    parser.add_argument("--spread-s", type=float, default=6.0, help="over so many seconds")
    parser.add_argument("--partitions", type=int, default=4, help="of every topic")
    parser.add_argument("--results", type=Path, default=FOLDER, help="a folder for the figures")
    asked = parser.parse_args(arguments)
    try:
        measured = measure(asked.customers, round(1_000 * asked.spread_s), asked.partitions)
    except (KafkaServerError, StandstillError, WorkerEndedError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    for line in report(measured):
        sys.stdout.write(line + "\n")
    write(asked.results / "idle.json", figures(measured))
    faults = list(wrong(measured))
    for fault in faults:
        sys.stderr.write(fault + "\n")
    kept = percentile(seen_ms(measured), 99) <= measured.settings.grace_ms + PROMISE_MS
    if not kept:
        sys.stderr.write("the promise is not kept\n")
    return 0 if kept and not faults else 1


if __name__ == "__main__":
    sys.exit(main())
