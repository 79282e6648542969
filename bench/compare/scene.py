"""Topics and names for one run of one program, so that no run sees another one's."""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from confluent_kafka import Consumer, KafkaException, TopicPartition

from bench.job.purchases import PARTITIONS
from tests.integration.kafka_server import KafkaServer

KEPT_FOR_EVER = {"retention.ms": "-1", "segment.ms": str(10 * 365 * 86_400_000)}
"""For topics whose records are as old as the job: brokers remove and cut by the records' times."""


@dataclass(frozen=True)
class Scene:
    """`name` is the group and the prefix of the run's own topics; `events` is the topic that is
    read, `folder` is the run's own."""

    server: KafkaServer
    name: str
    events: str
    folder: Path

    @property
    def changes(self) -> str:
        """The topic that the program publishes to."""
        return f"{self.name}.changes"

    def create_topics(self) -> None:
        """Make the topic of changes."""
        self.server.create_topics([self.changes], PARTITIONS, KEPT_FOR_EVER)


class Progress:
    """How many purchases a group has committed, as far as it is known."""

    def __init__(self, scene: Scene) -> None:
        self._consumer = Consumer(
            {
                "bootstrap.servers": scene.server.brokers,
                "group.id": scene.name,
                "enable.auto.commit": False,
                "isolation.level": "read_uncommitted",
            }
        )
        self._heard = 0
        self._partitions = [TopicPartition(scene.events, each) for each in range(PARTITIONS)]

    def committed(self) -> int:
        """All partitions together. While the group has no coordinator, what was heard last."""
        with suppress(KafkaException):
            found = self._consumer.committed(self._partitions, 10)
            self._heard = sum(max(0, each.offset) for each in found if each.error is None)
        return self._heard

    def close(self) -> None:
        """Let go of the broker."""
        self._consumer.close()
