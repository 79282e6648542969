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
from pathlib import Path

from . import found
from .batches import Mismatch, run_batch
from .comparison import MismatchError, Tally, compare
from .documents import yaml_of
from .parallel import say
from .proving import Proof, lines_of, write_files
from .strategies import spelled
from .stream_proof import SCHEDULES, ScheduleProof, compare_one

HISTORIES = 20_000


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
    proofs = (ScheduleProof(asked.schedules), HistoryProof(asked.histories))
    agree = [each.prove(asked.seed, asked.workers) for each in proofs if each.number]
    return 0 if all(agree) else 1


class HistoryProof(Proof[Tally, Mismatch]):
    """So many histories."""

    target = Path(".cache/proof")
    broken = "the two differ"

    def __init__(self, number: int) -> None:
        super().__init__(run_batch, Tally(), number)

    def done(self) -> int:
        return self.tally.histories

    def news(self) -> str:
        tally = self.tally
        return f"{tally.histories:,} of {self.number:,} histories, {tally.changes:,} changes"

    def summary(self) -> str:
        tally = self.tally
        causes = ", ".join(f"{name} {times:,}" for name, times in tally.causes.most_common())
        return (
            f"by cause: {causes}\n{tally.histories:,} histories, {tally.changes:,} changes compared"
        )

    def size(self, mismatch: Mismatch) -> int:
        return len(json.dumps(mismatch.case, default=str))

    def write(self, mismatch: Mismatch, target: Path) -> None:
        packs, events, _ = mismatch.case
        write_files(target, packs, events, mismatch.difference)
        found.write(mismatch.case, target / "case.yaml")

    def show(self, mismatch: Mismatch, target: Path) -> None:
        packs, events, until = mismatch.case
        case, end = target / "case.yaml", "" if until is None else f" --until {spelled(until, 1)}"
        given = f"--rules {target}/rules --events {target}/events.jsonl"
        say("\n" + "\n".join([*map(yaml_of, packs), lines_of(events), mismatch.difference]))
        say(f"\nthe smallest case is in {target}; to run it again:")
        say(f"  {sys.executable} -m tests.oracle.proof --case {case}")
        say(f"  tagger replay {given}{end} --changes -")
        say(f"to keep it as a test: cp {case} {found.FOLDER}/what_it_shows.yaml")


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
