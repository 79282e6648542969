"""`tagger watch`: tag changes as they are published."""

import sys
from collections.abc import Callable
from typing import get_args

import click
from confluent_kafka import (
    OFFSET_BEGINNING,
    OFFSET_END,
    KafkaError,
    Message,
    TopicPartition,
)

from tagger.cli.arguments import brokers_option
from tagger.cli.change_text import change_text
from tagger.cli.cluster import ids_needed, ids_of, on_stop, quiet_client, settings_of
from tagger.cli.console import DONE, FINDINGS, CommandError, errors, output, printable
from tagger.codecs.decode_outputs import OutputDecoder
from tagger.codecs.json_lines import change_line
from tagger.domain.dead_letters import RecordError
from tagger.domain.tags import Cause, TagChange
from tagger.environment import SettingsError
from tagger.settings import Settings
from tagger.stream.access import reader_group
from tagger.stream.kafka import clients
from tagger.stream.kafka.preflight import TopicsError, partitions_of, rights_of
from tagger.stream.kafka.refusals import is_denied

_BATCH = 1_000
_WAIT_S = 0.2

Wanted = Callable[[TagChange], bool]


@click.command()
@click.option("--tag", "tags", multiple=True, help="Only this tag; may be repeated.")
@click.option("--customer", "customers", multiple=True, help="Only this customer; may be repeated.")
@click.option(
    "--cause",
    "causes",
    multiple=True,
    type=click.Choice(get_args(Cause)),
    help="Only changes with this cause; may be repeated.",
)
@click.option("--json", "as_json", is_flag=True, help="JSON Lines with all there is to a change.")
@click.option("--from-beginning", is_flag=True, help="Begin with the oldest change that is kept.")
@click.option("--limit", type=click.IntRange(min=1), help="End after so many changes.")
@brokers_option
@click.pass_context
def watch(
    ctx: click.Context,
    tags: tuple[str, ...],
    customers: tuple[str, ...],
    causes: tuple[str, ...],
    as_json: bool,
    from_beginning: bool,
    limit: int | None,
    brokers: str | None,
) -> None:
    """Show tag changes as they are published.

    A line says when the change took effect, how much later it was processed, who, which tag, the
    cause and the evidence. Runs until Ctrl-C, SIGTERM or --limit.

    \b
    Example, customers who fell silent by the passing of time alone:
      tagger watch --brokers localhost:9092 --tag silent --cause time
    """
    settings = settings_of(brokers)
    quiet_client()

    def wanted(change: TagChange) -> bool:
        return (
            (not tags or change.tag in tags)
            and (not customers or change.customer_id in customers)
            and (not causes or change.cause in causes)
        )

    show = _show_json if as_json else _show_line
    watcher = _Watcher(settings, wanted, show, limit)
    watcher.run(from_beginning=from_beginning)
    ctx.exit(FINDINGS if watcher.bad_records else DONE)


class _Watcher:
    """Shows what comes. Belongs to no group and leaves no trace on the brokers."""

    def __init__(
        self,
        settings: Settings,
        wanted: Wanted,
        show: Callable[[TagChange], None],
        limit: int | None,
    ) -> None:
        self.bad_records = 0
        self._stopped = False
        self._watching = False
        self._is_cut_off = False
        self._settings = settings
        self._topic = settings.topics.tag_change
        self._decoder = OutputDecoder(ids_of(settings))
        self._wanted = wanted
        self._show = show
        self._left = limit

    def run(self, *, from_beginning: bool) -> None:
        """Until a signal comes or enough is shown. Raises CommandError."""
        try:
            partitions = partitions_of(self._settings, "watcher", self._topic)
            consumer = clients.lone_reader(
                self._settings,
                reader_group(self._settings.group, "watch"),
                {"error_cb": self._hear_of},
            )
        except (TopicsError, SettingsError) as error:
            raise CommandError(str(error)) from error
        try:
            start = OFFSET_BEGINNING if from_beginning else OFFSET_END
            consumer.assign(
                [TopicPartition(self._topic, number, start) for number in range(partitions)]
            )
            self._watching = True
            with on_stop(self._stop), ids_needed():
                while not self._stopped and self._left != 0:
                    for message in consumer.consume(_BATCH, _WAIT_S):
                        self._take(message)
                    sys.stdout.flush()
        finally:
            consumer.close()

    def _stop(self) -> None:
        self._stopped = True

    def _hear_of(self, error: KafkaError) -> None:
        if error.name() == "_ALL_BROKERS_DOWN" and self._watching and not self._is_cut_off:
            self._is_cut_off = True
            errors().print("the brokers do not answer; waiting for them", style="yellow")

    def _take(self, message: Message) -> None:
        error = message.error()
        if error is not None:
            if error.retriable():
                return
            hint = f"\n{rights_of(self._settings, 'watcher')}" if is_denied(error) else ""
            raise CommandError(f"{self._topic}: {error.str()}{hint}")
        self._is_cut_off = False
        try:
            change = self._decoder.decode(TagChange, message.value())
        except RecordError as fault:
            self.bad_records += 1
            where = f"{self._topic}/{message.partition()}/{message.offset()}"
            errors().print(printable(f"{where} {fault.code} {fault.detail}"))
            return
        if self._left != 0 and self._wanted(change):
            self._show(change)
            self._left = None if self._left is None else self._left - 1


def _show_json(change: TagChange) -> None:
    sys.stdout.buffer.write(change_line(change))


def _show_line(change: TagChange) -> None:
    output().print(change_text(change))
