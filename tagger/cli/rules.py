"""`tagger rules`: what their authors want to know of rule packs."""

import click

from tagger.cli.groups import Lazy, LazyGroup

COMMANDS = {
    "check": Lazy("tagger.cli.rules_check:check", "Find faults, then run every test case."),
}


@click.group(cls=LazyGroup, lazy=COMMANDS)
def rules() -> None:
    """Check rule packs and their test cases.

    \b
    Example:
      tagger rules check rules
    """
