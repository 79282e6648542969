"""What proofs have in common: batches on all processors, and what is told and kept of them."""

import json
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from pathlib import Path
from shutil import rmtree
from typing import ClassVar, Generic, Protocol, Self, TypeVar

from .batches import seeds_of
from .documents import yaml_of
from .parallel import machine, run_batches, say
from .values import Doc


class Tally(Protocol):
    """What was compared."""

    def add(self, other: Self) -> None:
        """Put what another batch compared to it."""


TallyT = TypeVar("TallyT", bound=Tally)
MismatchT = TypeVar("MismatchT")
TallyT_co = TypeVar("TallyT_co", covariant=True)
MismatchT_co = TypeVar("MismatchT_co", covariant=True)


class Outcome(Protocol[TallyT_co, MismatchT_co]):
    """What a batch compared up to the first mismatch, if there was one."""

    @property
    def tally(self) -> TallyT_co:
        """Of this batch."""

    @property
    def mismatch(self) -> MismatchT_co | None:
        """The smallest case that shows it."""


class Proof(ABC, Generic[TallyT, MismatchT]):
    """One kind of proof; `tally` is of all batches so far. Mismatches are written to folders of
    `target`, the smallest to the first."""

    target: ClassVar[Path]
    broken: ClassVar[str]
    """Says that a mismatch was found."""

    def __init__(
        self, run: Callable[[int], Outcome[TallyT, MismatchT]], tally: TallyT, number: int
    ) -> None:
        self._run = run
        self.tally = tally
        self.number = number
        """How many cases are to be compared; `run` makes the batch of a seed."""

    @abstractmethod
    def done(self) -> int:
        """How many cases were compared."""

    @abstractmethod
    def news(self) -> str:
        """How far it is."""

    @abstractmethod
    def summary(self) -> str:
        """What was compared in all."""

    @abstractmethod
    def size(self, mismatch: MismatchT) -> int:
        """Of the case; people look at the smallest."""

    @abstractmethod
    def write(self, mismatch: MismatchT, target: Path) -> None:
        """Keep the case as files."""

    @abstractmethod
    def show(self, mismatch: MismatchT, target: Path) -> None:
        """Print the case, and what to do with its files."""

    def prove(self, seed: int, workers: int) -> bool:
        """Compare the cases and print what came of them. True when none differs."""
        begun = time.monotonic()
        mismatches: list[MismatchT] = []

        def take(outcome: Outcome[TallyT, MismatchT]) -> bool:
            self.tally.add(outcome.tally)
            if outcome.mismatch is not None:
                mismatches.append(outcome.mismatch)
                say(f"{self.broken}; the batches that run already come to their end")
            return not mismatches and self.done() < self.number

        run_batches(self._run, seeds_of(seed), workers, take, self.news)
        say(f"{self.summary()}, {len(mismatches)} mismatches")
        seconds = time.monotonic() - begun
        say(f"{seconds:.0f} seconds, {workers} processes, seed {seed}; {machine()}")
        mismatches.sort(key=self.size)
        for place, mismatch in enumerate(mismatches):
            self.write(mismatch, self.target / str(place))
        if mismatches:
            self.show(mismatches[0], self.target / "0")
        return not mismatches


def write_files(target: Path, packs: Iterable[Doc], events: Iterable[Doc], difference: str) -> None:
    """A case in the forms in which people want to look at it, in place of what was in `target`."""
    rmtree(target, ignore_errors=True)
    (target / "rules").mkdir(parents=True)
    for pack in packs:
        (target / "rules" / f"{pack['pack']}.yaml").write_text(yaml_of(pack), encoding="utf-8")
    (target / "events.jsonl").write_text(lines_of(events), encoding="utf-8")
    (target / "difference.txt").write_text(difference + "\n", encoding="utf-8")


def lines_of(events: Iterable[Doc]) -> str:
    """Events as JSON Lines."""
    return "".join(json.dumps(event, ensure_ascii=False) + "\n" for event in events)
