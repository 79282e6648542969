"""The runs of all programs as a table: medians, and the least and the greatest in brackets."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Generic, TypeVar

from bench.compare.backlog import Figures
from bench.compare.live import Asked, Delays
from bench.compare.programs import BASE, Program
from bench.job.rule import LEAST, WITHIN_DAYS

Run = TypeVar("Run", Figures, Delays)

_MIB = 1 << 20
_TOLD_WRONG = 3


@dataclass(frozen=True)
class Runs(Generic[Run]):
    """All runs of a program that came to their end; `failure` is why a run did not."""

    program: Program
    made: Sequence[Run]
    failure: str = ""

    @property
    def is_right(self) -> bool:
        """Whether every run came to its end with the right changes."""
        return bool(self.made) and not self.failure and not any(run.wrong for run in self.made)

    def complaints(self) -> Iterator[str]:
        """What went wrong, in sentences."""
        name = f"{self.program.title}, {self.program.guarantee}"
        if self.failure:
            yield f"{name}: {self.failure.splitlines()[0]}"
        for run in self.made:
            yield from (f"{name}: {each}" for each in run.wrong[:_TOLD_WRONG])
            if len(run.wrong) > _TOLD_WRONG:
                yield f"{name}: {len(run.wrong) - _TOLD_WRONG:,} more customers are wrong"


@dataclass(frozen=True)
class Table:
    """`lines` have a cell for each of the `headings`; the first two columns are names."""

    title: str
    explanation: str
    headings: tuple[str, ...]
    lines: list[tuple[str, ...]]


def year_table(all_runs: Sequence[Runs[Figures]]) -> Table:
    """Of the backlog."""
    base = next((_us(runs) for runs in all_runs if runs.program.key == BASE and runs.made), None)
    most = max((len(runs.made) for runs in all_runs), default=0)
    headings = (
        *("program", "guarantee", "records", "CPU us", "ratio", "with start", "records/s"),
        *("start s", "wall s", "MiB", "changes"),
    )
    return Table(
        "A year of purchases",
        f"At least {LEAST} purchases within {WITHIN_DAYS} days make a customer active. {most} runs "
        "of each program in turns: the median, with the least and the greatest in brackets. CPU is "
        "the processor time of the program's own process, all threads together, for each record of "
        "the backlog after its first tenth; `with start` counts everything from the start of the "
        "process on. The ratio is to Kafka Streams, exactly once.",
        headings,
        [_year_line(runs, base, len(headings)) for runs in all_runs],
    )


def live_table(all_runs: Sequence[Runs[Delays]], asked: Asked) -> Table:
    """Of live purchases."""
    headings = ("program", "guarantee", "p50 ms", "p99 ms", "worst ms", "CPU %", "changes")
    return Table(
        f"Live, {asked.rate:,} purchases a second",
        "From the time of a purchase to the moment at which a consumer of committed records has "
        f"the change that it makes, over {asked.seconds:.0f} s, after {asked.warm_s:.0f} s in "
        "which programs get warm; and the processor time of the program meanwhile, in percent of "
        "one processor.",
        headings,
        [_live_line(runs, len(headings)) for runs in all_runs],
    )


def _year_line(runs: Runs[Figures], base: float | None, width: int) -> tuple[str, ...]:
    program, made = runs.program, runs.made
    if not made:
        return _failed(program, width)
    return (
        program.title,
        program.guarantee,
        f"{made[0].records:,}" + (" (slice)" if program.on_slice else ""),
        _spread([run.steady_us for run in made], ".1f"),
        "" if base is None else f"{_us(runs) / base:.2f}",
        f"{median(run.whole_us for run in made):.1f}",
        _spread([run.records_per_s for run in made], ",.0f"),
        f"{median(run.start_s for run in made):.1f}",
        f"{median(run.wall_s for run in made):.1f}",
        f"{max(run.peak_bytes for run in made) / _MIB:,.0f}",
        f"{made[0].changes:,} {_verdict(runs)}",
    )


def _live_line(runs: Runs[Delays], width: int) -> tuple[str, ...]:
    program, made = runs.program, runs.made
    if not made:
        return _failed(program, width)
    return (
        program.title,
        program.guarantee,
        _spread([run.percentile(50) for run in made], ",.0f"),
        _spread([run.percentile(99) for run in made], ",.0f"),
        f"{max(run.percentile(100) for run in made):,}",
        _spread([run.cpu_percent for run in made], ".0f"),
        f"{len(made[0].delays_ms):,} {_verdict(runs)}",
    )


def _us(runs: Runs[Figures]) -> float:
    return median(run.steady_us for run in runs.made)


def _failed(program: Program, width: int) -> tuple[str, ...]:
    return (program.title, program.guarantee, *("",) * (width - 3), "failed")


def _verdict(runs: Runs[Figures] | Runs[Delays]) -> str:
    return "right" if runs.is_right else "WRONG"


def _spread(values: Sequence[float], form: str) -> str:
    middle = f"{median(values):{form}}"
    if len(values) == 1:
        return middle
    return f"{middle} [{min(values):{form}}-{max(values):{form}}]"
