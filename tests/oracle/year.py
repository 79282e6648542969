"""A year of real data, shuffled, repeated and withheld: `python -m tests.oracle.year`.

Each variant of the year goes through the running stream, on all processors, and has to end in the
same tags: those that SQL over the event file says, and, for tags that SQL does not know, those of
the run in order. Ends with a table; the exit code is 1 when anything differs.
"""

import argparse
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

from tagger.domain.times import format_instant
from tagger.rules.plan import Plan

from .parallel import machine, say
from .sql import final_tags
from .year_comparison import Compared, Reference, compare, fast_plan, whole_plan
from .year_events import DAY_MS, Year, event_file, events_in, year_of
from .year_stream import Outcome, carry_out
from .year_variants import VARIANTS, Variant

INSTANTS_AFTER_DAYS = (0, 24, 100)
"""When tags are compared, counted from the year's last event."""
SHOWN_DIFFERENCES = 10
BUSIEST = 4
COLUMNS = (
    *("variant                      ", "  events", "   late", "too late", "repeats", "crashes"),
    *("households", "tags compared", "different", "events/s"),
)
"""Late events are those behind their customer's clock; too late is one of them that no measure
could see any more. Events a second are of processor time."""


class Job(NamedTuple):
    """A variant for one household in so many; `is_whole`: with all packs that are shipped."""

    variant: Variant
    one_in: int
    is_whole: bool

    @property
    def plan(self) -> Plan:
        return whole_plan() if self.is_whole else fast_plan()


Outcomes = dict[Job, Outcome]


def main() -> int:
    """Run what the command line asks for; 0 when nothing differs."""
    parser = argparse.ArgumentParser(prog="python -m tests.oracle.year", description=__doc__)
    parser.add_argument("--fast", type=int, default=1, help="one household in so many, fast tags")
    parser.add_argument("--whole", type=int, default=60, help="one in so many, all packs")
    parser.add_argument("--variant", default="", help="only variants whose names contain this")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes")
    asked = parser.parse_args()
    begun = time.monotonic()
    chosen = [each for each in VARIANTS if each is VARIANTS[0] or asked.variant in each.name]
    jobs = [Job(variant, asked.fast, is_whole=False) for variant in chosen]
    jobs += [Job(variant, asked.whole, is_whole=True) for variant in chosen]
    path = event_file()
    outcomes = _perform_all(jobs, path, asked.workers)
    say("asking SQL")
    by_sql = {at: final_tags([path], at) for at in outcomes[jobs[0]].tags}
    is_right = _report(outcomes, by_sql)
    say(f"{time.monotonic() - begun:.0f} seconds, {asked.workers} processes; {machine()}")
    return 0 if is_right else 1


def _perform_all(jobs: list[Job], path: Path, workers: int) -> Outcomes:
    """What came of each job, in the given order."""
    found: Outcomes = {}
    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        running = {pool.submit(_perform, job, path): job for job in jobs}
        for future in as_completed(running):
            job, outcome = running[future], future.result()
            found[job] = outcome
            say(
                f"{len(found)} of {len(jobs)}: {job.variant.name}, {len(outcome.customers):,}"
                f" households, {outcome.seconds:.0f} s"
            )
    return {job: found[job] for job in jobs}


def _perform(job: Job, path: Path) -> Outcome:
    year = _year(path)
    instants = [year.end + days * DAY_MS for days in INSTANTS_AFTER_DAYS]
    return carry_out(job.variant, year.of(_households(year, job)), job.plan, instants)


def _households(year: Year, job: Job) -> set[str]:
    """One in so many, and with all packs the busiest too: their older events are in slices."""
    numbers = Counter(event.customer_id for event in year.events)
    chosen = set(sorted(numbers)[:: job.one_in])
    return chosen | {name for name, _ in numbers.most_common(BUSIEST if job.is_whole else 0)}


@cache
def _year(path: Path) -> Year:
    """Read once in each process."""
    return year_of(events_in(path))


def _report(outcomes: Outcomes, by_sql: Reference) -> bool:
    """Print what is wrong, and the table; whether nothing is."""
    is_right = True
    rows = []
    for job, outcome in outcomes.items():
        in_order = outcomes[job._replace(variant=VARIANTS[0])]
        compared = compare(job.plan, by_sql, in_order, outcome)
        rows.append(_row(job, outcome, compared))
        for fault in _faults(job, outcome, compared):
            is_right = False
            say(f"{job.variant.name}: {fault}")
    say("\n" + " | ".join(COLUMNS))
    for row in rows:
        say(row)
    return is_right


def _faults(job: Job, outcome: Outcome, compared: Compared) -> Iterator[str]:
    """What is wrong, in words, as far as people want to read."""
    if job.variant.keeps_time and outcome.late_customers:
        yield f"events of {len(outcome.late_customers)} households are late, none may be"
    for each in compared.differences[:SHOWN_DIFFERENCES]:
        at = format_instant(each.at)
        yield f"{each.customer_id} at {at}: {each.tag} is {each.found!r}, not {each.expected!r}"


def _row(job: Job, outcome: Outcome, compared: Compared) -> str:
    """A row of the table."""
    late = outcome.verdicts["late"] + outcome.verdicts["too_late"]
    numbers = (
        *(outcome.records, late, outcome.verdicts["too_late"], outcome.verdicts["duplicate"]),
        *(outcome.crashes, len(outcome.customers), compared.tags, len(compared.differences)),
        round(outcome.records / outcome.seconds),
    )
    widths = map(len, COLUMNS[1:])
    cells = [f"{number:{width},}" for number, width in zip(numbers, widths, strict=True)]
    return " | ".join([f"{job.variant.name:{len(COLUMNS[0])}}", *cells])


if __name__ == "__main__":
    sys.exit(main())
