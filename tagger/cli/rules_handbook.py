"""`tagger rules handbook`: the handbook of tags for staff, as HTML or Markdown."""

from collections.abc import Callable
from pathlib import Path

import click

from tagger.cli.arguments import rules_option
from tagger.cli.console import errors, printable
from tagger.cli.libraries import library_of
from tagger.cli.outputs import STDOUT, check_targets, write_outputs
from tagger.insight.handbook import Handbook, handbook_of
from tagger.insight.handbook_html import handbook_html
from tagger.insight.handbook_markdown import handbook_markdown
from tagger.rules.sentences import LANGUAGES

_WRITERS: dict[str, Callable[[Handbook], str]] = {
    "html": handbook_html,
    "markdown": handbook_markdown,
}
_BY_ENDING = {".html": "html", ".htm": "html", ".md": "markdown", ".markdown": "markdown"}


@click.command()
@rules_option
@click.option("--out", "out", metavar="FILE", required=True, help="The file; - is standard output.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(tuple(_WRITERS)),
    help="Without it, by the file's ending: .html or .md.",
)
@click.option(
    "--language",
    type=click.Choice((*LANGUAGES, "both")),
    default="both",
    show_default=True,
    help="The language of the handbook.",
)
def handbook(rule_paths: tuple[Path, ...], out: str, format_: str | None, language: str) -> None:
    """Write the handbook of tags: what each means, when to use it, and who owns it.

    It is made from the rules: the same packs give the same file. HTML is one file that loads
    nothing; it can be searched, printed and sent by mail.

    \b
    Example:
      tagger rules handbook --rules rules --out handbook.html
    """
    write = _WRITERS[format_ or _format_of(out)]
    check_targets([out])
    codes = tuple(LANGUAGES) if language == "both" else (language,)
    made = handbook_of(library_of(rule_paths), codes)
    write_outputs({out: [write(made).encode("utf-8", "replace")]})
    if out != STDOUT:
        tags = len(made.entries)
        count = f"{tags:,} {'tag' if tags == 1 else 'tags'}"
        errors().print(printable(f"{out}: the handbook of {count}"))


def _format_of(out: str) -> str:
    found = _BY_ENDING.get(Path(out).suffix.lower())
    if found is None:
        raise click.UsageError(
            f"--out {out}: the ending says neither HTML (.html) nor Markdown (.md); add --format."
        )
    return found
