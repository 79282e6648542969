"""The whole program beside what a user would pick instead: `python -m bench.compare`, or
`make bench`.

Purchases of a year lie on a real Kafka. Each program in turn is started as a user starts it and
works through all of them; every change that it publishes is compared with a brute force. Then the
next round. With `--suite full`, further programs have their turns too; with `--suite rules`, this
one alone with more workers and more rules. With `--rate`, purchases come live instead, and what is
measured is how soon a committed change is there. Exit code 1 when a change is not what the rule
says or a program does not come to its end, 2 when nothing could be measured.
"""

import argparse
import shlex
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.compare.backlog import Backlog, measure
from bench.compare.documents import live_document, year_document
from bench.compare.errors import BenchError
from bench.compare.feed import tell, written
from bench.compare.figures import Figures
from bench.compare.live import Asked, Delays, measure_live
from bench.compare.page import page, text
from bench.compare.program import Program
from bench.compare.runs import Run, Runs
from bench.compare.suites import PEERS, SUITES, Suite
from bench.compare.tables import Table, live_table, year_table
from bench.job.purchases import Job
from bench.machine import machine_text
from bench.results import FOLDER, ROOT, write
from tests.integration.kafka_server import KafkaServer, KafkaServerError

LIVE_RESULTS = ROOT / "bench/LATENCY.md"


def compare_backlog(
    server: KafkaServer, data: Path, asked: argparse.Namespace
) -> tuple[list[Runs[Figures]], float]:
    """All rounds, and the bytes that the broker keeps for each purchase."""
    backlogs: dict[tuple[int, str], Backlog] = {}

    def kind(program: Program) -> tuple[int, str]:
        return min(asked.events, program.most_events or asked.events), program.compression

    for events, compression in dict.fromkeys(map(kind, asked.programs)):
        backlogs[events, compression] = _backlog(server, data, events, compression)

    def run(program: Program, name: str) -> Figures:
        figures = measure(program, server, backlogs[kind(program)], name)
        tell(
            f"    {figures.steady_us:.1f} us a record, {figures.records_per_s:,.0f} records/s, "
            f"{'WRONG' if figures.wrong else 'right'}"
        )
        return figures

    found = in_turns(asked.programs, asked.rounds, run)
    return found, next(iter(backlogs.values())).event_bytes()


def compare_live(server: KafkaServer, asked: argparse.Namespace) -> list[Runs[Delays]]:
    """All rounds."""
    live = _live(asked)

    def run(program: Program, name: str) -> Delays:
        delays = measure_live(program, server, live, name)
        tell(f"    p50 {delays.percentile(50)} ms, p99 {delays.percentile(99)} ms")
        return delays

    return in_turns(asked.programs, asked.rounds, run)


def in_turns(
    chosen: Sequence[Program], rounds: int, run: Callable[[Program, str], Run]
) -> list[Runs[Run]]:
    """What each program's runs gave; one that fails is not started again."""
    found: dict[Program, list[Run]] = {program: [] for program in chosen}
    failures: dict[Program, str] = {}
    for turn in range(1, rounds + 1):
        for program in chosen:
            if program not in failures:
                tell(f"  round {turn} of {rounds}: {program.name}")
                try:
                    found[program].append(run(program, f"{program.key}-{turn}"))
                except BenchError as error:
                    tell(f"    failed: {error}")
                    failures[program] = str(error)
    return [Runs(each, found[each], failures.get(each, "")) for each in chosen]


def _live(asked: argparse.Namespace) -> Asked:
    return Asked(asked.rate, asked.warm_s, asked.seconds)


def _backlog(server: KafkaServer, data: Path, events: int, compression: str) -> Backlog:
    topic, history = written(server, Job.until_now(events), compression)
    tell("finding every change by brute force")
    return Backlog(topic, history, data)


def _arguments(given: Sequence[str] | None) -> argparse.Namespace:
    known = {program.key: program for suite in SUITES.values() for program in suite.programs}
    parser = argparse.ArgumentParser(prog="python -m bench.compare", description=__doc__)
    parser.add_argument("--suite", choices=SUITES, default=PEERS.key, help="what is compared")
    parser.add_argument("--events", type=int, default=1_000_000, help="purchases of the year")
    parser.add_argument("--rounds", type=int, default=2, help="in which each program has a turn")
    parser.add_argument("--programs", nargs="+", choices=known, help="the suite's, if not these")
    parser.add_argument("--rate", type=int, default=0, help="live purchases a second instead")
    parser.add_argument("--seconds", type=float, default=30.0, help="of live purchases")
    parser.add_argument("--warm-s", type=float, default=15.0, help="of live purchases before")
    parser.add_argument("--results", type=Path, help="a folder for the page, if not the usual one")
    asked = parser.parse_args(given)
    options = sys.argv[1:] if given is None else given
    asked.command = f"{parser.prog} {shlex.join(options)}".rstrip()
    asked.suite = SUITES[asked.suite]
    able = [each for each in asked.suite.programs if each.is_live or not asked.rate]
    asked.programs = [known[key] for key in asked.programs] if asked.programs else able
    if unable := [each.title for each in asked.programs if asked.rate and not each.is_live]:
        parser.error(f"--rate: {', '.join(unable)} would not keep up, and has no turn")
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
                table = live_table(live, _live(asked))
                delays = live_document(_live(asked), machine, live)
                write(_page(asked, FOLDER / "live.json"), delays)
                return _report(asked, table, live, _page(asked, LIVE_RESULTS), machine)
            year, event_bytes = compare_backlog(server, Path(folder) / "data", asked)
            suite: Suite = asked.suite
            kept = year_document(asked.command, asked.events, event_bytes, machine, year)
            write(_page(asked, suite.figures), kept)
            table = year_table(suite, year, asked.events)
            return _report(asked, table, year, _page(asked, suite.page), machine)
        except (KafkaServerError, BenchError) as error:
            sys.stderr.write(f"{error}\n")
            return 2
        finally:
            server.stop()


def _page(asked: argparse.Namespace, usual: Path) -> Path:
    return usual if asked.results is None else asked.results / usual.name


def _report(
    asked: argparse.Namespace,
    table: Table,
    found: Sequence[Runs[Figures] | Runs[Delays]],
    results: Path,
    machine: str,
) -> int:
    """Print the table and write the page; the exit code."""
    programs = [runs.program for runs in found]
    complaints = [each for runs in found for each in runs.complaints()]
    lines = page(table, programs, asked.command, machine, complaints)
    results.write_text("\n".join(lines) + "\n", "utf-8")
    sys.stdout.write("\n".join([*text(table), "", machine]) + "\n")
    for complaint in complaints:
        sys.stderr.write(complaint + "\n")
    return 0 if all(runs.is_right for runs in found) else 1


if __name__ == "__main__":
    sys.exit(main())
