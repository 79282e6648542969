"""Whether the proof would notice: `python -m tests.oracle.mutations`.

Each fault of `faults` is put into a copy of the tree, whose product is compared with the oracle
until the two differ. Exit code 1 tells that a fault was not found, 2 that one no longer applies to
the code.
"""

import argparse
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

from .batches import run_batch, seeds_of
from .comparison import Tally
from .faults import FAULTS, Fault

ROOT = Path(__file__).parents[2]
HISTORIES = 4_000
COPIED = ("tagger", "tests/oracle", "rules", "schemas")
NOT_FOUND = "not found"


def main() -> int:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m tests.oracle.mutations", description=__doc__)
    parser.add_argument("--histories", type=int, default=HISTORIES, help="how many to compare")
    parser.add_argument("--seed", type=int, default=0, help="other packs and histories")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes")
    parser.add_argument("--fault", default="", help="only faults whose names contain this")
    parser.add_argument("--here", action="store_true", help="compare this tree as it is")
    asked = parser.parse_args()
    if asked.here:
        _say(_verdict(asked.histories, asked.seed))
        return 0
    faults = [fault for fault in FAULTS if asked.fault in fault.name]
    stale = [fault for fault in faults if not fault.is_applicable(ROOT)]
    for fault in stale:
        _say(f"its line is no longer in {fault.file}: {fault.name}")
    if stale:
        return 2
    missed = _try(faults, asked.histories, asked.seed, asked.workers)
    _say(f"{len(faults)} faults, {missed} not found")
    return 1 if missed else 0


def _try(faults: list[Fault], histories: int, seed: int, workers: int) -> int:
    """Print a table of all; how many were not found."""
    width = max((len(fault.name) for fault in faults), default=0)
    missed = 0
    with ThreadPoolExecutor(workers) as pool:
        verdicts = pool.map(lambda fault: _verdict_on(fault, histories, seed), faults)
        for fault, verdict in zip(faults, verdicts, strict=True):
            _say(f"{fault.name:{width}}  {verdict}")
            missed += verdict.startswith(NOT_FOUND)
    return missed


def _verdict_on(fault: Fault, histories: int, seed: int) -> str:
    """The last line of a run in a copy of the tree that has the fault."""
    with TemporaryDirectory() as folder:
        copy = Path(folder)
        for part in COPIED:
            shutil.copytree(ROOT / part, copy / part, ignore=shutil.ignore_patterns("__pycache__"))
        fault.apply(copy)
        words = ["--here", "--histories", str(histories), "--seed", str(seed)]
        done = subprocess.run(
            [sys.executable, "-m", "tests.oracle.mutations", *words],
            cwd=copy,
            env={**os.environ, "PYTHONPATH": folder, "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            check=True,
        )
    return done.stdout.splitlines()[-1]


def _verdict(histories: int, seed: int) -> str:
    tally = Tally()
    seeds = seeds_of(seed)
    while tally.histories < histories:
        outcome = run_batch(next(seeds), shrinks=False)
        tally.add(outcome.tally)
        if outcome.mismatch is not None:
            return f"found after {tally.histories:,} histories"
    return f"{NOT_FOUND} in {tally.histories:,} histories"


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
