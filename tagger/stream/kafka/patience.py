"""Questions to brokers that are asked again while leaders move or brokers are away."""

import time
from collections.abc import Callable
from typing import TypeVar

from confluent_kafka import KafkaException

from tagger.stream.kafka.refusals import lacked_right
from tagger.stream.log import LogUnavailableError

Answer = TypeVar("Answer")

PAUSE_S = 0.1
PATIENCE_S = 30.0


class UnansweredError(LogUnavailableError):
    """Nobody answered for `PATIENCE_S`."""


def patiently(ask: Callable[[], Answer]) -> Answer:
    """The answer, for which this blocks. Raises UnansweredError when there is none in the end, and
    RefusedError at once when a right is missing."""
    deadline_s = time.monotonic() + PATIENCE_S
    while True:
        try:
            return ask()
        except KafkaException as failure:
            if (lasting := lacked_right(failure.args[0])) is not None:
                raise lasting from failure
            if time.monotonic() > deadline_s:
                raise UnansweredError(failure.args[0].str()) from failure
            time.sleep(PAUSE_S)
