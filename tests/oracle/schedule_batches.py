"""Batches of schedules: what the proof on the stream is made of, each from a seed of its own.

A batch is the same every time it is run. Where a schedule does not keep its promise, what is not
needed to see that is left out of it.
"""

from dataclasses import dataclass

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as from_seed

from tagger.testing import StepError

from .reduction import reduced
from .schedule_strategies import schedules
from .schedules import Schedule
from .stream_check import ScheduleMismatchError, ScheduleTally, check, plan_of

SCHEDULES_EACH = 4
"""Of the same packs; drawing and loading packs costs as much as several schedules."""
FOLDERS = 25


@dataclass(frozen=True)
class ScheduleMismatch:
    """The smallest schedule that was found, and what is wrong."""

    schedule: Schedule
    difference: str


@dataclass(frozen=True)
class ScheduleOutcome:
    """What a batch compared up to the first mismatch, if there was one."""

    tally: ScheduleTally
    mismatch: ScheduleMismatch | None


def run_schedules(seed: int, folders: int = FOLDERS, *, shrinks: bool = True) -> ScheduleOutcome:
    """Check `SCHEDULES_EACH` schedules of each of so many random folders."""
    tally = ScheduleTally()
    found: list[ScheduleMismatchError] = []

    @from_seed(seed)
    @settings(
        max_examples=folders,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    @given(schedules(SCHEDULES_EACH))
    def holds(drawn: list[Schedule]) -> None:
        try:
            plan = plan_of(drawn[0])
            for schedule in drawn:
                check(schedule, plan, ScheduleTally() if found else tally)
        except ScheduleMismatchError as error:
            found.append(error)
            raise

    try:
        holds()
    except ScheduleMismatchError as error:
        schedule = reduced(error.schedule, _breaks) if shrinks else error.schedule
        return ScheduleOutcome(
            tally, ScheduleMismatch(schedule, _difference(schedule) or str(error))
        )
    return ScheduleOutcome(tally, None)


def _breaks(schedule: Schedule) -> bool:
    return bool(_difference(schedule))


def _difference(schedule: Schedule) -> str:
    """What is wrong with a schedule that can happen, of packs that are taken; empty when nothing
    is."""
    try:
        plan = plan_of(schedule)
    except ScheduleMismatchError:
        return ""
    try:
        check(schedule, plan, ScheduleTally())
    except ScheduleMismatchError as error:
        return "" if StepError.__name__ in error.difference else error.difference
    return ""
