"""Writes golden files anew: `python -m tests.golden --write`, `--record`."""

import argparse
import sys

from .logs import changes_of, log_of, names, write_changes, write_log
from .playing import STRAIGHT, changes, difference
from .scenes import SCENES


def main() -> int:
    """Write what the command line asks for, and say what is different from before; without a
    word, only say so. 1 when something differs and was not written."""
    parser = argparse.ArgumentParser(prog="python -m tests.golden", description=__doc__)
    parser.add_argument("--write", action="store_true", help="expect these changes from now on")
    parser.add_argument("--record", action="store_true", help="make the logs anew, then --write")
    asked = parser.parse_args()
    if asked.record:
        for name, scene in SCENES.items():
            _say(f"{write_log(name, scene())}: recorded")
    differs = False
    for name in names():
        found = changes(log_of(name), STRAIGHT)
        told = difference(_expected(name), found)
        differs = differs or bool(told)
        _say(f"{name}: {len(found)} changes{', other than before:' if told else ', as before'}")
        _say(told)
        if asked.write or asked.record:
            write_changes(name, found)
    return 1 if differs and not (asked.write or asked.record) else 0


def _expected(name: str) -> list[str]:
    try:
        return changes_of(name)
    except FileNotFoundError:
        return []


def _say(text: str) -> None:
    if text:
        sys.stdout.write(f"{text}\n")


if __name__ == "__main__":
    sys.exit(main())
