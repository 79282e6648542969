"""Keeps what repeats itself while brokers are away from filling the log."""

import logging
import time
from collections.abc import Callable

EVERY_S = 5.0
_CLIENT_FORMAT = "%s [%s] %s"
"""In which the Kafka client logs: a word for the kind, the client's name, and what it says."""
_CONNECTIONS = ("FAIL", "ERROR")


class Seldom:
    """Lets something be told of each kind every few seconds. `clock_s` never goes back."""

    def __init__(self, clock_s: Callable[[], float] = time.monotonic) -> None:
        self._clock_s = clock_s
        self._told_at: dict[object, float] = {}

    def is_time_for(self, kind: object) -> bool:
        """Whether to tell it now; answering yes counts as telling."""
        now_s, told_at = self._clock_s(), self._told_at.get(kind)
        if told_at is not None and now_s - told_at < EVERY_S:
            return False
        self._told_at[kind] = now_s
        return True


class ConnectionLines(logging.Filter):
    """Lets the client's lines about connections that fail pass every few seconds; it writes one
    for every attempt to reach every broker."""

    def __init__(self, clock_s: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._seldom = Seldom(clock_s)

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the line passes."""
        if record.msg != _CLIENT_FORMAT or not isinstance(record.args, tuple):
            return True
        kind = record.args[0]
        return kind not in _CONNECTIONS or self._seldom.is_time_for(kind)
