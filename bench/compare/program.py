"""What a program is to the comparison."""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.compare.outputs import Output
from bench.compare.process import Command
from bench.compare.scene import Scene
from bench.job.purchases import History
from bench.results import ROOT

MEASURED = Path(os.environ.get("BENCH_TAGGER", ROOT)).resolve()
"""Where the package is that is measured: this checkout, or a copy with compiled modules."""
OF_THIS_CHECKOUT = {"PYTHONPATH": str(ROOT)}
"""For peers in Python: modules are those of this checkout, whatever is installed."""

Check = Callable[[History, Sequence[Sequence[Output]]], Iterable[str]]
"""Complaints about what was published on each partition, a sentence each."""


@dataclass(frozen=True, eq=False)
class Program:
    """A program that is compared.

    `key` names it on the command line, `settings` are those that differ from its defaults and
    `launcher` is what stands in front of them; `note` says on the page how it does the job.
    `most_events` has it do a smaller job, because it is slow, `compression` is that of the records
    it is given, and `is_live` says whether it can follow live purchases at all. `start` may raise
    BenchError. `check` is for a program that does more than the job; without it, the job's changes
    are all that it may publish.
    """

    key: str
    title: str
    guarantee: str
    settings: Mapping[str, str]
    start: Callable[[Scene], Sequence[Command]]
    launcher: str = ""
    note: str = ""
    most_events: int | None = None
    compression: str = "lz4"
    is_live: bool = True
    check: Check | None = None

    @property
    def name(self) -> str:
        """The program with what it promises."""
        return f"{self.title}, {self.guarantee}"


def texts(*settings: Mapping[str, object]) -> dict[str, str]:
    """Settings of several kinds as the page shows them."""
    return {name: str(value) for each in settings for name, value in each.items()}
