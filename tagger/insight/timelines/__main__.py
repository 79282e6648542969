"""Writes the drawings: `python -m tagger.insight.timelines NAME --write FILE`.

`--check FILE` writes nothing and exits 1 when the drawing is old.
"""

import sys
from collections.abc import Callable, Mapping, Sequence

from tagger.generated_page import write_or_check
from tagger.insight.timelines import correction, outage, window
from tagger.insight.timelines.svg import Drawing

DRAWINGS: Mapping[str, Callable[[], Drawing]] = {
    "window": window.drawing,
    "outage": outage.drawing,
    "correction": correction.drawing,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """See `write_or_check`; the first argument says which drawing."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    draw = DRAWINGS.get(given[0]) if given else None
    if draw is None:
        sys.stderr.write(f"say which drawing: {', '.join(DRAWINGS)}\n")
        return 2
    module = f"tagger.insight.timelines {given[0]}"
    return write_or_check(module, draw().markup(), given[1:])


if __name__ == "__main__":
    sys.exit(main())
