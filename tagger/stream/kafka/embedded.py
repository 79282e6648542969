"""A broker inside this process: librdkafka's mock cluster.

It needs nothing installed and starts in milliseconds. It starts empty and forgets everything at
its end, has no transactions and no compaction, and silently trims a partition to its newest 5 MiB:
whoever writes much must wait for the readers, see `Feed`.
"""

import logging
from collections.abc import Iterable
from types import TracebackType
from typing import Self

from confluent_kafka import Producer

PARTITIONS = 4
"""Of every topic; the mock cluster's own choice."""

_START_S = 10.0


class EmbeddedBroker:
    """Runs from `with` to its end; close its clients first. Other processes may connect too."""

    def __init__(self, topics: Iterable[str]) -> None:
        self._topics = tuple(topics)
        self._cluster: Producer | None = None
        self.brokers = ""
        """`host:port`, for `bootstrap.servers`."""

    def __enter__(self) -> Self:
        quiet = logging.getLogger("tagger.kafka.embedded")
        quiet.setLevel(logging.CRITICAL)
        cluster = Producer({"bootstrap.servers": "none", "test.mock.num.brokers": 1}, logger=quiet)
        known = cluster.list_topics(timeout=_START_S).brokers.values()
        self.brokers = ",".join(f"{broker.host}:{broker.port}" for broker in known)
        for topic in self._topics:
            cluster.list_topics(topic, timeout=_START_S)
        self._cluster = cluster
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._cluster = None
