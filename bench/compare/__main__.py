"""The whole program beside what a user would pick instead: `python -m bench.compare`, or
`make bench`.

Purchases of a year lie on a real Kafka. Each program in turn is started as a user starts it and
works through all of them; every change that it publishes is compared with a brute force. Then the
next round. With `--rate`, purchases come live instead, and what is measured is how soon a committed
change is there. Exit code 1 when a change is not what the rule says or a program does not come to
its end, 2 when nothing could be measured.
"""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from bench.compare.backlog import Backlog, Figures, measure
from bench.compare.errors import BenchError
from bench.compare.feed import tell, write_history
from bench.compare.live import Asked, Delays, measure_live
from bench.compare.page import page, text
from bench.compare.programs import PROGRAMS, ROOT, Program
from bench.compare.scene import KEPT_FOR_EVER
from bench.compare.tables import Runs, Table, live_table, year_table
from bench.job.purchases import PARTITIONS, History, Job
from bench.machine import machine_text
from tests.integration.kafka_server import KafkaServer, KafkaServerError

Found = TypeVar("Found")

SLICE = 40_000
"""Purchases of the smaller job of slow programs, at most."""
SLICE_COMPRESSION = "none"
"""Faust's client reads no other one without further packages."""
RESULTS, LIVE_RESULTS = ROOT / "bench/RESULTS.md", ROOT / "bench/LATENCY.md"
_BEFORE_NOW_MS = 60_000


def compare_backlog(server: KafkaServer, asked: argparse.Namespace) -> list[Runs[Figures]]:
    """All rounds. A program that fails once is not started again."""
    chosen = [each for each in PROGRAMS if each.key in asked.programs]
    end_ms = time.time_ns() // 1_000_000 - _BEFORE_NOW_MS
    backlogs: dict[bool, Backlog] = {}
    if any(not program.on_slice for program in chosen):
        backlogs[False] = _backlog(server, Job(asked.events, end_ms), "year", "lz4")
    if any(program.on_slice for program in chosen):
        job = Job(min(asked.events, SLICE), end_ms)
        backlogs[True] = _backlog(server, job, "slice", SLICE_COMPRESSION)

    def run(program: Program, name: str) -> Figures:
        figures = measure(program, server, backlogs[program.on_slice], name)
        tell(
            f"    {figures.steady_us:.1f} us a record, {figures.records_per_s:,.0f} records/s, "
            f"{'WRONG' if figures.wrong else 'right'}"
        )
        return figures

    runs, failures = in_turns(chosen, asked.rounds, run)
    return [Runs(each, runs[each], failures.get(each, "")) for each in chosen]


def compare_live(server: KafkaServer, asked: argparse.Namespace) -> list[Runs[Delays]]:
    """All rounds."""
    chosen = [each for each in PROGRAMS if each.key in asked.programs]
    live = _live(asked)

    def run(program: Program, name: str) -> Delays:
        delays = measure_live(program, server, live, name)
        tell(f"    p50 {delays.percentile(50)} ms, p99 {delays.percentile(99)} ms")
        return delays

    runs, failures = in_turns(chosen, asked.rounds, run)
    return [Runs(each, runs[each], failures.get(each, "")) for each in chosen]


def in_turns(
    chosen: Sequence[Program], rounds: int, run: Callable[[Program, str], Found]
) -> tuple[dict[Program, list[Found]], dict[Program, str]]:
    """What each program's runs gave, and why those failed that did."""
    found: dict[Program, list[Found]] = {program: [] for program in chosen}
    failures: dict[Program, str] = {}
    for turn in range(1, rounds + 1):
        for program in chosen:
            if program not in failures:
                tell(f"  round {turn} of {rounds}: {program.title}, {program.guarantee}")
                try:
                    found[program].append(run(program, f"{program.key}-{turn}"))
                except BenchError as error:
                    tell(f"    failed: {error}")
                    failures[program] = str(error)
    return found, failures


def _live(asked: argparse.Namespace) -> Asked:
    return Asked(asked.rate, asked.warm_s, asked.seconds)


def _backlog(server: KafkaServer, job: Job, name: str, compression: str) -> Backlog:
    tell(f"writing {job.events:,} purchases of {job.customers:,} customers")
    topic = f"{name}.purchases"
    server.create_topics([topic], PARTITIONS, KEPT_FOR_EVER)
    history = History(job)
    write_history(server.brokers, topic, history, compression)
    tell("finding every change by brute force")
    return Backlog(topic, history)


def _arguments(given: Sequence[str] | None) -> argparse.Namespace:
    keys = [program.key for program in PROGRAMS]
    parser = argparse.ArgumentParser(prog="python -m bench.compare", description=__doc__)
    parser.add_argument("--events", type=int, default=2_000_000, help="purchases of the year")
    parser.add_argument("--rounds", type=int, default=2, help="in which each program has a turn")
    parser.add_argument("--programs", nargs="+", choices=keys, help="all, if not these")
    parser.add_argument("--rate", type=int, default=0, help="live purchases a second instead")
    parser.add_argument("--seconds", type=float, default=30.0, help="of live purchases")
    parser.add_argument("--warm-s", type=float, default=15.0, help="of live purchases before")
    parser.add_argument("--results", type=Path, help="the page to write, if not the usual one")
    asked = parser.parse_args(given)
    able = [each.key for each in PROGRAMS if not (asked.rate and each.on_slice)]
    asked.programs = asked.programs or able
    if unable := set(asked.programs).difference(able):
        parser.error(f"--rate: {', '.join(unable)} would not keep up, and has no turn")
    asked.results = asked.results or (LIVE_RESULTS if asked.rate else RESULTS)
    return asked


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when every change of every program was right."""
    asked, machine = _arguments(arguments), machine_text()
    with TemporaryDirectory(prefix="tagger-bench-kafka-") as folder:
        server = KafkaServer(Path(folder))
        try:
            server.start()
            if asked.rate:
                live = compare_live(server, asked)
                return _report(live_table(live, _live(asked)), live, asked.results, machine)
            year = compare_backlog(server, asked)
            return _report(year_table(year), year, asked.results, machine)
        except (KafkaServerError, BenchError) as error:
            sys.stderr.write(f"{error}\n")
            return 2
        finally:
            server.stop()


def _report(
    table: Table, found: Sequence[Runs[Figures] | Runs[Delays]], results: Path, machine: str
) -> int:
    """Print the table and write the page; the exit code."""
    programs = [runs.program for runs in found]
    results.write_text("\n".join(page(table, programs, machine)) + "\n", "utf-8")
    sys.stdout.write("\n".join([*text(table), "", machine]) + "\n")
    for complaint in (each for runs in found for each in runs.complaints()):
        sys.stderr.write(complaint + "\n")
    return 0 if all(runs.is_right for runs in found) else 1


if __name__ == "__main__":
    sys.exit(main())
