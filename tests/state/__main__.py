"""`python -m tests.state VERSION`: keep the state that this program writes as that version's."""

import sys

from .kept import dump
from .making import made


def main() -> int:
    """Write the file. Raises FileExistsError where there is one: it is never written anew."""
    kept = made()
    path = dump(int(sys.argv[1]), kept)
    rows = sum(len(each) for each in kept.changelogs.values())
    sys.stdout.write(f"{path}: {rows} records, {len(kept.changes)} changes\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
