"""Pages that the program writes about itself, and the check that they are current."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path


def write_or_check(module: str, page: str, arguments: Sequence[str] | None) -> int:
    """The command line of `python -m <module>`: `--write FILE` writes the page, `--check FILE`
    compares it. 0 when it is written or current, 1 when it is old."""
    parser = argparse.ArgumentParser(
        prog=f"python -m {module}", description="Write a reference page, or see if it is current."
    )
    mode = parser.add_mutually_exclusive_group(required=True)
    mode.add_argument("--write", metavar="FILE", type=Path, help="write the page")
    mode.add_argument("--check", metavar="FILE", type=Path, help="compare the page, exit 1 if old")
    options = parser.parse_args(arguments)
    if options.write is not None:
        options.write.parent.mkdir(parents=True, exist_ok=True)
        options.write.write_text(page, encoding="utf-8")
        return 0
    found = options.check.read_text(encoding="utf-8") if options.check.exists() else ""
    if found == page:
        return 0
    sys.stderr.write(
        f"{options.check} is not current; run: python -m {module} --write {options.check}\n"
    )
    return 1
