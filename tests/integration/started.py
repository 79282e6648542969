"""Brokers of tests, from their start to their end."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol, TypeVar

import pytest

from .kafka_node import KafkaServerError


class Server(Protocol):
    """Runs between `start` and `stop`."""

    def start(self) -> None:
        """Return when it answers. Raises KafkaServerError."""

    def stop(self) -> None:
        """End it, whether it runs or not."""


Started = TypeVar("Started", bound=Server)


@contextmanager
def started(server: Started) -> Iterator[Started]:
    """The server at work. A test that needs it fails with what it says when it does not start."""
    try:
        try:
            server.start()
        except KafkaServerError as error:
            pytest.fail(str(error), pytrace=False)
        yield server
    finally:
        server.stop()
