"""A worker that dies at a chosen point: `python -m tests.soak.worker`.

`SOAK_POINT` names the point, `SOAK_AFTER` how many times it is passed before, and `SOAK_DEATHS` a
file that gets a line when it happens. Without a point it is a worker like any other. It dies as by
SIGKILL, with nothing flushed and nobody told.
"""

import logging
import os
import signal
from pathlib import Path
from typing import Any

from confluent_kafka import Producer

from tagger.settings import Settings
from tagger.stream.kafka import clients
from tagger.stream.kafka.changelog import ChangelogReader
from tagger.wiring import run_worker

POINTS = ("produced", "offsets sent", "committed", "restoring")
RULES = Path(__file__).with_name("rules")


class Doom:
    """Counts how often the point is passed."""

    def __init__(self, point: str, after: int, deaths: str) -> None:
        self._point = point
        self._left = after
        self._deaths = deaths

    def passes(self, point: str) -> None:
        """Die here if it is time."""
        if point != self._point:
            return
        self._left -= 1
        if self._left < 0:
            with Path(self._deaths).open("a") as deaths:
                deaths.write(point + "\n")
            os.kill(os.getpid(), signal.SIGKILL)


class DoomedProducer:
    """A producer whose transactions pass the points."""

    def __init__(self, producer: Producer, doom: Doom) -> None:
        self._producer = producer
        self._doom = doom

    def __getattr__(self, name: str) -> Any:
        return getattr(self._producer, name)

    def send_offsets_to_transaction(self, *args: Any) -> None:
        self._producer.flush(30)
        self._doom.passes("produced")
        self._producer.send_offsets_to_transaction(*args)
        self._doom.passes("offsets sent")

    def commit_transaction(self, *args: Any) -> None:
        self._producer.commit_transaction(*args)
        self._doom.passes("committed")


def arm(doom: Doom) -> None:
    """Put the points into this process."""
    make, read = clients.transactional_producer, ChangelogReader.read

    def doomed_producer(settings: Settings, name: str) -> Any:
        return DoomedProducer(make(settings, name), doom)

    def doomed_read(self: ChangelogReader) -> list[tuple[bytes, bytes | None]] | None:
        doom.passes("restoring")
        return read(self)

    clients.transactional_producer = doomed_producer
    ChangelogReader.read = doomed_read  # type: ignore[method-assign]


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    if point := os.environ.get("SOAK_POINT"):
        arm(Doom(point, int(os.environ["SOAK_AFTER"]), os.environ["SOAK_DEATHS"]))
    run_worker(Settings.from_environment(os.environ), RULES)
