"""The product against the oracle, on all processors: `python -m tests.oracle.proof`.

Compares final tags and every change of generated packs over generated histories, and ends with
how much was compared. Where the two differ, the smallest such case is written as files and the
exit code is 1.
"""

import argparse
import json
import os
import platform
import sys
import time
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from shutil import rmtree

from . import found
from .batches import Mismatch, Outcome, run_batch, seeds_of
from .comparison import MismatchError, Tally, compare
from .documents import yaml_of
from .strategies import spelled
from .values import Doc

HISTORIES = 20_000
TARGET = Path(".cache/proof")
SECONDS_BETWEEN_NEWS = 10.0


def main() -> int:
    """Run what the command line asks for; 0 when nothing differs."""
    parser = argparse.ArgumentParser(prog="python -m tests.oracle.proof", description=__doc__)
    parser.add_argument("--histories", type=int, default=HISTORIES, help="how many to compare")
    parser.add_argument("--seed", type=int, default=0, help="other packs and histories")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes")
    parser.add_argument("--case", type=Path, help="compare the case of this file alone")
    asked = parser.parse_args()
    if asked.case is not None:
        return _compare_one(asked.case)
    begun = time.monotonic()
    tally, mismatches = _prove(asked.histories, asked.seed, asked.workers)
    seconds = time.monotonic() - begun
    causes = ", ".join(f"{name} {number:,}" for name, number in tally.causes.most_common())
    _say(f"by cause: {causes}")
    _say(
        f"{tally.histories:,} histories, {tally.changes:,} changes compared,"
        f" {len(mismatches)} mismatches"
    )
    _say(f"{seconds:.0f} seconds, {asked.workers} processes, seed {asked.seed}; {_machine()}")
    for number, mismatch in enumerate(sorted(mismatches, key=_size)):
        _write(mismatch, TARGET / str(number))
    if mismatches:
        _show(min(mismatches, key=_size), TARGET / "0")
    return 1 if mismatches else 0


def _prove(histories: int, seed: int, workers: int) -> tuple[Tally, list[Mismatch]]:
    """Batch after batch, until enough is compared or something differs."""
    tally, mismatches = Tally(), list[Mismatch]()
    seeds = seeds_of(seed)
    told = time.monotonic()
    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        running = {pool.submit(run_batch, each) for each in islice(seeds, workers)}
        while running:
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for outcome in map(Future[Outcome].result, done):
                tally.add(outcome.tally)
                if outcome.mismatch is not None:
                    mismatches.append(outcome.mismatch)
                    _say("the two differ; the batches that run already come to their end")
            if not mismatches and tally.histories < histories:
                running |= {pool.submit(run_batch, each) for each in islice(seeds, len(done))}
            if time.monotonic() - told >= SECONDS_BETWEEN_NEWS:
                told = time.monotonic()
                _say(f"{tally.histories:,} of {histories:,} histories, {tally.changes:,} changes")
    return tally, mismatches


def _size(mismatch: Mismatch) -> int:
    return len(json.dumps(mismatch.case, default=str))


def _write(mismatch: Mismatch, target: Path) -> None:
    """The case in the forms in which people want to look at it."""
    packs, events, _ = mismatch.case
    rmtree(target, ignore_errors=True)
    (target / "rules").mkdir(parents=True)
    for pack in packs:
        (target / "rules" / f"{pack['pack']}.yaml").write_text(yaml_of(pack), encoding="utf-8")
    (target / "events.jsonl").write_text(_lines(events), encoding="utf-8")
    (target / "difference.txt").write_text(mismatch.difference + "\n", encoding="utf-8")
    found.write(mismatch.case, target / "case.yaml")


def _show(mismatch: Mismatch, target: Path) -> None:
    packs, events, until = mismatch.case
    end = "" if until is None else f" --until {spelled(until, 1)}"
    _say("\n" + "\n".join([*map(yaml_of, packs), _lines(events), mismatch.difference]))
    _say(f"\nthe smallest case is in {target}; to run it again:")
    _say(f"  {sys.executable} -m tests.oracle.proof --case {target / 'case.yaml'}")
    _say(f"  tagger replay --rules {target}/rules --events {target}/events.jsonl{end} --changes -")
    _say(f"to keep it as a test: cp {target / 'case.yaml'} {found.FOLDER}/what_it_shows.yaml")


def _lines(events: list[Doc]) -> str:
    return "".join(json.dumps(event, ensure_ascii=False) + "\n" for event in events)


def _compare_one(path: Path) -> int:
    packs, events, until = found.read(path)
    tally = Tally()
    try:
        compare(packs, [(events, until)], tally)
    except MismatchError as error:
        _say(error.difference)
        return 1
    _say(f"1 history, {tally.changes} changes compared, 0 mismatches")
    return 0


def _machine() -> str:
    words = (platform.system(), platform.machine(), f"{os.cpu_count()} processors")
    return ", ".join((*words, f"Python {platform.python_version()}"))


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
