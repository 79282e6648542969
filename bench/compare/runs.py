"""All runs of one program, and whether they were right."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from bench.compare.figures import Figures
from bench.compare.live import Delays
from bench.compare.program import Program

Run = TypeVar("Run", Figures, Delays)

_TOLD_WRONG = 3


@dataclass(frozen=True)
class Runs(Generic[Run]):
    """All runs of a program that came to their end; `failure` is why a run did not."""

    program: Program
    made: Sequence[Run]
    failure: str = ""

    @property
    def name(self) -> str:
        """The program with what it promises."""
        return self.program.name

    @property
    def is_right(self) -> bool:
        """Whether every run came to its end with the right changes."""
        return bool(self.made) and not self.failure and not any(run.wrong for run in self.made)

    def verdict(self) -> str:
        """In a word or two."""
        if self.is_right:
            return "right"
        if lost := max((run.missing for run in self.made), default=0):
            return f"WRONG: {lost:,} missing"
        return "WRONG" if self.made else "failed"

    def complaints(self) -> Iterator[str]:
        """What went wrong, in sentences."""
        if self.failure:
            yield f"{self.name}: {self.failure.splitlines()[0]}"
        for run in self.made:
            yield from (f"{self.name}: {each}" for each in run.wrong[:_TOLD_WRONG])
            if len(run.wrong) > _TOLD_WRONG:
                yield f"{self.name}: {len(run.wrong) - _TOLD_WRONG:,} more customers are wrong"
