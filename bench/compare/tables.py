"""The runs of all programs as a table: medians, and the least and the greatest in brackets."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from bench.compare.figures import Figures
from bench.compare.live import Asked, Delays
from bench.compare.runs import Runs
from bench.compare.suites import Suite

_MIB = 1 << 20
_EXPLANATION = (
    "CPU is the processor time of the program's own processes, all threads together, for each "
    "record of the backlog after its first tenth; `with start` counts everything from the start of "
    "the process on. MiB is the most memory that was resident, B kept what the program made the "
    "broker keep for each record."
)


@dataclass(frozen=True)
class Table:
    """`lines` have a cell for each of the `headings`; the first two columns are names."""

    title: str
    explanation: str
    headings: tuple[str, ...]
    lines: list[tuple[str, ...]]


def year_table(suite: Suite, all_runs: Sequence[Runs[Figures]], events: int) -> Table:
    """Of the backlog; `events` are the records of the whole job."""
    us = {runs.program.key: _us(runs) for runs in all_runs if runs.made}
    most = max((len(runs.made) for runs in all_runs), default=0)
    made = "One run of each program" if most == 1 else f"{most} runs of each program, in turns: "
    spread = "." if most == 1 else "the median, with the least and the greatest in brackets."
    headings = (
        *("program", "guarantee", "records", "CPU us", "ratio", "target", "with start"),
        *("records/s", "start s", "wall s", "MiB", "B kept", "changes"),
    )
    return Table(
        suite.title,
        f"{suite.explanation} {made}{spread} {_EXPLANATION}",
        headings,
        [_year_line(suite, runs, us, events, len(headings)) for runs in all_runs],
    )


def live_table(all_runs: Sequence[Runs[Delays]], asked: Asked) -> Table:
    """Of live purchases."""
    headings = ("program", "guarantee", "p50 ms", "p99 ms", "worst ms", "CPU %", "changes")
    return Table(
        f"Live, {asked.rate:,} purchases a second",
        "From the time of a purchase to the moment at which a consumer of committed records has "
        f"the change that it makes, over {asked.seconds:.0f} s, after {asked.warm_s:.0f} s in "
        "which programs get warm; and the processor time of the program meanwhile, in percent of "
        "one processor. `changes` are those of that time, which each program begins at its own "
        "moment.",
        headings,
        [_live_line(runs, len(headings)) for runs in all_runs],
    )


def _year_line(
    suite: Suite, runs: Runs[Figures], us: dict[str, float], events: int, width: int
) -> tuple[str, ...]:
    program, made = runs.program, runs.made
    if not made:
        return _failed(runs, width)
    base = us.get(suite.against.get(program.key, suite.base))
    target = suite.targets.get(program.key)
    kept = [sum(each.size for each in run.kept.values()) / run.records for run in made]
    return (
        program.title,
        program.guarantee,
        f"{made[0].records:,}" + (" (slice)" if made[0].records < events else ""),
        _spread([run.steady_us for run in made], ".1f"),
        "" if base is None else f"{us[program.key] / base:.2f}",
        "" if target is None else f"{target:.2f}",
        f"{median(run.whole_us for run in made):.1f}",
        _spread([run.records_per_s for run in made], ",.0f"),
        f"{median(run.start_s for run in made):.1f}",
        f"{median(run.wall_s for run in made):.1f}",
        f"{max(run.peak_bytes for run in made) / _MIB:,.0f}",
        f"{median(kept):,.0f}",
        f"{made[0].changes:,} {runs.verdict()}",
    )


def _live_line(runs: Runs[Delays], width: int) -> tuple[str, ...]:
    program, made = runs.program, runs.made
    if not made:
        return _failed(runs, width)
    return (
        program.title,
        program.guarantee,
        _spread([run.percentile(50) for run in made], ",.0f"),
        _spread([run.percentile(99) for run in made], ",.0f"),
        f"{max(run.percentile(100) for run in made):,}",
        _spread([run.cpu_percent for run in made], ".0f"),
        f"{len(made[0].delays_ms):,} {runs.verdict()}",
    )


def _us(runs: Runs[Figures]) -> float:
    return median(run.steady_us for run in runs.made)


def _failed(runs: Runs[Figures] | Runs[Delays], width: int) -> tuple[str, ...]:
    return (runs.program.title, runs.program.guarantee, *("",) * (width - 3), "failed")


def _spread(values: Sequence[float], form: str) -> str:
    middle = f"{median(values):{form}}"
    if len(values) == 1:
        return middle
    return f"{middle} [{min(values):{form}}-{max(values):{form}}]"
