"""A rolling restart of three workers under load: `python -m bench.rolling`, or `make rolling`.

Each worker in turn is stopped by SIGTERM and started again, by each group protocol. A partition
stands still while no committed change of it is heard, beyond what is usual for it; that is told
apart for partitions that move to another worker and for those that stay. Hand-over is the time from
SIGTERM until a moved partition is heard of again. Exit code 1 when a change was lost or doubled,
or a goal missed, 2 when nothing could be measured.
"""

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from shutil import rmtree
from statistics import median
from typing import NamedTuple

import msgspec

from bench.idle_stream import Changes, StandstillError, WorkerEndedError, wait_until
from bench.machine import machine_text, now_ms
from bench.rolling_stream import Traffic, Workers, faults, heard_at
from tagger.settings import Settings
from tagger.stream.topics import Topics
from tests.integration.kafka_node import Place
from tests.integration.kafka_server import KafkaServer, KafkaServerError

MOVED_MS, STAYED_MS, HANDED_OVER_MS = 1_000, 500, 500
"""Goals: the worst standstill of partitions that move and that stay, and the median hand-over."""
FOLDER = Path(".cache/rolling")
"""Keeps the logs of the last run."""
MODES = ("consumer", "classic", "static")
QUIET_S = 2.0
"""Around every change of the group, so that its whole standstill is seen."""


class Brokers(KafkaServer):
    """A broker that lets members of the consumer protocol hear of changes every `heartbeat_ms`."""

    def __init__(self, folder: Path, heartbeat_ms: int) -> None:
        self._heartbeat_ms = heartbeat_ms
        super().__init__(folder)

    def _properties(self, place: Place, data: Path) -> str:
        return (
            f"{super()._properties(place, data)}\n"
            f"group.consumer.heartbeat.interval.ms={self._heartbeat_ms}\n"
            f"group.consumer.min.heartbeat.interval.ms={self._heartbeat_ms}\n"
        )


class Turn(NamedTuple):
    """One worker stopped or started: when, and who had which shard before and after. Instants in
    milliseconds."""

    what: str
    begun_at: int
    ended_at: int
    before: dict[int, int]
    after: dict[int, int]
    stop_s: float | None = None


class Measured(NamedTuple):
    """All turns of one mode, the instants at which each partition was heard of, the usual pause
    between two of them, and what is wrong."""

    turns: list[Turn]
    heard: dict[int, list[int]]
    usual_ms: int
    faults: list[str]


def measure(server: KafkaServer, mode: str, asked: argparse.Namespace, folder: Path) -> Measured:
    """Restart every worker once. Raises WorkerEndedError and StandstillError."""
    topics = Topics(**{role: f"{mode}.{role}" for role in Topics.__struct_fields__})
    server.create_topics(msgspec.structs.astuple(topics), asked.partitions)
    settings = Settings(
        brokers=server.brokers,
        group=mode,
        group_protocol="consumer" if mode == "consumer" else "classic",
        topics=topics,
    )
    workers = Workers(settings, asked.workers, folder, named=mode == "static")
    traffic = Traffic(settings, asked.partitions, asked.rate)
    try:
        with Changes(settings, asked.partitions) as changes:
            for number in range(asked.workers):
                workers.start(number)
            workers.wait_until_whole(asked.partitions)
            with traffic:
                wait_until(lambda: bool(changes.seen), "the first change")
                time.sleep(QUIET_S)
                quiet_from = now_ms()
                time.sleep(2 * QUIET_S)
                quiet_to = now_ms()
                turns = [
                    turn
                    for number in range(asked.workers)
                    for turn in restart(workers, number, asked.partitions, named=mode == "static")
                ]
            total = sum(traffic.written.values())
            wait_until(lambda: len(changes.seen) >= total, "the last change")
            for number in range(asked.workers):
                workers.stop(number)
            time.sleep(QUIET_S)
            heard = heard_at(changes, asked.partitions)
            usual = [
                later - sooner
                for instants in heard.values()
                for sooner, later in pairwise(instants)
                if quiet_from <= sooner and later <= quiet_to
            ]
            usual_ms = round(median(usual)) if usual else 0
            return Measured(turns, heard, usual_ms, faults(changes, traffic))
    finally:
        workers.kill()


def restart(workers: Workers, number: int, partitions: int, *, named: bool) -> Iterator[Turn]:
    """Stop a worker, and start it again when the others have settled; one with a static name at
    once, for nobody takes its shards over before."""
    before, begun_at = workers.owners(), now_ms()
    stop_s = workers.stop(number)
    if named:
        workers.start(number)
        after = workers.wait_until_whole(partitions)
        time.sleep(QUIET_S)
        yield Turn(f"restart {number}", begun_at, now_ms(), before, after, stop_s)
        return
    between = workers.wait_until_whole(partitions)
    time.sleep(QUIET_S)
    yield Turn(f"stop {number}", begun_at, now_ms(), before, between, stop_s)
    begun_at = now_ms()
    workers.start(number)
    after = workers.wait_until_whole(partitions)
    time.sleep(QUIET_S)
    yield Turn(f"start {number}", begun_at, now_ms(), between, after)


