"""Whether the proof would notice: `python -m tests.oracle.mutations`.

Each fault of `faults` and `stream_faults` is put into a copy of the tree, whose product is compared
with the oracle until the two differ: over histories, or over schedules on the stream. Exit code 1
tells that a fault was not found, 2 that one no longer applies to the code.
"""

import argparse
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from .batches import run_batch, seeds_of
from .comparison import Tally
from .faults import FAULTS, Fault
from .schedule_batches import run_schedules
from .stream_check import ScheduleTally
from .stream_faults import STREAM_FAULTS

ROOT = Path(__file__).parents[2]
HISTORIES = 4_000
SCHEDULES = 6_000
COPIED = ("tagger", "tests/oracle", "rules", "schemas")
NOT_FOUND = "not found"


def main() -> int:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m tests.oracle.mutations", description=__doc__)
    parser.add_argument("--histories", type=int, default=HISTORIES, help="how many to compare")
    parser.add_argument("--schedules", type=int, default=SCHEDULES, help="how many to compare")
    parser.add_argument("--seed", type=int, default=0, help="other packs and histories")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes")
    parser.add_argument("--fault", default="", help="only faults whose names contain this")
    parser.add_argument("--here", choices=VERDICTS, help="compare this tree as it is")
    asked = parser.parse_args()
    most = {"histories": asked.histories, "schedules": asked.schedules}
    if asked.here:
        _say(VERDICTS[asked.here](most[asked.here], asked.seed))
        return 0
    trials = [Trial(fault, "histories", asked.histories) for fault in FAULTS]
    trials += [Trial(fault, "schedules", asked.schedules) for fault in STREAM_FAULTS]
    trials = [trial for trial in trials if asked.fault in trial.fault.name]
    stale = [trial.fault for trial in trials if not trial.fault.is_applicable(ROOT)]
    for fault in stale:
        _say(f"its line is no longer in {fault.file}: {fault.name}")
    if stale:
        return 2
    missed = _try(trials, asked.seed, asked.workers)
    _say(f"{len(trials)} faults, {missed} not found")
    return 1 if missed else 0


@dataclass(frozen=True)
class Trial:
    """A fault, and how many of what are compared to find it."""

    fault: Fault
    what: str
    most: int


def _try(trials: list[Trial], seed: int, workers: int) -> int:
    """Print a table of all; how many were not found."""
    width = max((len(trial.fault.name) for trial in trials), default=0)
    missed = 0
    with ThreadPoolExecutor(workers) as pool:
        verdicts = pool.map(lambda trial: _verdict_on(trial, seed), trials)
        for trial, verdict in zip(trials, verdicts, strict=True):
            _say(f"{trial.fault.name:{width}}  {verdict}")
            missed += verdict.startswith(NOT_FOUND)
    return missed


def _verdict_on(trial: Trial, seed: int) -> str:
    """The last line of a run in a copy of the tree that has the fault."""
    with TemporaryDirectory() as folder:
        copy = Path(folder)
        for part in COPIED:
            shutil.copytree(ROOT / part, copy / part, ignore=shutil.ignore_patterns("__pycache__"))
        trial.fault.apply(copy)
        words = ["--here", trial.what, f"--{trial.what}", str(trial.most), "--seed", str(seed)]
        done = subprocess.run(
            [sys.executable, "-m", "tests.oracle.mutations", *words],
            cwd=copy,
            env={**os.environ, "PYTHONPATH": folder, "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            check=True,
        )
    return done.stdout.splitlines()[-1]


def _over_histories(most: int, seed: int) -> str:
    tally = Tally()
    seeds = seeds_of(seed)
    while tally.histories < most:
        outcome = run_batch(next(seeds), shrinks=False)
        tally.add(outcome.tally)
        if outcome.mismatch is not None:
            return f"found after {tally.histories:,} histories"
    return f"{NOT_FOUND} in {tally.histories:,} histories"


def _over_schedules(most: int, seed: int) -> str:
    tally = ScheduleTally()
    seeds = seeds_of(seed)
    while tally.number < most:
        outcome = run_schedules(next(seeds), shrinks=False)
        tally.add(outcome.tally)
        if outcome.mismatch is not None:
            return f"found after {tally.number:,} schedules"
    return f"{NOT_FOUND} in {tally.number:,} schedules"


VERDICTS = {"histories": _over_histories, "schedules": _over_schedules}


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
