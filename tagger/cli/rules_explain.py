"""`tagger rules explain`: a tag's rule as sentences to be read aloud, in English and Chinese."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import click
import msgspec
from rich.text import Text

from tagger.cli.arguments import rules_option
from tagger.cli.console import output, printable
from tagger.cli.libraries import check_known, library_of
from tagger.rules.sentences import LANGUAGES, Library, Point, Story
from tagger.rules.sentences import explain as explain_tag


@click.command()
@click.argument("tag", required=False)
@rules_option
@click.option("--all", "all_tags", is_flag=True, help="Every tag of the packs.")
@click.option(
    "--language",
    type=click.Choice(tuple(LANGUAGES)),
    help="One of the languages; without it, all of them.",
)
@click.option("--json", "as_json", is_flag=True, help="Answer as one JSON object.")
def explain(
    tag: str | None,
    rule_paths: tuple[Path, ...],
    all_tags: bool,
    language: str | None,
    as_json: bool,
) -> None:
    """Say in plain sentences what sets TAG, what ends it, and what time alone does to it.

    The sentences are made from the rule; they are the same whoever asks. Exit code 2 for a tag
    that no rule makes.

    \b
    Examples:
      tagger rules explain active --rules rules
      tagger rules explain --all --rules rules --language zh
    """
    if (tag is None) is not all_tags:
        raise click.UsageError("Name one tag, or say --all.")
    library = library_of(rule_paths)
    if tag is not None:
        check_known(library, tag, rule_paths)
    names = library.tag_names if tag is None else (tag,)
    codes = tuple(LANGUAGES) if language is None else (language,)
    if as_json:
        click.echo(_json(library, names, codes))
        return
    console = output()
    for number, story in enumerate(_stories(library, names, codes)):
        if number:
            console.print()
        for line in _lines(story):
            console.print(line)


def _stories(library: Library, names: Sequence[str], codes: Sequence[str]) -> Iterator[Story]:
    for name in names:
        for code in codes:
            yield explain_tag(library, name, LANGUAGES[code])


def _json(library: Library, names: Sequence[str], codes: Sequence[str]) -> bytes:
    """By tag and language: the story as it is, texts not escaped."""
    stories = {
        name: {code: explain_tag(library, name, LANGUAGES[code]) for code in codes}
        for name in names
    }
    return msgspec.json.encode({"tags": stories})


def _lines(story: Story) -> Iterator[Text]:
    yield Text(printable(story.title), style="bold")
    yield Text(printable(story.lead))
    for section in story.sections:
        yield Text()
        yield Text(section.heading, style="bold")
        yield from _points(section.points, 1)


def _points(points: Sequence[Point], depth: int) -> Iterator[Text]:
    for point in points:
        yield Text(f"{'  ' * depth}• {printable(point.text)}")
        yield from _points(point.parts, depth + 1)