def longest(instants: Sequence[int], begun_at: int, ended_at: int) -> tuple[int, int]:
    """The longest pause that ends in the stretch, and the instant at which it ends."""
    pauses = [
        (later - sooner, later)
        for sooner, later in pairwise(instants)
        if begun_at <= later <= ended_at
    ]
    return max(pauses, default=(ended_at - begun_at, ended_at))


def standstills(measured: Measured, turn: Turn, *, moved: bool) -> list[int]:
    """How long each partition that moved, or that stayed, stood still beyond what is usual."""
    return [
        max(0, longest(instants, turn.begun_at, turn.ended_at)[0] - measured.usual_ms)
        for shard, instants in measured.heard.items()
        if _has_moved(turn, shard) == moved
    ]


def hand_overs(measured: Measured, turn: Turn) -> list[int]:
    """From the signal until each moved partition was heard of again; none for a start."""
    if turn.stop_s is None:
        return []
    return [
        longest(instants, turn.begun_at, turn.ended_at)[1] - turn.begun_at
        for shard, instants in measured.heard.items()
        if _has_moved(turn, shard)
    ]


def _has_moved(turn: Turn, shard: int) -> bool:
    """Whether the shard changed its owner, or its owner was restarted."""
    stopped = int(turn.what.split()[1]) if turn.stop_s is not None else None
    return turn.before[shard] == stopped or turn.before[shard] != turn.after[shard]


def report(mode: str, measured: Measured) -> Iterator[str]:
    """The table of a mode, line by line."""
    yield f"{mode}: a partition is usually heard of every {measured.usual_ms} ms"
    yield f"{'ms, median / worst':<14}{'moved':>22}{'stayed':>22}{'hand-over':>18}{'stop':>8}"
    for turn in measured.turns:
        moved, stayed = (standstills(measured, turn, moved=moved) for moved in (True, False))
        stop = "" if turn.stop_s is None else f"{1_000 * turn.stop_s:,.0f}"
        yield (
            f"{turn.what:<14}{_pair(moved, count=True):>22}{_pair(stayed, count=True):>22}"
            f"{_pair(hand_overs(measured, turn), count=False):>18}{stop:>8}"
        )
    yield ""


def _pair(values_ms: Sequence[int], *, count: bool) -> str:
    if not values_ms:
        return "-"
    of = f"{len(values_ms)}: " if count else ""
    return f"{of}{median(values_ms):,.0f} / {max(values_ms):,}"


def missed(measured: Measured) -> Iterator[str]:
    """The goals that were not met."""
    for turn in measured.turns:
        checks = (
            ("a moved partition", standstills(measured, turn, moved=True), MOVED_MS),
            ("one that stayed", standstills(measured, turn, moved=False), STAYED_MS),
        )
        for what, found, goal in checks:
            if found and max(found) > goal:
                yield f"{turn.what}: {what} stood still for {max(found):,} ms, the goal is {goal}"
        handed_over = hand_overs(measured, turn)
        if handed_over and median(handed_over) > HANDED_OVER_MS:
            took_ms = median(handed_over)
            yield f"{turn.what}: hand-over took {took_ms:,.0f} ms, the goal is {HANDED_OVER_MS}"


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when nothing was lost or doubled and every goal was met."""
    parser = argparse.ArgumentParser(prog="python -m bench.rolling", description=__doc__)
    parser.add_argument("--workers", type=int, default=3)
    parser.add_argument("--partitions", type=int, default=12, help="of every topic")
    parser.add_argument(
        "--heartbeat-ms", type=int, default=250, help="of the consumer protocol, a broker setting"
    )
    parser.add_argument("--rate", type=int, default=360, help="purchases a second")
    parser.add_argument(
        "--modes", nargs="+", choices=MODES, default=MODES[:2], help="static: classic, with names"
    )
    asked = parser.parse_args(arguments)
    wrong, late = list[str](), list[str]()
    rmtree(FOLDER, ignore_errors=True)
    (FOLDER / "kafka").mkdir(parents=True)
    server = Brokers(FOLDER / "kafka", asked.heartbeat_ms)
    try:
        server.start()
        for mode in asked.modes:
            (FOLDER / mode).mkdir()
            measured = measure(server, mode, asked, FOLDER / mode)
            for line in report(mode, measured):
                sys.stdout.write(line + "\n")
            wrong += [f"{mode}: {fault}" for fault in measured.faults]
            late += [f"{mode}: {goal}" for goal in missed(measured)]
    except (KafkaServerError, StandstillError, WorkerEndedError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    finally:
        server.stop()
    sys.stdout.write(machine_text() + "\n")
    sys.stdout.write(f"{len(wrong)} customers with lost or doubled changes\n")
    for fault in [*wrong, *late]:
        sys.stderr.write(fault + "\n")
    return 1 if wrong or late else 0


if __name__ == "__main__":
    sys.exit(main())
