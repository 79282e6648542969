"""`tagger rules diff`: what an edit of rule packs changes, and what it costs in history."""

from pathlib import Path

import click
import msgspec

from tagger.cli.console import DONE, FINDINGS, CommandError, output
from tagger.cli.difference_lines import difference_lines
from tagger.cli.inputs import refusal_told
from tagger.rules.edits.differences import compare
from tagger.rules.edits.lock import LockError, locked, read_lock
from tagger.rules.edits.snapshot import Snapshot, snapshot_of
from tagger.rules.faults import PackRefusedError
from tagger.rules.loader import load_rules

_LOCK = ".json"


@click.command()
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Answer as one JSON object.")
@click.pass_context
def diff(ctx: click.Context, old: Path, new: Path, as_json: bool) -> None:
    """Show what changes between two states of the rules: which tags are added, dropped, changed
    (with the sentences that are not the same) or kept, and what has to be remembered anew.

    OLD and NEW are each a folder of packs, one pack, or a lock file of `tagger rules lock`. A
    change of a threshold keeps all that is remembered; a longer window or another filter begins
    with a part of its history, or with none. Exit code 0 when nothing differs, 1 when something
    does.

    \b
    Examples:
      tagger rules diff rules-of-yesterday rules
      tagger rules diff rules/rules.lock.json rules
    """
    before, after = snapshot_at(old), snapshot_at(new)
    if _LOCK in (old.suffix, new.suffix):
        before, after = locked(before), locked(after)
    differences = compare(before, after)
    if as_json:
        click.echo(msgspec.json.encode(differences))
    else:
        console = output()
        for line in difference_lines(differences):
            console.print(line)
    ctx.exit(FINDINGS if differences else DONE)


def snapshot_at(path: Path) -> Snapshot:
    """The rules at a path, which may be a lock file. Raises CommandError."""
    if path.suffix != _LOCK:
        return snapshot_of_paths((path,))
    try:
        return read_lock(path.read_bytes())
    except LockError as error:
        raise CommandError(f"{path}: {error}") from error
    except OSError as error:
        raise CommandError(f"cannot read {path}: {error.strerror}") from error


def snapshot_of_paths(paths: tuple[Path, ...]) -> Snapshot:
    """The rules of the packs at these paths together. Raises CommandError."""
    with refusal_told(paths):
        loaded = load_rules(*paths)
        if any(fault.is_error for fault in loaded.faults):
            raise PackRefusedError(loaded.faults)
        return snapshot_of(loaded.packs)
