"""Batches of generated packs and histories: what a proof is made of, each from a seed of its own.

A batch is the same every time it is run. Where the product differs from the oracle, Hypothesis
looks for the smallest case that shows it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as from_seed

from .cases import Case, History, generated_folders
from .comparison import MismatchError, Tally, compare
from .values import Doc

HISTORIES_EACH = 4
"""Of the same packs; loading packs costs as much as several histories."""
FOLDERS = 100


@dataclass(frozen=True)
class Mismatch:
    """The smallest case that was found, and where the two sides differ."""

    case: Case
    difference: str


@dataclass(frozen=True)
class Outcome:
    """What a batch compared up to the first mismatch, if there was one."""

    tally: Tally
    mismatch: Mismatch | None


def seeds_of(seed: int) -> Iterator[int]:
    """Seeds of the batches of a proof, one after the other."""
    return count(seed * 1_000_000)


def run_batch(seed: int, folders: int = FOLDERS, *, shrinks: bool = True) -> Outcome:
    """Compare `HISTORIES_EACH` histories of each of so many random folders."""
    tally = Tally()
    found: list[MismatchError] = []

    @from_seed(seed)
    @settings(
        max_examples=folders,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink] if shrinks else [Phase.generate],
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    @given(generated_folders(HISTORIES_EACH))
    def holds(drawn: tuple[list[Doc], list[History]]) -> None:
        try:
            compare(*drawn, Tally() if found else tally)
        except MismatchError as error:
            found.append(error)
            raise

    try:
        holds()
    except MismatchError as error:
        return Outcome(tally, Mismatch(error.case, error.difference))
    return Outcome(tally, None)
