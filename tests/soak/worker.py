"""A worker that passes the points at which it may be made to end: `python -m tests.soak.worker`.

`SOAK_MAILBOX` names the file of its orders, see `orders`. Without an order it is a worker like any
other.
"""

import faulthandler
import logging
import os
import signal
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from confluent_kafka import Producer

from tagger.settings import Settings
from tagger.stream.kafka import clients
from tagger.stream.kafka.changelog import ChangelogReader
from tagger.stream.log import Row
from tagger.stream.stores.cached import CachedStore
from tagger.wiring import run_worker

from .orders import Mailbox

RULES = Path(__file__).with_name("rules")
FLUSH_S = 30.0


class WatchedProducer:
    """A producer whose transactions pass the points."""

    def __init__(self, producer: Producer, mailbox: Mailbox) -> None:
        self._producer = producer
        self._mailbox = mailbox

    def __getattr__(self, name: str) -> Any:
        return getattr(self._producer, name)

    def begin_transaction(self) -> None:
        self._mailbox.passes("begun")
        self._producer.begin_transaction()

    def send_offsets_to_transaction(self, *args: Any) -> None:
        self._producer.flush(FLUSH_S)
        self._mailbox.passes("produced")
        self._producer.send_offsets_to_transaction(*args)
        self._mailbox.passes("offsets sent")

    def commit_transaction(self, *args: Any) -> None:
        self._producer.commit_transaction(*args)
        self._mailbox.passes("committed")


def watch(mailbox: Mailbox) -> None:
    """Put the points into this process."""
    make, read = clients.transactional_producer, ChangelogReader.read
    write = CachedStore.committed

    def watched_producer(*args: Any, **named: Any) -> Any:
        return WatchedProducer(make(*args, **named), mailbox)

    def watched_read(self: ChangelogReader) -> Any:
        mailbox.passes("restoring")
        return read(self)

    def watched_write(
        self: CachedStore, rows: Sequence[Row], reached: int | None, now: int
    ) -> None:
        write(self, rows, reached, now)
        mailbox.passes("stored")

    clients.transactional_producer = watched_producer
    CachedStore.committed = watched_write  # type: ignore[method-assign]
    ChangelogReader.read = watched_read  # type: ignore[method-assign]


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    faulthandler.register(signal.SIGUSR1)
    watch(Mailbox(Path(os.environ["SOAK_MAILBOX"])))
    run_worker(Settings.from_environment(os.environ), RULES)
