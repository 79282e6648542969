"""What was found in rule packs and their cases, as lines for people."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path

from rich.cells import cell_len
from rich.text import Text

from tagger.cli.console import printable
from tagger.rules.cases import CaseResult
from tagger.rules.faults import Fault
from tagger.rules.syntax import Pack, Position

_MOST_SHOWN = 100
_BEFORE = 60


def fault_lines(faults: Iterable[Fault]) -> Iterator[Text]:
    """Each fault as `file:line:col CODE sentence`, then its line with a caret, then a blank."""
    for fault in faults:
        colour = "red" if fault.is_error else "yellow"
        place, _, said = str(fault).partition(f" {fault.code} ")
        yield Text.assemble(
            (printable(place), "bold"), " ", (fault.code, f"bold {colour}"), f" {printable(said)}"
        )
        yield from _source(fault.at, colour)
        yield Text()


def case_lines(result: CaseResult) -> Iterator[Text]:
    """A failed case: its name, then what was expected and what was found, then a blank."""
    yield Text.assemble(
        (printable(_place(result.case.at)), "bold"),
        " ",
        ("FAILED", "bold red"),
        f" {printable(result.case.name)}",
    )
    for failure in result.failures:
        for line in failure.lines:
            yield Text(f"  {printable(line)}", style=_style(line))
        yield Text(f"    asked at {printable(_place(failure.at))}", style="dim")
    yield Text()


def summary_line(
    packs: Sequence[Pack], faults: Sequence[Fault], results: Sequence[CaseResult] | None
) -> Text:
    """How much there was and how much of it is wrong."""
    errors = sum(fault.is_error for fault in faults)
    warnings = len(faults) - errors
    failed = sum(not result.passed for result in results or ())
    told = [_count(errors, "error"), _count(warnings, "warning")]
    if results is not None:
        told.append(f"{_count(len(results), 'case')}, {failed} failed")
    style = "bold red" if errors or failed else "bold yellow" if warnings else "bold green"
    tags = sum(len(pack.tags) for pack in packs)
    return Text(
        f"{_count(len(packs), 'pack')} with {_count(tags, 'tag')}: {', '.join(told)}", style=style
    )


def _source(at: Position, colour: str) -> Iterator[Text]:
    lines = _lines_of(at.file)
    if at.line > len(lines):
        return
    start = max(0, at.column - 1 - _BEFORE)
    shown = printable(lines[at.line - 1][start : start + _MOST_SHOWN].replace("\t", " "))
    before = printable(lines[at.line - 1][start : at.column - 1].replace("\t", " "))
    number = f"{at.line:>6}"
    yield Text.assemble((f"{number} | ", "dim"), shown)
    yield Text.assemble((f"{'':>6} | ", "dim"), " " * cell_len(before), ("^", f"bold {colour}"))


@cache
def _lines_of(file: str) -> list[str]:
    try:
        return Path(file).read_text(encoding="utf-8", errors="replace").split("\n")
    except OSError:
        return []


def _place(at: Position) -> str:
    return f"{at.file}:{at.line}:{at.column}"


def _style(line: str) -> str:
    word = line.split(maxsplit=1)[0] if line.strip() else ""
    return {"expected": "green", "got": "red", "got:": "red"}.get(word, "")


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
