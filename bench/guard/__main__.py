"""Whether the engine has become slower: `python -m bench.guard`, or `make guard`.

Callgrind counts the instructions of the engine's loop, once with this checkout and once with the
commit before: with the last commit when something in `tagger/` has not been committed, else with
its parent. Instructions hardly depend on the machine or on what else it does, so a few percent can
be told apart. A commit that makes the engine slower for a reason says by how much at most, in a
line at the end of its message: `Slower-by: 4%`.

A shallow clone has no commit before: then the count is printed, and that nothing is beside it.

Exit code 1 when the engine has become slower than that, 2 when nothing could be counted.
"""

import argparse
import sys
from collections.abc import Sequence
from math import ceil
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.guard.counting import CountingError, instructions
from bench.guard.history import HistoryError, allowed_percent, base_of, unpack
from bench.guard.loop import EVENTS
from bench.results import ROOT

NOISE_PERCENT = 2.0
"""What two counts of the same code may differ by."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Count twice, and compare."""
    argparse.ArgumentParser(
        prog="python -m bench.guard",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    ).parse_args(arguments)
    try:
        base = base_of(ROOT)
        after = instructions(ROOT)
        if base is None:
            _tell(
                f"{after / EVENTS:,.0f} instructions an event, and no commit here to compare with"
            )
            return 0
        with TemporaryDirectory() as folder:
            unpack(ROOT, base, Path(folder))
            before = instructions(Path(folder))
        limit = NOISE_PERCENT + allowed_percent(ROOT)
    except (CountingError, HistoryError) as error:
        sys.stderr.write(f"the guard could not count: {error}\n")
        return 2
    slower = (after / before - 1) * 100
    _tell(
        f"{after / EVENTS:,.0f} instructions an event, {slower:+.1f} % beside {base[:10]};"
        f" at most {limit:+.1f} %"
    )
    if slower <= limit:
        return 0
    sys.stderr.write(
        "The engine has become slower. If that is worth it, say so at the end of the commit's"
        f" message: Slower-by: {ceil(slower)}%\n"
    )
    return 1


def _tell(text: str) -> None:
    sys.stdout.write(f"the engine takes {text}\n")


if __name__ == "__main__":
    sys.exit(main())
