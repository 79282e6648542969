"""Files that commands write: each appears whole or not at all; `-` is standard output."""

import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from tagger.cli.console import CommandError

STDOUT = "-"


def check_targets(names: Iterable[str]) -> None:
    """Raises CommandError when the files cannot all be written, before any work is done."""
    seen = set[Path]()
    for name in names:
        target = Path(name) if name == STDOUT else Path(name).resolve()
        if target in seen:
            raise CommandError(f"{name} is named twice; give every output a file of its own")
        seen.add(target)
        if name != STDOUT and not target.parent.is_dir():
            raise CommandError(f"{name}: there is no folder {target.parent}; make it first")
        if target.is_dir():
            raise CommandError(f"{name} is a folder; name a file in it")


def write_outputs(outputs: Mapping[str, Iterable[bytes]]) -> None:
    """Write the lines of every file; files take their names only when all of them are complete.

    Pipes and devices are written directly, standard output last. Raises CommandError.
    """
    incoming: dict[Path, Path] = {}
    try:
        for name, lines in outputs.items():
            if name != STDOUT:
                _write(Path(name), lines, incoming)
        for target, written in incoming.items():
            written.replace(target)
    except BrokenPipeError:
        raise
    except OSError as error:
        named = error.filename or ", ".join(name for name in outputs if name != STDOUT)
        raise CommandError(f"cannot write {named}: {error.strerror}") from error
    finally:
        for written in incoming.values():
            written.unlink(missing_ok=True)
    if STDOUT in outputs:
        sys.stdout.flush()
        sys.stdout.buffer.writelines(outputs[STDOUT])
        sys.stdout.buffer.flush()


def _write(name: Path, lines: Iterable[bytes], incoming: dict[Path, Path]) -> None:
    path = name
    if not _is_direct(name):
        target = name.resolve()
        path = incoming[target] = target.with_name(f".{target.name}.{os.getpid()}")
    with path.open("ab" if path == name else "wb") as file:
        file.writelines(lines)


def _is_direct(name: Path) -> bool:
    """Whether the name stands for something that is open already, or for no regular file."""
    return name.absolute().parts[1:2] in {("dev",), ("proc",)} or (
        name.exists() and not name.is_file()
    )
