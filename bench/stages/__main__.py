"""What each stage of an event costs: `python -m bench.stages`.

The purchases of the comparison's job go through the parts of a worker in this process, stage after
stage: under the job's one rule, under the core packs, and under these with the packs of one kind of
business. Printed is the processor time of the thread that works, in microseconds for each event,
the least of several runs; below the stages what a shard takes for all but fetch and produce when it
is left alone. Garbage is looked for as seldom as in a worker. Nothing depends on chance or on the
date, so two versions of a part can be compared.
"""

import argparse
import gc
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.job.rule import PACK
from bench.machine import machine_text
from bench.stages import transport
from bench.stages.stopwatch import Stopwatch, least
from bench.stages.subject import Subject, read_from_disk, run_staged, run_whole, subject
from tagger.stream.kafka.garbage import looked_for_seldom

CORE = (Path("rules"),)
BUSINESS = (*CORE, Path("rules/business/online_retail.yaml"))
TRANSPORTED = 20_000
"""Records at most that the broker of this process is asked to keep."""
_TRANSPORT = ("fetch", "produce")


def stages(subject: Subject, runs: int) -> dict[str, float]:
    """Microseconds for each event by stage, in the order of the way; `shard` is the last."""
    watches: list[Stopwatch] = []
    for run in range(1, runs + 1):
        _tell(f"  run {run} of {runs}")
        watch = Stopwatch()
        gc.collect()
        transport.fetch(subject.records[:TRANSPORTED], watch)
        watch.taken_ns["fetch"] *= len(subject.records)
        watch.taken_ns["fetch"] //= min(TRANSPORTED, len(subject.records))
        transport.produce(run_staged(subject, watch), watch)
        gc.collect()
        run_whole(subject, watch)
        watches.append(watch)
    return {
        stage: taken_ns / 1_000 / len(subject.records) for stage, taken_ns in least(watches).items()
    }


def profile_from_disk_us(subject: Subject, runs: int) -> float:
    """For a customer whose profile is in no cache."""
    best_ns, customers = sys.maxsize, 1
    for _ in range(runs):
        watch = Stopwatch()
        customers = read_from_disk(subject, watch)
        best_ns = min(best_ns, watch.taken_ns["profile from disk"])
    return best_ns / 1_000 / customers


def table(columns: dict[str, dict[str, float]]) -> list[str]:
    """The stages of every column, line by line."""
    width = max(map(len, columns)) + 4
    first = next(iter(columns.values()))
    lines = [f"{'us for each event':<34}" + "".join(f"{each:>{width}}" for each in columns)]
    for stage in first:
        if stage != "shard":
            cells = "".join(f"{found[stage]:>{width}.2f}" for found in columns.values())
            lines.append(f"{stage:<34}{cells}")
    sums = [
        sum(us for stage, us in found.items() if stage != "shard") for found in columns.values()
    ]
    inner = [
        sum(us for stage, us in found.items() if stage not in (*_TRANSPORT, "shard"))
        for found in columns.values()
    ]
    for name, figures in (
        ("all stages", sums),
        ("all but fetch and produce", inner),
        ("the same as one shard does it", [found["shard"] for found in columns.values()]),
    ):
        lines.append(f"{name:<34}" + "".join(f"{us:>{width}.2f}" for us in figures))
    return lines


def _tell(progress: str) -> None:
    sys.stderr.write(progress + "\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.stages", description=__doc__)
    parser.add_argument("--events", type=int, default=20_000, help="purchases")
    parser.add_argument("--runs", type=int, default=5, help="of which the least counts")
    parser.add_argument("--checkpoint-events", type=int, default=1_000, help="between checkpoints")
    parser.add_argument("--one-rule", action="store_true", help="leave the shipped packs out")
    asked = parser.parse_args(arguments)
    with TemporaryDirectory() as folder:
        pack = Path(folder) / "bench.yaml"
        pack.write_text(PACK, "utf-8")
        packs = {"one rule": (pack,), "core packs": CORE, "core and online retail": BUSINESS}
        chosen = {"one rule": (pack,)} if asked.one_rule else packs
        columns: dict[str, dict[str, float]] = {}
        disk_us: list[float] = []
        with looked_for_seldom():
            for name, rules in chosen.items():
                _tell(name)
                found = subject(asked.events, asked.checkpoint_events, *rules)
                columns[f"{name} ({len(found.plan.tags)})"] = stages(found, asked.runs)
                disk_us.append(profile_from_disk_us(found, asked.runs))
    lines = table(columns)
    width = max(map(len, columns)) + 4
    lines.append("")
    cells = "".join(f"{us:>{width}.2f}" for us in disk_us)
    lines.append(f"{'a profile from disk, us':<34}{cells}")
    lines += ["", f"{asked.events:,} purchases, {machine_text()}"]
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
