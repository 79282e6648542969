"""Writes the tables of the page about scale: `python -m bench.scale --write docs/scale.md`.

The tables stand between marks and are written from the benches' files; the text around them stays
as it is. `--check FILE` writes nothing and exits 1 when a table is old.
"""

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from bench.results import FOLDER, ROOT
from bench.scale.costs import Costs, UnmeasuredError, all_costs
from bench.scale.tables import Line, cluster, units, workers
from tagger.generated_page import write_or_check

PAGE = ROOT / "docs/scale.md"
_PART = re.compile(r"(<!-- table: (\w+) -->\n).*?(<!-- end of table -->)", re.DOTALL)


def filled(page: str, folder: Path) -> str:
    """The page with tables out of what was measured. Raises KeyError for a table that there is
    not."""
    try:
        tables = {name: list(_markdown(lines)) for name, lines in _tables(all_costs(folder))}
    except UnmeasuredError as error:
        told = [f"Not measured yet; `{error}` is missing."]
        tables = dict.fromkeys(("units", "workers", "rule", "packs"), told)

    def put(found: re.Match[str]) -> str:
        return "\n".join([found[1], *tables[found[2]], "", found[3]])

    return _PART.sub(put, page)


def _tables(found: Sequence[Costs]) -> Iterator[tuple[str, Iterable[Line]]]:
    yield "units", units(found)
    yield "workers", workers(found)
    one_rule, packs = found
    yield "rule", cluster(one_rule)
    yield "packs", cluster(packs)


def _markdown(lines: Iterable[Line]) -> Iterator[str]:
    for number, line in enumerate(lines):
        yield f"| {' | '.join(line)} |"
        if number == 0:
            yield "|---" * (len(line) - 1) + "|---:|"


if __name__ == "__main__":
    sys.exit(write_or_check("bench.scale", filled(PAGE.read_text("utf-8"), FOLDER), None))
