"""Writes the reference page of the commands: the help of each, as the program shows it.

Run as `python -m tagger.cli.reference --write FILE`; `--check FILE` writes nothing and exits 1
when the page is old.
"""

import sys
from collections.abc import Iterator, Sequence

import click

from tagger.cli.main import cli
from tagger.generated_page import write_or_check

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
    """See `write_or_check`."""
    return write_or_check("tagger.cli.reference", reference(), arguments)


if __name__ == "__main__":
    sys.exit(main())
