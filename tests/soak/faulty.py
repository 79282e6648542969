"""Copies of the program, as it is or with a fault put into it.

What is edited while a run goes on does not reach its workers. Of a program that is compiled the
libraries come along; a fault is for its sources alone.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from tests.oracle.faults import Fault

from .accidents import Accident
from .crew import ROOT

COPIED = ("tagger", "tests/soak", "rules", "schemas")


class StaleFaultError(Exception):
    """What a fault replaces no longer stands in the program."""


class SeededFault(msgspec.Struct, frozen=True):
    """A fault, as edits of the program, and the accidents that bring it to light."""

    name: str
    edits: tuple[Fault, ...]
    accidents: tuple[Accident, ...]

    def apply(self, tree: Path) -> None:
        """Put the fault into a tree. Raises StaleFaultError."""
        for edit in self.edits:
            if not edit.is_applicable(tree):
                raise StaleFaultError(f"its text is no longer in {edit.file}, once: {edit.text}")
            edit.apply(tree)


@contextmanager
def copied(fault: SeededFault | None = None) -> Iterator[Path]:
    """A copy of the program, with the fault, while the context lasts. Raises StaleFaultError."""
    with TemporaryDirectory() as folder:
        copy = Path(folder)
        for part in COPIED:
            shutil.copytree(ROOT / part, copy / part, ignore=shutil.ignore_patterns("__pycache__"))
        for library in ROOT.glob("*__mypyc*"):
            shutil.copy(library, copy)
        if fault is not None:
            fault.apply(copy)
        yield copy
