"""Writes the reference page of the commands: the help of each, as the program shows it.

Run as `python -m tagger.cli.reference --write FILE`; `--check FILE` writes nothing and exits 1
when the page is old.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from tagger.cli.main import cli

_WIDTH = 80


def reference() -> str:
    """The page: every command under its full name, in the order of the program's help."""
    program = click.Context(cli, info_name="tagger", terminal_width=_WIDTH, **cli.context_settings)
    pages = [
        f"## `{context.command_path}`\n\n```text\n{_help(context)}\n```\n"
        for context in _all(program)
    ]
    head = "# Commands\n\nThe program's own help, written by `python -m tagger.cli.reference`.\n"
    return "\n".join([head, *pages])


def _all(context: click.Context) -> Iterator[click.Context]:
    """`context` and those of the commands under it."""
    yield context
    if isinstance(context.command, click.Group):
        for name in context.command.list_commands(context):
            command = context.command.get_command(context, name)
            if command is not None:
                yield from _all(click.Context(command, parent=context, info_name=name))


def _help(context: click.Context) -> str:
    lines = context.command.get_help(context).splitlines()
    return "\n".join(line.rstrip() for line in lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the page, or say whether it is current: 0 when it is, 1 when not."""
    parser = argparse.ArgumentParser(
        prog="python -m tagger.cli.reference", description=main.__doc__
    )
    mode = parser.add_mutually_exclusive_group(required=True)
    mode.add_argument("--write", metavar="FILE", type=Path, help="write the page")
    mode.add_argument("--check", metavar="FILE", type=Path, help="compare the page, exit 1 if old")
    options = parser.parse_args(arguments)
    page = reference()
    if options.write is not None:
        options.write.parent.mkdir(parents=True, exist_ok=True)
        options.write.write_text(page, encoding="utf-8")
        return 0
    found = options.check.read_text(encoding="utf-8") if options.check.exists() else ""
    if found == page:
        return 0
    sys.stderr.write(
        f"{options.check} is not what the commands say of themselves; "
        f"run: python -m tagger.cli.reference --write {options.check}\n"
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
