"""`tagger topics migrate`: customers to topics with another number of partitions."""

import time
from typing import NoReturn

import click
import msgspec
from confluent_kafka import KafkaException

from tagger.cli.arguments import brokers_option
from tagger.cli.cluster import on_stop, quiet_client, settings_of
from tagger.cli.console import CommandError, columns, metered, output
from tagger.cli.moves import PARTITIONS, suffix_option, topics_moved_to
from tagger.environment import SettingsError
from tagger.settings import Settings
from tagger.stream.kafka.migration import Migration, Moved
from tagger.stream.kafka.migration_faults import ROLE, told
from tagger.stream.kafka.migration_look import Move, look
from tagger.stream.kafka.preflight import TopicsError
from tagger.stream.kafka.refusals import RefusedError
from tagger.stream.kafka.topic_admin import TopicAdmin
from tagger.stream.log import LogUnavailableError
from tagger.stream.topic_plan import successors
from tagger.stream.topics import Topics

_MINUTE_MS = 60_000


@click.command()
@click.option(
    "--to-partitions",
    "partitions",
    type=PARTITIONS,
    required=True,
    help="How many the new topics have.",
)
@suffix_option
@click.option(
    "--minutes",
    type=click.IntRange(1, 1_440),
    default=15,
    show_default=True,
    help="How long the move may take; the brokers' transaction.max.timeout.ms has to allow it.",
)
@click.option("--dry-run", is_flag=True, help="Say what would be moved, and write nothing.")
@brokers_option
def migrate(
    partitions: int, suffix: str | None, minutes: int, dry_run: bool, brokers: str | None
) -> None:
    """Move all customers to new input topics with another number of partitions.

    Workers and producers are stopped. The settings name the present topics. The new ones are made,
    every customer's profile and every unread record is written to its new partition, the group gets
    its positions and clocks there, and all of it is read back before it counts. A move that was
    broken off has moved nothing. Ctrl-C and SIGTERM break it off; where it was killed, run it again
    at once. The old topics stay as they are, and workers refuse to start on them.

    Run it once more when the producers write to the new topics: it moves what somebody wrote to the
    old ones meanwhile.

    \b
    Example:
      tagger topics migrate --to-partitions 32 --dry-run
      tagger topics migrate --to-partitions 32
    """
    settings = settings_of(brokers)
    quiet_client()
    new = topics_moved_to(settings.topics, partitions, suffix)
    began_s = time.monotonic()
    try:
        if dry_run:
            _show(look(settings, new, partitions))
            output().print("nothing was written")
            return
        with on_stop(_stop):
            move, moved = _migrate(settings, new, partitions, minutes * _MINUTE_MS)
    except (TopicsError, LogUnavailableError, SettingsError) as error:
        raise CommandError(str(error)) from error
    except RefusedError as error:
        raise CommandError(error.told_to(ROLE)) from error
    except KafkaException as error:
        raise CommandError(f"{settings.brokers} says: {told(error)}") from error
    _report(move, moved, time.monotonic() - began_s)


def _stop() -> NoReturn:
    """Ends the command as Ctrl-C does, so that its transaction is aborted."""
    raise KeyboardInterrupt


def _migrate(
    settings: Settings, new: Topics, partitions: int, timeout_ms: int
) -> tuple[Move, Moved]:
    with metered("moving") as meter:
        migration = Migration(settings, timeout_ms, meter)
        migration.begin()
        move = look(settings, new, partitions)
        _show(move)
        admin = TopicAdmin(settings, ROLE)
        present = admin.present((*move.old_names(), *move.new_names()))
        for action in successors(
            move.old, move.new, partitions, present, settings.max_record_bytes
        ):
            admin.carry_out(action)
            output().print(f"{action.topic}: made")
        return move, migration.carry_out(move)


def _show(move: Move) -> None:
    rows = [
        (old, str(move.before), new, str(move.after))
        for old, new in zip(move.old_names(), move.new_names(), strict=True)
    ]
    for line in columns(("from", "partitions", "to", "partitions "), rows):
        output().print(line)
    if move.is_made:
        output().print("the customers have been moved before")
    output().print(f"{move.most_unread()} unread records at most")


def _report(move: Move, moved: Moved, seconds: float) -> None:
    console = output()
    console.print(
        f"{moved.profiles} profiles and {moved.unread} unread records moved in {seconds:.1f} s",
        style="bold green",
    )
    console.print("workers, producers and commands go on with")
    names, before = msgspec.structs.asdict(move.new), msgspec.structs.asdict(move.old)
    for role, name in names.items():
        if name != before[role]:
            console.print(f"TAGGER_TOPIC_{role.upper()}={name}")
