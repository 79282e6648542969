"""The stream against the oracle: schedules with crashes and rebalances, on all processors."""

import json
import sys
import time
from pathlib import Path
from shutil import rmtree

from . import schedules
from .batches import seeds_of
from .documents import yaml_of
from .parallel import machine, run_batches, say
from .schedule_batches import ScheduleMismatch, ScheduleOutcome, run_schedules
from .schedules import Schedule
from .stream_check import ScheduleMismatchError, ScheduleTally, check, plan_of

SCHEDULES = 5_000
TARGET = Path(".cache/proof/schedules")


def prove_schedules(number: int, seed: int, workers: int) -> bool:
    """Compare so many schedules and print what came of them. True when none differs; the smallest
    that does is written as files."""
    begun = time.monotonic()
    tally, mismatches = ScheduleTally(), list[ScheduleMismatch]()

    def take(outcome: ScheduleOutcome) -> bool:
        tally.add(outcome.tally)
        if outcome.mismatch is not None:
            mismatches.append(outcome.mismatch)
            say("a schedule breaks its promise; the batches that run already come to their end")
        return not mismatches and tally.number < number

    def news() -> str:
        return f"{tally.number:,} of {number:,} schedules, {tally.crashes:,} crashes"

    run_batches(run_schedules, seeds_of(seed), workers, take, news)
    promises = ", ".join(f"{name} {times:,}" for name, times in tally.schedules.most_common())
    say(f"by promise: {promises}")
    say(
        f"{tally.number:,} schedules, {tally.crashes:,} crashes, {tally.rebalances:,} rebalances,"
        f" {tally.changes:,} changes compared, {len(mismatches)} mismatches"
    )
    seconds = time.monotonic() - begun
    say(f"{seconds:.0f} seconds, {workers} processes, seed {seed}; {machine()}")
    for place, mismatch in enumerate(sorted(mismatches, key=_size)):
        _write(mismatch, TARGET / str(place))
    if mismatches:
        _show(min(mismatches, key=_size), TARGET / "0")
    return not mismatches


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


def _size(mismatch: ScheduleMismatch) -> int:
    return len(repr(mismatch.schedule))


def _write(mismatch: ScheduleMismatch, target: Path) -> None:
    """The schedule in the forms in which people want to look at it."""
    schedule = mismatch.schedule
    rmtree(target, ignore_errors=True)
    (target / "rules").mkdir(parents=True)
    for pack in schedule.packs:
        (target / "rules" / f"{pack['pack']}.yaml").write_text(yaml_of(pack), encoding="utf-8")
    lines = "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in schedule.events)
    (target / "events.jsonl").write_text(lines, encoding="utf-8")
    (target / "steps.txt").write_text(_steps(schedule), encoding="utf-8")
    (target / "difference.txt").write_text(mismatch.difference + "\n", encoding="utf-8")
    schedules.write(schedule, target / "case.yaml")


def _steps(schedule: Schedule) -> str:
    return "".join(f"{number:4} {step}\n" for number, step in enumerate(schedule.steps, 1))


def _show(mismatch: ScheduleMismatch, target: Path) -> None:
    schedule = mismatch.schedule
    say("\n" + "\n".join([*map(yaml_of, schedule.packs), _steps(schedule), mismatch.difference]))
    say(f"\nthe smallest schedule is in {target}; to run it again:")
    say(f"  {sys.executable} -m tests.oracle.proof --case {target / 'case.yaml'}")
    say(f"to keep it as a test: cp {target / 'case.yaml'} {schedules.FOLDER}/what_it_shows.yaml")
