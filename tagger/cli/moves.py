"""What commands about customers who move to other topics share: how the new topics are named."""

import click

from tagger.cli.console import CommandError
from tagger.stream.repartition import topics_after
from tagger.stream.topics import Topics

PARTITIONS = click.IntRange(1, 10_000)

suffix_option = click.option(
    "--suffix",
    metavar="TEXT",
    help="What the new topics' names end with.  [default: -p and the number of partitions]",
)


def topics_moved_to(topics: Topics, partitions: int, suffix: str | None) -> Topics:
    """The names after a move to so many partitions; `suffix` as its option gives it. Raises
    CommandError when they would be those of now."""
    moved_to = topics_after(topics, f"-p{partitions}" if suffix is None else suffix)
    if moved_to.purchase == topics.purchase:
        raise CommandError("--suffix: the new topics need names of their own")
    return moved_to
