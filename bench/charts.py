"""Charts of what was measured: `python -m bench.charts NAME --write FILE`.

Each is drawn from the files that the benches have written, and from nothing else; `--check FILE`
writes nothing and exits 1 when the chart is old.
"""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from bench.results import FOLDER, Growth, Live, Year, read
from tagger.generated_page import write_or_check
from tagger.insight.timelines.svg import WIDTH, Drawing

OWN = "tagger"
"""Programs whose key begins so are ours, and stand out."""
BASE = "kafka-streams"
LONGEST = 4
"""A bar is at most so many times as long as that of the program that all are compared with."""
_NAMES, _EDGE = 286, WIDTH - 104
"""Where bars begin, and where the longest ends; pixels."""
_TOP, _ROW, _BAR = 66, 30, 18


class Bar(NamedTuple):
    """`told` stands behind the bar."""

    name: str
    value: float
    told: str
    is_ours: bool


def bars(title: str, below: str, rows: Sequence[Bar], longest: float = 0) -> Drawing:
    """One under the other; `below` stands under the title, and values beyond `longest` are cut."""
    most = max(row.value for row in rows)
    edge = min(most, longest) if longest else most
    said = "; ".join(f"{row.name}: {row.told}" for row in rows)
    drawing = Drawing(_TOP + _ROW * len(rows) + 10, title, f"{below}. {said}.")
    drawing.text(24, 30, title, "strong", size=15)
    drawing.text(24, 49, below, "soft")
    for number, row in enumerate(rows):
        y = _TOP + _ROW * number
        length = max(2, (_EDGE - _NAMES) * min(row.value, edge) / edge)
        drawing.text(_NAMES - 10, y + 14, row.name, "strong" if row.is_ours else "", "end")
        drawing.box(_NAMES, y, length, _BAR, "held" if row.is_ours else "reach")
        cut = " ⟶" if row.value > edge else ""
        drawing.text(_NAMES + length + 8, y + 14, row.told + cut, "exact")
    return drawing


def unmeasured(title: str, command: str) -> Drawing:
    """In place of a chart."""
    drawing = Drawing(84, title, f"Not measured yet; {command} does it.")
    drawing.text(24, 30, title, "strong", size=15)
    drawing.text(24, 56, f"Not measured yet; {command} does it.", "soft")
    return drawing


def _peers(folder: Path) -> Year | None:
    full = read(folder / "full.json", Year)
    return read(folder / "peers.json", Year) if full is None else full


def _bars(year: Year, figure: str, form: str) -> list[Bar]:
    """Of all programs that came to their end."""
    return [
        Bar(
            program.name,
            program.middle(figure),
            form.format(program.middle(figure)) + ("" if program.is_right else ", WRONG"),
            program.key.startswith(OWN),
        )
        for program in year.programs
        if program.runs
    ]


def cost(folder: Path) -> Drawing:
    """Processor time of all programs."""
    title, year = "Processor time for each purchase", _peers(folder)
    if year is None or not (rows := _bars(year, "cpu_us", "{:.1f} us")):
        return unmeasured(title, "make bench")
    below = "Microseconds of the program's own processes; less is better"
    base = year.program(BASE)
    return bars(title, below, rows, 0 if base is None else LONGEST * base.middle("cpu_us"))


def pace(folder: Path) -> Drawing:
    """Records a second of all programs."""
    title, year = "Purchases a second out of a backlog", _peers(folder)
    if year is None or not (rows := _bars(year, "records_per_s", "{:,.0f}")):
        return unmeasured(title, "make bench")
    return bars(title, "With the broker on the same machine; more is better", rows)


def delay(folder: Path) -> Drawing:
    """Median and 99th percentile, live."""
    title, live = "From a purchase to its committed change", read(folder / "live.json", Live)
    if live is None or not live.programs:
        return unmeasured(title, "make latency")
    rows = [
        Bar(f"{program.name}, {which}", ms, f"{ms:,.0f} ms", program.key.startswith(OWN))
        for program in live.programs
        for which, ms in (("p50", program.p50_ms), ("p99", program.p99_ms))
    ]
    return bars(title, f"Milliseconds at {live.rate:,} purchases a second; less is better", rows)


def rules(folder: Path) -> Drawing:
    """Processor time with more workers and more rules."""
    title, year = "More workers, more rules", read(folder / "rules.json", Year)
    if year is None or not (found := _bars(year, "cpu_us", "{:.1f} us")):
        return unmeasured(title, "make bench-rules")
    titles = [program.title.removeprefix(f"{OWN}, ") for program in year.programs if program.runs]
    rows = [
        bar._replace(name=name, is_ours=not number)
        for number, (name, bar) in enumerate(zip(titles, found, strict=True))
    ]
    return bars(title, "Microseconds of processor time for each purchase", rows)


def growth(folder: Path) -> Drawing:
    """Processor time by customers and by events of one of them."""
    title, found = "What an event costs as things grow", read(folder / "growth.json", Growth)
    if found is None:
        return unmeasured(title, "make growth")
    rows = [
        *_grown(found.by_customers, "customers on disk"),
        *_grown(found.by_window, "events in the window"),
    ]
    return bars(title, "Microseconds of processor time, without reading and publishing", rows)


def _grown(found: Mapping[int, float], what: str) -> Iterator[Bar]:
    for number, us in sorted(found.items()):
        yield Bar(f"{number:,} {what}", us, f"{us:.1f} us", True)


CHARTS: Mapping[str, Callable[[Path], Drawing]] = {
    "cost": cost,
    "pace": pace,
    "delay": delay,
    "rules": rules,
    "growth": growth,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """See `write_or_check`; the first argument says which chart."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    draw = CHARTS.get(given[0]) if given else None
    if draw is None:
        sys.stderr.write(f"say which chart: {', '.join(CHARTS)}\n")
        return 2
    return write_or_check(f"bench.charts {given[0]}", draw(FOLDER).markup(), given[1:])


if __name__ == "__main__":
    sys.exit(main())
