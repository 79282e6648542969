"""`tagger topics`: what the cluster's topics should be, and are."""

from collections import Counter

import click
import msgspec

from tagger.cli.arguments import brokers_option
from tagger.cli.cluster import quiet_client, settings_of
from tagger.cli.console import DONE, FINDINGS, CommandError, columns, output
from tagger.cli.groups import Lazy, LazyGroup
from tagger.environment import SettingsError
from tagger.settings import Settings
from tagger.stream.kafka.preflight import TopicsError
from tagger.stream.kafka.topic_admin import TopicAdmin
from tagger.stream.topic_plan import Action, actions, present_partitions, wanted_topics

COMMANDS = {
    "plan": Lazy("tagger.cli.topics:plan", "Say what differs from what the program needs."),
    "apply": Lazy("tagger.cli.topics:apply", "Make what is missing, and set what differs."),
    "migrate": Lazy(
        "tagger.cli.topics_migrate:migrate", "Move to topics with another number of partitions."
    ),
}

_STYLES = {"create": "green", "configure": "yellow", "warn": "magenta", "refuse": "bold red"}
_WORDS = {"create": "to create", "configure": "to set", "warn": "to see to", "refuse": "refused"}

partitions_option = click.option(
    "--partitions",
    type=click.IntRange(1, 10_000),
    help="Of every topic; also the most workers that can share the work. Without it as many as "
    "the inputs have, or 4.",
)
replicas_option = click.option(
    "--replicas",
    type=click.IntRange(1, 15),
    default=3,
    show_default=True,
    help="Copies of every record; with three, two brokers have to take it before it counts.",
)


@click.group(cls=LazyGroup, lazy=COMMANDS)
def topics() -> None:
    """Look at the topics of a cluster, and make them what the program needs.

    \b
    Example:
      tagger topics plan --brokers localhost:9092 --partitions 12
    """


@click.command()
@partitions_option
@replicas_option
@brokers_option
@click.pass_context
def plan(ctx: click.Context, partitions: int | None, replicas: int, brokers: str | None) -> None:
    """Say what differs from what the program needs, and change nothing.

    The exit code is 1 when something differs, be it a warning alone.

    \b
    Example:
      tagger topics plan --brokers localhost:9092 --partitions 12
    """
    _, found = _look(brokers, partitions, replicas)
    _show(found)
    ctx.exit(FINDINGS if found else DONE)


@click.command()
@partitions_option
@replicas_option
@brokers_option
@click.pass_context
def apply(ctx: click.Context, partitions: int | None, replicas: int, brokers: str | None) -> None:
    """Make the topics that are missing, and change the settings that differ.

    Nothing is done at all when a topic is there with another number of partitions: that cannot be
    mended without moving customers away from their state, see tagger topics migrate. Topics are
    never deleted. The exit code is 1 when nothing was done for that reason, and 0 when nothing is
    left but warnings, with which the program works all the same.

    \b
    Example:
      tagger topics apply --brokers localhost:9092 --partitions 12
    """
    admin, found = _look(brokers, partitions, replicas)
    _show(found)
    if any(action.kind == "refuse" for action in found):
        output().print("nothing was changed", style="bold red")
        ctx.exit(FINDINGS)
    for action in found:
        if action.kind == "warn":
            continue
        try:
            admin.carry_out(action)
        except TopicsError as error:
            raise CommandError(str(error)) from error
        output().print(f"{action.topic}: done")
    ctx.exit(DONE)


def _look(
    brokers: str | None, partitions: int | None, replicas: int
) -> tuple[TopicAdmin, list[Action]]:
    settings: Settings = settings_of(brokers)
    quiet_client()
    topics = settings.topics
    try:
        admin = TopicAdmin(settings)
        present = admin.present(msgspec.structs.astuple(topics))
    except (TopicsError, SettingsError) as error:
        raise CommandError(str(error)) from error
    count = partitions or present_partitions(topics, present)
    wanted = wanted_topics(topics, count, replicas, settings.max_record_bytes)
    return admin, actions(wanted, present)


def _show(found: list[Action]) -> None:
    if not found:
        output().print("all topics are as they should be", style="bold green")
        return
    rows = [(action.kind, action.topic, action.text) for action in found]
    header, *lines = columns(("", "topic", "what"), rows)
    output().print(header)
    for action, line in zip(found, lines, strict=True):
        line.stylize(_STYLES[action.kind], 0, len(action.kind))
        output().print(line)
    counts = Counter(_WORDS[action.kind] for action in found)
    output().print(", ".join(f"{counts[word]} {word}" for word in _WORDS.values() if counts[word]))
