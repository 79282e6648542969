"""`tagger rules`: what their authors want to know of rule packs."""

import click

from tagger.cli.groups import Lazy, LazyGroup

COMMANDS = {
    "check": Lazy("tagger.cli.rules_check:check", "Find faults, then run every test case."),
    "diff": Lazy("tagger.cli.rules_diff:diff", "What an edit adds, drops, keeps and costs."),
    "lock": Lazy("tagger.cli.rules_lock:lock", "Fingerprints of the rules, in a file for reviews."),
    "explain": Lazy("tagger.cli.rules_explain:explain", "Say in plain sentences what a tag means."),
    "handbook": Lazy("tagger.cli.rules_handbook:handbook", "Write the handbook of tags for staff."),
    "schema": Lazy("tagger.cli.rules_schema:schema", "Print the JSON Schema for editors."),
}


@click.group(cls=LazyGroup, lazy=COMMANDS)
def rules() -> None:
    """Check rule packs and their test cases.

    \b
    Example:
      tagger rules check rules
    """
