"""What commands that talk to a Kafka cluster share: settings, and an orderly stop."""

import logging
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tagger.cli.console import CommandError
from tagger.codecs.schema_ids import SchemaIds, SchemaIdsError
from tagger.environment import SettingsError
from tagger.settings import Settings
from tagger.stream import schema_ids


def settings_of(brokers: str | None) -> Settings:
    """The operator's settings. Raises CommandError with everything that is wrong with them."""
    try:
        return Settings.from_environment(os.environ, brokers)
    except SettingsError as error:
        hint = "; or give --brokers" if any("_BROKERS:" in fault for fault in error.faults) else ""
        raise CommandError("\n".join(error.faults) + hint) from error


def ids_of(settings: Settings) -> SchemaIds:
    """The schema registry's ids that the settings name. Raises CommandError; when the ids are
    asked for and the registry does not answer, SchemaIdsError, which `ids_needed` tells."""
    with ids_needed():
        return schema_ids.ids_of(settings)


@contextmanager
def ids_needed() -> Iterator[None]:
    """Around what needs the ids: what cannot be had of them is told as a CommandError."""
    try:
        yield
    except (SchemaIdsError, SettingsError) as error:
        raise CommandError(str(error)) from error


def quiet_client() -> None:
    """Keeps the client's log lines off the screen: commands say what went wrong themselves."""
    logging.getLogger("tagger.kafka").addHandler(logging.NullHandler())


@contextmanager
def on_stop(act: Callable[[], None]) -> Iterator[None]:
    """Makes Ctrl-C and SIGTERM call `act`, from a signal handler, instead of ending the program."""
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.signal(number, lambda *_: act()) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
