"""What was found in rule packs and their cases, as lines for people."""

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from rich.cells import cell_len
from rich.text import Text

from tagger.cli.console import columns, printable
from tagger.rules.cases.results import CaseResult, Row
from tagger.rules.faults import Fault
from tagger.rules.reading.yaml_nodes import MOST_BYTES
from tagger.rules.syntax import Pack, Position

_MOST_SHOWN = 100
_BEFORE = 60
_BREAK = re.compile(r"\r\n|\n|\r")


def fault_lines(faults: Iterable[Fault]) -> Iterator[Text]:
    """Each fault as `file:line:col CODE sentence`, then its line with a caret, then a blank."""
    sources: dict[str, list[str]] = {}
    for fault in faults:
        colour = "red" if fault.is_error else "yellow"
        place, _, said = str(fault).partition(f" {fault.code} ")
        yield Text.assemble(
            (printable(place), "bold"), " ", (fault.code, f"bold {colour}"), f" {printable(said)}"
        )
        if fault.at.file not in sources:
            sources[fault.at.file] = _lines_of(fault.at.file)
        yield from _source(sources[fault.at.file], fault.at, colour)
        yield Text()


def case_lines(result: CaseResult) -> Iterator[Text]:
    """A failed case: its name, then expected and got side by side, the changes about that time
    and how the conditions stood, then a blank."""
    yield Text.assemble(
        (printable(_place(result.case.at)), "bold"),
        " ",
        ("FAILED", "bold red"),
        f" {printable(result.case.name)}",
    )
    for failure in result.failures:
        yield Text(f"  {printable(failure.sentence)}", style="bold")
        yield from _compared(failure.rows)
        yield from _under("the changes around it", failure.around)
        yield from _under("why", failure.why)
        yield Text(f"    expected by {printable(_place(failure.at))}", style="dim")
    yield Text()


def _compared(rows: Sequence[Row]) -> Iterator[Text]:
    if not rows:
        return
    is_named = any(row.what for row in rows)
    headers = ("", "tag", "expected", "got") if is_named else ("", "expected", "got")
    cells = [
        ("" if row.agrees else "✗", *((row.what,) if is_named else ()), row.expected, row.found)
        for row in rows
    ]
    styles = ["dim", *("" if row.agrees else "red" for row in rows)]
    for line, style in zip(columns(headers, cells), styles, strict=True):
        yield Text(f"    {line.plain}", style=style)


def _under(heading: str, lines: Sequence[str]) -> Iterator[Text]:
    if lines:
        yield Text(f"    {heading}:", style="dim")
    for line in lines:
        yield Text(f"      {printable(line)}".rstrip())


def summary_line(
    packs: Sequence[Pack], faults: Sequence[Fault], results: Sequence[CaseResult] | None
) -> Text:
    """How much there was that can be used, and how much is wrong."""
    errors = sum(fault.is_error for fault in faults)
    warnings = len(faults) - errors
    failed = sum(not result.passed for result in results or ())
    told = [_count(errors, "error"), _count(warnings, "warning")]
    if results is not None:
        told.append(f"{_count(len(results), 'case')}, {failed} failed")
    style = "bold red" if errors or failed else "bold yellow" if warnings else "bold green"
    tags = sum(len(pack.tags) for pack in packs)
    read = f"{_count(len(packs), 'pack')} with {_count(tags, 'tag')}: " if packs else ""
    return Text(f"{read}{', '.join(told)}", style=style)


def _source(lines: Sequence[str], at: Position, colour: str) -> Iterator[Text]:
    if at.line > len(lines):
        return
    start = max(0, at.column - 1 - _BEFORE)
    shown = printable(lines[at.line - 1][start : start + _MOST_SHOWN].replace("\t", " "))
    before = printable(lines[at.line - 1][start : at.column - 1].replace("\t", " "))
    number = f"{at.line:>6}"
    yield Text.assemble((f"{number} | ", "dim"), shown)
    yield Text.assemble((f"{'':>6} | ", "dim"), " " * cell_len(before), ("^", f"bold {colour}"))


def _lines_of(file: str) -> list[str]:
    """The lines of as much of the file as is read of a rule file, broken where YAML breaks them."""
    try:
        with Path(file).open("rb") as opened:
            return _BREAK.split(opened.read(MOST_BYTES).decode("utf-8-sig", "replace"))
    except OSError:
        return []


def _place(at: Position) -> str:
    return f"{at.file}:{at.line}:{at.column}"


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
