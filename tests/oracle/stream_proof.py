"""The stream against the oracle: schedules with crashes and rebalances, on all processors."""

import sys
from pathlib import Path

from . import schedules
from .documents import yaml_of
from .parallel import say
from .proving import Proof, write_files
from .schedule_batches import ScheduleMismatch, run_schedules
from .schedules import Schedule
from .stream_check import ScheduleMismatchError, ScheduleTally, check, plan_of

SCHEDULES = 5_000


class ScheduleProof(Proof[ScheduleTally, ScheduleMismatch]):
    """So many schedules."""

    target = Path(".cache/proof/schedules")
    broken = "a schedule breaks its promise"

    def __init__(self, number: int) -> None:
        super().__init__(run_schedules, ScheduleTally(), number)

    def done(self) -> int:
        return self.tally.number

    def news(self) -> str:
        tally = self.tally
        return f"{tally.number:,} of {self.number:,} schedules, {tally.crashes:,} crashes"

    def summary(self) -> str:
        tally = self.tally
        promises = ", ".join(f"{name} {times:,}" for name, times in tally.schedules.most_common())
        return (
            f"by promise: {promises}\n"
            f"{tally.number:,} schedules, {tally.crashes:,} crashes,"
            f" {tally.rebalances:,} rebalances, {tally.changes:,} changes compared"
        )

    def size(self, mismatch: ScheduleMismatch) -> int:
        return len(repr(mismatch.schedule))

    def write(self, mismatch: ScheduleMismatch, target: Path) -> None:
        schedule = mismatch.schedule
        write_files(target, schedule.packs, schedule.events, mismatch.difference)
        (target / "steps.txt").write_text(_steps(schedule), encoding="utf-8")
        schedules.write(schedule, target / "case.yaml")

    def show(self, mismatch: ScheduleMismatch, target: Path) -> None:
        schedule, case = mismatch.schedule, target / "case.yaml"
        texts = (*map(yaml_of, schedule.packs), _steps(schedule), mismatch.difference)
        say("\n" + "\n".join(texts))
        say(f"\nthe smallest schedule is in {target}; to run it again:")
        say(f"  {sys.executable} -m tests.oracle.proof --case {case}")
        say(f"to keep it as a test: cp {case} {schedules.FOLDER}/what_it_shows.yaml")


def compare_one(path: Path) -> bool:
    """Run the schedule of a file alone. True when it keeps its promise."""
    schedule = schedules.read(path)
    tally = ScheduleTally()
    try:
        check(schedule, plan_of(schedule), tally)
    except ScheduleMismatchError as error:
        say(error.difference)
        return False
    say(f"1 schedule, {tally.changes} changes compared, 0 mismatches")
    return True


def _steps(schedule: Schedule) -> str:
    return "".join(f"{number:4} {step}\n" for number, step in enumerate(schedule.steps, 1))
