"""`tagger run`: a worker."""

import logging
import sys
from pathlib import Path

import click
from confluent_kafka import KafkaException

from tagger.build import build_text
from tagger.cli.arguments import brokers_option, rules_option
from tagger.cli.cluster import on_stop, settings_of
from tagger.cli.console import CommandError
from tagger.cli.inputs import refusal_told
from tagger.codecs.schema_ids import SchemaIdsError
from tagger.environment import SettingsError
from tagger.stream.changelog_record import ChangelogRecordError
from tagger.stream.kafka.changelog import ChangelogCutError
from tagger.stream.kafka.committer import NotCommittedError
from tagger.stream.kafka.consumer_events import PositionGoneError
from tagger.stream.kafka.preflight import TopicsError
from tagger.stream.kafka.refusals import RefusedError
from tagger.stream.kafka.sender import SendError
from tagger.stream.log import LogUnavailableError
from tagger.stream.metadata import MetadataError
from tagger.stream.stores.database import LocalStateError
from tagger.wiring import run_worker

_FOR_THE_OPERATOR = (
    SettingsError,
    TopicsError,
    SchemaIdsError,
    PositionGoneError,
    MetadataError,
    ChangelogCutError,
    ChangelogRecordError,
    SendError,
    NotCommittedError,
    RefusedError,
    LogUnavailableError,
    LocalStateError,
)
_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


@click.command()
@rules_option
@brokers_option
def run(rule_paths: tuple[Path, ...], brokers: str | None) -> None:
    """Work against a Kafka cluster until SIGTERM or Ctrl-C; as many as there are partitions.

    Every setting has a variable TAGGER_...; only TAGGER_BROKERS, or --brokers, is needed. Metrics
    and probes are on TAGGER_WEB_PORT: /metrics, /live, /ready.

    \b
    Example:
      tagger run --rules rules --brokers localhost:9092
    """
    settings = settings_of(brokers)
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format=_FORMAT)
    for library in ("faust", "mode"):
        logging.getLogger(library).setLevel(logging.WARNING)
    logging.getLogger("tagger").info("tagger %s", build_text())
    # The first process of a container is not ended by a signal that it does not ask for.
    with on_stop(lambda: sys.exit(0)), refusal_told(rule_paths):
        try:
            run_worker(settings, *rule_paths)
        except _FOR_THE_OPERATOR as error:
            raise CommandError(str(error)) from error
        except KafkaException as error:
            raise CommandError(
                f"the worker ends: {error.args[0].str()}; check that the brokers are up, and what "
                "TAGGER_SASL_USERNAME may do with the topics and the group"
            ) from error
        except OSError as error:
            raise CommandError(f"the worker ends: {error}") from error
