"""`tagger rules lock`: the lock file beside rule packs."""

from pathlib import Path

import click

from tagger.cli.console import DONE, FINDINGS, CommandError, output, printable
from tagger.cli.difference_lines import difference_lines
from tagger.cli.inputs import paths_text
from tagger.cli.outputs import check_targets, write_outputs
from tagger.cli.rules_diff import snapshot_at, snapshot_of_paths
from tagger.rules.edits.differences import Differences, compare
from tagger.rules.edits.lock import LOCK_NAME, lock_text, locked


@click.command()
@click.argument(
    "rule_paths",
    metavar="DIR|FILE...",
    nargs=-1,
    required=True,
    type=click.Path(path_type=Path),
)
@click.option(
    "--to",
    "file",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help=f"The lock file; without it {LOCK_NAME} in the first folder.",
)
@click.option("--check", is_flag=True, help="Write nothing; say whether the lock file is current.")
@click.pass_context
def lock(ctx: click.Context, rule_paths: tuple[Path, ...], file: Path | None, check: bool) -> None:
    """Write what the rules mean and remember into a lock file, to be reviewed with them.

    The file has a fingerprint and the sentences of every tag's rule, and what is remembered of
    customers. An edit that changes any of that shows in it; titles and layout do not. What is new
    since the last time is shown. With --check nothing is written, and the exit code is 1 when the
    lock file is not current.

    \b
    Examples:
      tagger rules lock rules
      tagger rules lock rules --check
    """
    first = rule_paths[0]
    target = file or (first if first.is_dir() else first.parent) / LOCK_NAME
    now = locked(snapshot_of_paths(rule_paths))
    if check and not target.exists():
        raise CommandError(f"there is no {target}; {_remedy(rule_paths, file)}")
    check_targets([str(target)])
    differences = compare(snapshot_at(target), now) if target.exists() else None
    _show(differences)
    is_current = differences is not None and not differences
    shown = printable(str(target))
    if check:
        verdict = "is current" if is_current else f"is not current; {_remedy(rule_paths, file)}"
        output().print(f"{shown} {verdict}", style="bold green" if is_current else "bold red")
        ctx.exit(DONE if is_current else FINDINGS)
    write_outputs({str(target): [lock_text(now).encode()]})
    output().print(f"{shown} {'is current' if is_current else 'is written'}", style="bold green")


def _show(differences: Differences | None) -> None:
    if differences:
        console = output()
        for line in difference_lines(differences):
            console.print(line)


def _remedy(rule_paths: tuple[Path, ...], file: Path | None) -> str:
    to = "" if file is None else f" --to {paths_text([file])}"
    return f"`tagger rules lock {paths_text(rule_paths)}{to}` writes it"
