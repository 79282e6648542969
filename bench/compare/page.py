"""A table for a terminal, and the page that keeps it with everything that it depends on."""

from collections.abc import Iterator, Sequence

from bench.compare.program import Program
from bench.compare.tables import Table
from bench.compare.versions import versions
from bench.job.purchases import PARTITIONS
from tests.integration.kafka_server import HEAP_MB

_NAMES = 2


def text(table: Table) -> Iterator[str]:
    """Line by line: names to the left, figures to the right."""
    widths = [max(map(len, column)) for column in zip(table.headings, *table.lines, strict=True)]
    for line in (table.headings, *table.lines):
        yield "  ".join(
            cell.ljust(width) if place < _NAMES else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()


def markdown(table: Table) -> Iterator[str]:
    """The same for a page."""
    yield f"| {' | '.join(table.headings)} |"
    yield "|" + "".join("---|" if n < _NAMES else "---:|" for n in range(len(table.headings)))
    yield from (f"| {' | '.join(line)} |" for line in table.lines)


def page(
    table: Table, programs: Sequence[Program], command: str, machine: str, wrong: Sequence[str]
) -> Iterator[str]:
    """The page in Markdown, line by line; `command` measured it, `wrong` is what was."""
    yield f"# {table.title}"
    yield ""
    yield f"Written by `{command}`; [Performance](../docs/performance.md) says how to read it."
    yield ""
    yield table.explanation
    yield ""
    yield from markdown(table)
    if wrong:
        yield ""
        yield "What was not right:"
        yield ""
        yield from (f"- {each.splitlines()[0]}" for each in wrong)
    yield ""
    yield f"Machine: {machine}."
    yield ""
    yield f"Versions: {', '.join(versions(list(programs)))}."
    yield ""
    yield "## Settings"
    yield ""
    yield (
        f"One broker with a heap of {HEAP_MB} MiB on the same machine; every topic has "
        f"{PARTITIONS} partitions and one copy. What is not named here is as each program has it "
        "by default."
    )
    for program in programs:
        yield from _settings(program)


def _settings(program: Program) -> Iterator[str]:
    yield ""
    yield f"{program.name}:"
    yield ""
    if program.note:
        yield program.note
        yield ""
    if program.launcher:
        yield f"- `{program.launcher}`"
    yield from (f"- `{name}={value}`" for name, value in program.settings.items())
    if not program.settings:
        yield "- names and addresses alone"
