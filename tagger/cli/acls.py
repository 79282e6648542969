"""`tagger acls`: the rights that each part needs, as commands for a cluster's administrator."""

import shlex
from collections.abc import Iterator

import click

from tagger.cli.arguments import brokers_option
from tagger.cli.cluster import settings_of
from tagger.cli.console import CommandError
from tagger.cli.moves import PARTITIONS, suffix_option, topics_moved_to
from tagger.stream.access import ROLES, Grant, Names


@click.command()
@click.option("--worker", multiple=True, metavar="PRINCIPAL", help="Runs tagger run.")
@click.option("--producer", multiple=True, metavar="PRINCIPAL", help="Writes events.")
@click.option(
    "--command-writer",
    multiple=True,
    metavar="PRINCIPAL",
    help="Writes commands: the application for staff, and nobody else.",
)
@click.option("--consumer", multiple=True, metavar="PRINCIPAL", help="Acts on what is published.")
@click.option("--consumer-group", metavar="GROUP", help="The group of that consumer.")
@click.option("--watcher", multiple=True, metavar="PRINCIPAL", help="Runs tagger watch.")
@click.option("--mender", multiple=True, metavar="PRINCIPAL", help="Runs tagger dead-letters.")
@click.option(
    "--administrator",
    multiple=True,
    metavar="PRINCIPAL",
    help="Runs tagger topics plan and apply.",
)
@click.option(
    "--migrator",
    multiple=True,
    metavar="PRINCIPAL",
    help="Runs tagger topics migrate, to be allowed for one move.",
)
@click.option(
    "--to-partitions",
    "partitions",
    type=PARTITIONS,
    help="How many the new topics of that move have.",
)
@suffix_option
@click.option(
    "--command-config",
    metavar="FILE",
    default="admin.properties",
    show_default=True,
    help="How kafka-acls.sh logs in, to be named in its lines.",
)
@brokers_option
def acls(
    consumer_group: str | None,
    partitions: int | None,
    suffix: str | None,
    command_config: str,
    brokers: str | None,
    **principals: tuple[str, ...],
) -> None:
    """Print the least rights that each part needs, as lines of kafka-acls.sh. Changes nothing.

    A principal is written as Kafka does, User:NAME; every option may be repeated. The topics and
    the workers' group are those of the TAGGER_... variables.

    \b
    Example:
      tagger acls --worker User:tagger --producer User:shop --brokers kafka:9093
    """
    settings = settings_of(brokers)
    chosen = {role: principals[role.replace("-", "_")] for role in ROLES}
    _check(chosen, consumer_group, partitions)
    if suffix is not None and not partitions:
        raise CommandError("--suffix: it is for the new topics of a move, with --to-partitions")
    moved_to = topics_moved_to(settings.topics, partitions, suffix) if partitions else None
    start = ["kafka-acls.sh", "--bootstrap-server", settings.brokers]
    start += ["--command-config", command_config, "--add"]
    for role, names in chosen.items():
        if names:
            click.echo(f"# {role}: {ROLES[role].summary}")
            group = consumer_group if role == "consumer" and consumer_group else settings.group
            for words in _lines(role, Names(settings.topics, group, moved_to)):
                allowed = [word for name in names for word in ("--allow-principal", name)]
                click.echo(shlex.join([*start, *allowed, *words]))


def _check(
    chosen: dict[str, tuple[str, ...]], consumer_group: str | None, partitions: int | None
) -> None:
    if not any(chosen.values()):
        options = ", ".join(f"--{role}" for role in ROLES)
        raise CommandError(f"say whose rights: at least one of {options}")
    for name in (name for names in chosen.values() for name in names):
        kind, colon, who = name.partition(":")
        if not (kind and colon and who):
            raise CommandError(f"{name!r} is no principal; write User:{name.strip(':') or 'NAME'}")
    if bool(chosen["consumer"]) != bool(consumer_group):
        raise CommandError("--consumer and --consumer-group: give both or neither")
    if bool(chosen["migrator"]) != bool(partitions):
        raise CommandError("--migrator and --to-partitions: give both or neither")


def _lines(role: str, names: Names) -> Iterator[list[str]]:
    for grant in ROLES[role].grants(names):
        yield list(_words(grant))


def _words(grant: Grant) -> Iterator[str]:
    for operation in grant.operations:
        yield from ("--operation", operation)
    for name in grant.names:
        yield from (f"--{grant.resource}", name)
    if grant.is_prefix:
        yield from ("--resource-pattern-type", "prefixed")
