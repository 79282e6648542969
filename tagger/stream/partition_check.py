"""Whether the input topics still have the partitions that the shards stand for.

A topic that is given more partitions while workers run splits customers: producers put their
records on other partitions from then on, and no shard reads the new ones. Nobody's events can be
said to be in then, so no clock may move until the number is right again.
"""

import logging
from collections.abc import Iterable, Mapping

from tagger.telemetry import Telemetry

logger = logging.getLogger("tagger.stream")


class PartitionCheck:
    """Compares what the brokers say about `topics` with `expected`, the number of shards."""

    def __init__(self, topics: Iterable[str], expected: int, telemetry: Telemetry) -> None:
        self._expected = expected
        self._telemetry = telemetry
        self._counts = dict.fromkeys(topics, expected)
        for topic in self._counts:
            telemetry.partitions_unread(topic, 0)

    @property
    def fault(self) -> str:
        """What is wrong, whose fault it is and what to do; empty while nothing is."""
        wrong = [
            f"{topic} has {count}"
            for topic, count in self._counts.items()
            if count != self._expected
        ]
        if not wrong:
            return ""
        return (
            f"the input topics had {self._expected} partitions when this worker started, and now "
            f"{', '.join(wrong)}: somebody changed them while workers run, so records of one "
            "customer lie on two partitions. No tag changes by time until the numbers are right. "
            "Stop the workers and the producers and see tagger topics migrate, which puts every "
            "record where its customer's profile is"
        )

    def take(self, counts: Mapping[str, int]) -> None:
        """Take over an answer; topics that it leaves out stay as they were."""
        before = self.fault
        for topic, count in counts.items():
            if topic in self._counts and self._counts[topic] != count:
                self._counts[topic] = count
                self._telemetry.partitions_unread(topic, count - self._expected)
        if self.fault and self.fault != before:
            logger.error("%s", self.fault)
        elif before and not self.fault:
            logger.warning("the input topics have %d partitions again", self._expected)
