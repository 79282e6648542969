"""What is kept of a comparison for programs that read it again."""

from collections.abc import Sequence
from statistics import median

from bench.compare.figures import Figures
from bench.compare.live import Asked, Delays
from bench.compare.runs import Runs
from bench.results import Live, LiveProgram, Year, YearProgram


def year_document(
    command: str, events: int, event_bytes: float, machine: str, found: Sequence[Runs[Figures]]
) -> Year:
    """Of a suite whose whole job has so many events; `event_bytes` is what the broker keeps for
    each."""
    programs = (
        YearProgram(
            runs.program.key,
            runs.program.title,
            runs.program.guarantee,
            tuple(run.document() for run in runs.made),
            runs.failure.partition("\n")[0],
        )
        for runs in found
    )
    return Year(machine, command, events, round(event_bytes, 1), tuple(programs))


def live_document(asked: Asked, machine: str, found: Sequence[Runs[Delays]]) -> Live:
    """Of live purchases: medians of each program that came to its end."""
    programs = (
        LiveProgram(
            runs.program.key,
            runs.program.title,
            runs.program.guarantee,
            median(run.percentile(50) for run in runs.made),
            median(run.percentile(99) for run in runs.made),
            round(median(run.cpu_percent for run in runs.made), 1),
            runs.is_right,
        )
        for runs in found
        if runs.made
    )
    return Live(machine, asked.rate, tuple(programs))
