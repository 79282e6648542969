"""A table for a terminal, and the page that keeps it with everything that it depends on."""

import shutil
import subprocess
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path

from bench.compare.programs import ROOT, STREAMS_FOLDER, STREAMS_JVM, Program, is_streams
from bench.compare.tables import Table
from bench.job.purchases import PARTITIONS
from tests.integration.kafka_server import HEAP_MB, JARS

_NAMES = 2


def text(table: Table) -> Iterator[str]:
    """Line by line: names to the left, figures to the right."""
    widths = [max(map(len, column)) for column in zip(table.headings, *table.lines, strict=True)]
    for line in (table.headings, *table.lines):
        yield "  ".join(
            cell.ljust(width) if place < _NAMES else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()


def page(table: Table, programs: Sequence[Program], machine: str) -> Iterator[str]:
    """The page in Markdown, line by line."""
    yield f"# {table.title}"
    yield ""
    yield "Written by the bench; [Performance](../docs/performance.md) says how to read it."
    yield ""
    yield table.explanation
    yield ""
    yield f"| {' | '.join(table.headings)} |"
    yield "|" + "".join("---|" if n < _NAMES else "---:|" for n in range(len(table.headings)))
    yield from (f"| {' | '.join(line)} |" for line in table.lines)
    yield ""
    yield f"Machine: {machine}."
    yield ""
    yield f"Versions: {', '.join(_versions())}."
    yield ""
    yield "## Settings"
    yield ""
    yield (
        f"One broker with a heap of {HEAP_MB} MiB on the same machine; every topic has "
        f"{PARTITIONS} partitions and one copy. What is not named here is as each program has it "
        "by default."
    )
    for program in programs:
        yield ""
        yield f"{program.title}, {program.guarantee}:"
        yield ""
        if is_streams(program):
            yield f"- `java {' '.join(STREAMS_JVM)}`"
        yield from (f"- `{name}={value}`" for name, value in program.settings.items())
        if not program.settings:
            yield "- names and addresses alone"


def _versions() -> Iterator[str]:
    yield f"tagger {version('tagger')}"
    yield f"Apache Kafka {_jar_version(ROOT / JARS, 'kafka_2.13')}"
    yield f"Kafka Streams {_jar_version(STREAMS_FOLDER / 'libs', 'kafka-streams')}"
    for name in ("confluent-kafka", "faust-streaming", "fastavro", "rocksdict"):
        yield f"{name} {version(name)}"
    asked = (shutil.which("java") or "java", "-version")
    said = subprocess.run(asked, capture_output=True, text=True, check=False).stderr
    yield said.splitlines()[0]


def _jar_version(folder: Path, name: str) -> str:
    found = sorted(folder.glob(f"{name}-[0-9]*.jar"))
    return found[0].stem.removeprefix(f"{name}-") if found else "unknown"
