"""The product against the oracle, on all processors: `python -m tests.oracle.proof`.

Compares final tags and every change of generated packs over generated histories: on the stream,
whose schedules have crashes and rebalances (`stream_proof`), then on a virtual clock. Ends with how
much was compared. Where the two differ, the smallest such case is written as files and the exit
code is 1.
"""

import argparse
import json
import os
import sys
import time
from pathlib import Path
from shutil import rmtree

from . import found
from .batches import Mismatch, Outcome, run_batch, seeds_of
from .comparison import MismatchError, Tally, compare
from .documents import yaml_of
from .parallel import machine, run_batches, say
from .strategies import spelled
from .stream_proof import SCHEDULES, compare_one, prove_schedules
from .values import Doc

HISTORIES = 20_000
TARGET = Path(".cache/proof")


def main() -> int:
    """Run what the command line asks for; 0 when nothing differs."""
    parser = argparse.ArgumentParser(prog="python -m tests.oracle.proof", description=__doc__)
    parser.add_argument("--histories", type=int, default=HISTORIES, help="how many to compare")
    parser.add_argument("--schedules", type=int, default=SCHEDULES, help="how many to compare")
    parser.add_argument("--seed", type=int, default=0, help="other packs and histories")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes")
    parser.add_argument("--case", type=Path, help="compare the case of this file alone")
    asked = parser.parse_args()
    if asked.case is not None:
        is_schedule = "\nsteps:" in asked.case.read_text(encoding="utf-8")
        return 0 if (compare_one if is_schedule else _compare_one)(asked.case) else 1
    agree = [
        prove(number, asked.seed, asked.workers)
        for prove, number in ((prove_schedules, asked.schedules), (_prove, asked.histories))
        if number
    ]
    return 0 if all(agree) else 1


def _prove(histories: int, seed: int, workers: int) -> bool:
    """Compare so many histories and print what came of them. True when none differs; the smallest
    that does is written as files."""
    begun = time.monotonic()
    tally, mismatches = Tally(), list[Mismatch]()

    def take(outcome: Outcome) -> bool:
        tally.add(outcome.tally)
        if outcome.mismatch is not None:
            mismatches.append(outcome.mismatch)
            say("the two differ; the batches that run already come to their end")
        return not mismatches and tally.histories < histories

    def news() -> str:
        return f"{tally.histories:,} of {histories:,} histories, {tally.changes:,} changes"

    run_batches(run_batch, seeds_of(seed), workers, take, news)
    causes = ", ".join(f"{name} {number:,}" for name, number in tally.causes.most_common())
    say(f"by cause: {causes}")
    say(
        f"{tally.histories:,} histories, {tally.changes:,} changes compared,"
        f" {len(mismatches)} mismatches"
    )
    seconds = time.monotonic() - begun
    say(f"{seconds:.0f} seconds, {workers} processes, seed {seed}; {machine()}")
    for place, mismatch in enumerate(sorted(mismatches, key=_size)):
        _write(mismatch, TARGET / str(place))
    if mismatches:
        _show(min(mismatches, key=_size), TARGET / "0")
    return not mismatches


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
    say("\n" + "\n".join([*map(yaml_of, packs), _lines(events), mismatch.difference]))
    say(f"\nthe smallest case is in {target}; to run it again:")
    say(f"  {sys.executable} -m tests.oracle.proof --case {target / 'case.yaml'}")
    say(f"  tagger replay --rules {target}/rules --events {target}/events.jsonl{end} --changes -")
    say(f"to keep it as a test: cp {target / 'case.yaml'} {found.FOLDER}/what_it_shows.yaml")


def _lines(events: list[Doc]) -> str:
    return "".join(json.dumps(event, ensure_ascii=False) + "\n" for event in events)


def _compare_one(path: Path) -> bool:
    packs, events, until = found.read(path)
    tally = Tally()
    try:
        compare(packs, [(events, until)], tally)
    except MismatchError as error:
        say(error.difference)
        return False
    say(f"1 history, {tally.changes} changes compared, 0 mismatches")
    return True


if __name__ == "__main__":
    sys.exit(main())
