"""Writes the tables of the page about scale: `python -m bench.scale --write docs/scale.md`.

The tables stand between marks and are written from the benches' files; the text around them stays
as it is. `--check FILE` writes nothing and exits 1 when a table is old.
"""

import sys
from pathlib import Path

from bench.filled import filled
from bench.results import FOLDER, ROOT
from bench.scale.costs import UnmeasuredError, all_costs
from bench.scale.tables import cluster, units, workers
from tagger.generated_page import write_or_check

PAGE = ROOT / "docs/scale.md"
TABLES = ("units", "workers", "rule", "packs")


def with_tables(page: str, folder: Path) -> str:
    """The page with tables out of what was measured."""
    try:
        costs = all_costs(folder)
    except UnmeasuredError as error:
        told = [(f"Not measured yet; `{error}` is missing.",)]
        return filled(page, dict.fromkeys(TABLES, told))
    found = units(costs), workers(costs), *map(cluster, costs)
    return filled(page, dict(zip(TABLES, found, strict=True)))


if __name__ == "__main__":
    sys.exit(write_or_check("bench.scale", with_tables(PAGE.read_text("utf-8"), FOLDER), None))
