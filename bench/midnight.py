"""A midnight at which every customer has a deadline, while live events go on coming:
`python -m bench.midnight`.

A real worker holds the customers, restored from their changelog, with rules read from a pack and
the real codecs. Visits come at a fixed rate before, while and after all deadlines are swept. What
is measured is the worker's own work on one processor: the log is in memory, where a commit takes a
fixed time, and batches and ticks are handed over in turn, ticks every 20 ms and after each answer
about ends, as on Kafka. The latency of an event counts from the instant at which it arrives,
whether the worker looks or not. Exit code 1 when midnight did not change every customer as it
should; with other packs, whose tags visits may change too, that is not compared.
"""

import argparse
import asyncio
import math
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from bench.chart import Curve, chart
from bench.machine import machine_text
from bench.midnight_run import SETTLE_S, Asked, Run, tell
from tagger.rules.build import build_plan

PACK = Path(__file__).parent / "packs" / "midnight.yaml"
ROWS = 30
"""Of the table, about."""
LATENCIES = f"{'live event decided, ms':>30}{'and committed, ms':>30}"


class Latency(NamedTuple):
    """Of the events of a stretch of time, in milliseconds."""

    events: int
    p50: float
    p99: float
    worst: float


def latency(run: Run, happened: Sequence[float], begin_s: float, end_s: float) -> Latency:
    """From arrival until it `happened`, of the events that arrived in [begin, end)."""
    pairs = zip(run.visits.arrived, happened, strict=True)
    taken_ms = sorted(1_000 * (at - since) for since, at in pairs if begin_s <= since < end_s)
    if not taken_ms:
        return Latency(0, math.nan, math.nan, math.nan)
    ranks = (-(-len(taken_ms) * percent // 100) - 1 for percent in (50, 99, 100))
    return Latency(len(taken_ms), *(taken_ms[rank] for rank in ranks))


def curve(run: Run) -> Iterator[str]:
    """The table by time."""
    visits, seconds = run.visits, run.seconds[:-1]
    step = max(1, -(-len(seconds) // ROWS))
    yield f"{'':>8}{'deadlines':>12}{'cpu':>6}" + LATENCIES
    yield f"{'s':>8}{'due':>12}{'%':>6}" + 2 * f"{'p50':>10}{'p99':>10}{'worst':>10}"
    for second in seconds[step - 1 :: step]:
        decided, committed = (
            latency(run, happened, second.at - step, second.at)
            for happened in (visits.decided, visits.committed)
        )
        figures = f"{second.at:>8.0f}{second.due:>12,}{second.cpu:>6.0f}"
        yield figures + _ms(decided) + _ms(committed)


def stretches(run: Run) -> Iterator[str]:
    """Before, while and after, and how the one compares with the other."""
    first, last = run.pipeline.first_at, run.pipeline.last_at
    end = run.seconds[-2].at
    found = [
        [latency(run, happened, *span) for happened in (run.visits.decided, run.visits.committed)]
        for span in ((SETTLE_S, first), (first, last), (last, end))
    ]
    yield f"{'':>20}" + LATENCIES
    yield f"{'':>20}" + 2 * f"{'p50':>10}{'p99':>10}{'worst':>10}"
    for name, row in zip(("before", "while", "after"), found, strict=True):
        yield f"{name:<20}" + "".join(map(_ms, row))
    ratios = [
        f"{during / before if before else math.nan:>10.2f}"
        for quiet, busy in zip(found[0], found[1], strict=True)
        for before, during in zip(quiet[1:], busy[1:], strict=True)
    ]
    yield f"{'while / before':<20}" + "".join(ratios)


def _ms(found: Latency) -> str:
    return "".join(f"{each:>10.1f}" for each in found[1:])


def report(run: Run, restored_s: float) -> Iterator[str]:
    """Everything, line by line."""
    asked, swept_s = run.asked, run.pipeline.last_at - run.pipeline.first_at
    yield (
        f"{asked.customers:,} customers over {asked.partitions} shards, all due at one instant; "
        f"{asked.rate:,.0f} live events/s"
    )
    yield ""
    yield from curve(run)
    yield ""
    yield from stretches(run)
    yield ""
    yield f"swept in {swept_s:,.1f} s: {asked.customers / (swept_s or math.inf):,.0f} customers/s"
    yield f"changes at that instant: {run.pipeline.changed:,}, without visits {expected(run):,}"
    yield (
        f"{run.log.commits:,} checkpoints of {run.log.largest_commit:,} records at most; "
        f"a commit takes {1_000 * asked.commit_s:.0f} ms, a tick sweeps for {asked.sweep_ms} ms"
    )
    yield (
        f"restored in {restored_s:,.1f} s, profiles of {run.customers.profile_bytes} bytes; "
        f"{len(run.visits.arrived):,} live events"
    )
    yield machine_text()


def expected(run: Run) -> int:
    """How many changes midnight makes of customers who do nothing."""
    return run.customers.changes


def draw(run: Run) -> str:
    """The curve as an SVG picture."""
    seconds = run.seconds[:-1]
    times = [second.at for second in seconds]
    p99 = [
        [latency(run, happened, at - 1, at).p99 for at in times]
        for happened in (run.visits.decided, run.visits.committed)
    ]
    return chart(
        times,
        [Curve("deadlines due", [second.due for second in seconds])],
        [Curve("decided, p99 ms", p99[0]), Curve("committed, p99 ms", p99[1])],
        title=f"{run.asked.customers:,} deadlines at one instant, {run.asked.rate:,.0f} events/s",
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when midnight changed every customer as it should."""
    parser = argparse.ArgumentParser(prog="python -m bench.midnight", description=__doc__)
    parser.add_argument("--customers", type=int, default=1_000_000, help="who are all due")
    parser.add_argument("--partitions", type=int, default=16, help="shards of the worker")
    parser.add_argument("--rate", type=float, default=500.0, help="live events a second")
    parser.add_argument("--before-s", type=float, default=10.0, help="measured before and after")
    parser.add_argument("--commit-ms", type=int, default=10, help="how long a commit takes")
    parser.add_argument("--sweep-ms", type=int, default=5, help="of each tick, for deadlines")
    parser.add_argument("--rules", type=Path, action="append", help="packs, instead of its own")
    parser.add_argument("--chart", type=Path, help="a file for the curve, as SVG")
    asked = parser.parse_args(arguments)
    plan, _ = build_plan(*(asked.rules or [PACK]))
    run = Run(
        Asked(
            asked.customers,
            asked.partitions,
            asked.rate,
            asked.before_s,
            asked.commit_ms / 1_000,
            asked.sweep_ms,
        ),
        plan,
    )
    tell(f"{asked.customers:,} customers made")
    restored_s = asyncio.run(run.measure())
    for line in report(run, restored_s):
        sys.stdout.write(line + "\n")
    if asked.chart is not None:
        asked.chart.write_text(draw(run), "utf-8")
    return 0 if asked.rules or run.pipeline.changed == expected(run) else 1


if __name__ == "__main__":
    sys.exit(main())
