"""Everything that commands say to people, with one look for terminals and one for pipes.

A terminal gets colours; a pipe gets plain text, line by line, neither wrapped nor cut. There are
no boxes. Nothing that is shown is read as markup, and characters that would steer a terminal are
shown as escapes: customer ids and texts come from outside.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import IO, Any

import click
from rich.cells import cell_len
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

DONE = 0
FINDINGS = 1
WRONG_USE = 2

_REPORT_EVERY = 500


class CommandError(click.ClickException):
    """Ends a command with sentences on standard error: whose fault it is and what to do."""

    exit_code = WRONG_USE

    def show(self, file: IO[Any] | None = None) -> None:  # noqa: ARG002 - click's signature
        """Say it."""
        console = errors()
        for line in self.message.splitlines():
            console.print(Text.assemble(("error: ", "bold red"), printable(line)))


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """Leaves it to the program's entry point."""
        raise BrokenPipeError


def output() -> Console:
    """Standard output as it is now."""
    return _console(stderr=False)


def errors() -> Console:
    """Standard error as it is now."""
    return _console(stderr=True)


def _console(*, stderr: bool) -> Console:
    return _Console(stderr=stderr, highlight=False, markup=False, emoji=False, soft_wrap=True)


def printable(text: str) -> str:
    """`text` with every character that is not visible written as an escape."""
    if text.isprintable():
        return text
    return "".join(
        each if each.isprintable() else each.encode("unicode_escape").decode() for each in text
    )


def columns(
    headers: Sequence[str], rows: Iterable[Sequence[str]], *, right: Sequence[str] = ()
) -> Iterator[Text]:
    """A table as lines: columns under bold headers, those named in `right` aligned right."""
    lines = [list(headers), *([printable(cell) for cell in row] for row in rows)]
    widths = [max(map(cell_len, column)) for column in zip(*lines, strict=True)]
    for number, line in enumerate(lines):
        shown = ""
        for header, cell, width in zip(headers, line, widths, strict=True):
            gap = " " * (width - cell_len(cell))
            shown += (gap + cell if header in right else cell + gap) + "  "
        yield Text(shown.rstrip(), style="" if number else "bold")


class Meter:
    """Counts what is done; a progress bar hears of it now and then."""

    def __init__(self, progress: Progress | None = None, total: int | None = None) -> None:
        self._progress = progress
        self._task = progress.add_task("", total=total) if progress is not None else None
        self.done = 0

    def __call__(self) -> None:
        """One more is done."""
        self.done += 1
        if self.done % _REPORT_EVERY == 0:
            self.show()

    def show(self) -> None:
        """Bring the bar up to date."""
        if self._progress is not None and self._task is not None:
            self._progress.update(self._task, completed=self.done)


@contextmanager
def metered(what: str, total: int | None = None) -> Iterator[Meter]:
    """A meter with a progress bar on standard error while that is a terminal. Leaves no trace."""
    console = errors()
    if not console.is_terminal:
        yield Meter()
        return
    with Progress(
        TextColumn(what),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
    ) as progress:
        meter = Meter(progress, total)
        yield meter
        meter.show()
