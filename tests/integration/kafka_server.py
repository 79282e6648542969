"""Apache Kafka for tests, KRaft: one broker, or a cluster of three whose records have three copies.

Brokers are killed, shut down and started again one by one or all together; what they have kept
stays under the folder.
"""

import socket
import time
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from confluent_kafka.admin import (  # type: ignore[attr-defined]
    AdminClient,
    NewTopic,
    TopicMetadata,
)

from .kafka_node import JARS, START_S, KafkaNode, KafkaServerError, Place, free_places

__all__ = ["CLUSTER_ID", "JARS", "PROPERTIES", "KafkaServer", "KafkaServerError", "free_port"]

CLUSTER_ID = "dGFnZ2VyLXRlc3RzLWthZg"
HEAP_MB = 512
CLUSTER_HEAP_MB = 320
"""Of each node of several."""
PROPERTIES = """
process.roles=broker,controller
node.id={number}
listeners=PLAINTEXT://{address},CONTROLLER://{controller}
advertised.listeners=PLAINTEXT://{address}
controller.listener.names=CONTROLLER
controller.quorum.bootstrap.servers={controllers}
log.dirs={data}
auto.create.topics.enable=false
default.replication.factor={replicas}
min.insync.replicas={in_sync}
num.network.threads=2
num.io.threads=4
offsets.topic.replication.factor={replicas}
offsets.topic.num.partitions=2
transaction.state.log.replication.factor={replicas}
transaction.state.log.min.isr={in_sync}
transaction.state.log.num.partitions=2
broker.session.timeout.ms=6000
broker.heartbeat.interval.ms=1000
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
group.consumer.session.timeout.ms=6000
group.consumer.min.session.timeout.ms=1000
group.consumer.heartbeat.interval.ms=500
group.consumer.min.heartbeat.interval.ms=500
"""
"""Of a node. `replicas` copies of every record are kept, and `in_sync` of them have to take it."""


class KafkaServer:
    """Runs between `start` and `stop`. Nodes are numbered from 1; `count` is 1 or 3."""

    def __init__(self, folder: Path, count: int = 1) -> None:
        self._places = free_places(count)
        self.replicas = min(3, count)
        self.brokers = ",".join(place.address for place in self._places)
        heap_mb = HEAP_MB if count == 1 else CLUSTER_HEAP_MB
        self._nodes: dict[int, KafkaNode] = {}
        for place in self._places:
            own = folder if count == 1 else folder / f"node-{place.number}"
            properties = self._properties(place, own / "data")
            self._nodes[place.number] = KafkaNode(place, own, properties, self._places, heap_mb)

    @property
    def numbers(self) -> list[int]:
        """The nodes."""
        return list(self._nodes)

    @property
    def pid(self) -> int:
        """The first node's process. Raises KafkaServerError when it has not been started."""
        return self._nodes[1].pid

    def start(self) -> None:
        """Return when all nodes answer. Raises KafkaServerError."""
        with ThreadPoolExecutor(len(self._nodes)) as threads:
            list(threads.map(lambda node: node.format(CLUSTER_ID), self._nodes.values()))
        self.restart()

    def restart(self) -> None:
        """Kill all nodes that run, start them on what they have kept, and return when they answer.
        Raises KafkaServerError."""
        self.stop()
        self.launch(*self._nodes)

    def launch(self, *numbers: int) -> None:
        """Start nodes that do not run, and return when they answer. Raises KafkaServerError."""
        for number in numbers:
            self._nodes[number].launch()
        for number in numbers:
            self._nodes[number].wait_until_it_answers()

    def kill(self, *numbers: int) -> None:
        """End nodes at once; those that do not run stay so."""
        for number in numbers:
            self._nodes[number].kill()

    def shut_down(self, number: int) -> None:
        """End a node as an operator does: its partitions get other leaders first."""
        self._nodes[number].shut_down()

    def stop(self) -> None:
        """Kill all nodes."""
        self.kill(*self._nodes)

    def create_topics(
        self, names: Iterable[str], partitions: int, settings: Mapping[str, str] | None = None
    ) -> None:
        """Make topics and wait until they are there."""
        names = tuple(names)
        admin = AdminClient({"bootstrap.servers": self.brokers})
        made = admin.create_topics(
            [
                NewTopic(name, partitions, self.replicas, config=dict(settings or {}))
                for name in names
            ]
        )
        for answer in made.values():
            answer.result(30)
        deadline_s = time.monotonic() + START_S
        while not self._have_leaders(admin, names, partitions):
            assert time.monotonic() < deadline_s, "the topics have no leaders"

    def until_in_sync(self) -> None:
        """Wait until every partition of every topic has all its copies in sync."""
        admin = AdminClient({"bootstrap.servers": self.brokers, "log_level": 0})
        deadline_s = time.monotonic() + START_S
        while not all(map(_is_in_sync, admin.list_topics(timeout=30).topics.values())):
            assert time.monotonic() < deadline_s, "copies are not in sync"
            time.sleep(0.2)

    def renew_topics(self, names: tuple[str, ...], partitions: int) -> None:
        """Make topics that are empty, whatever was there before."""
        admin = AdminClient({"bootstrap.servers": self.brokers})
        known = admin.list_topics(timeout=30).topics
        self.delete_topics([name for name in names if name in known])
        self.create_topics(names, partitions)

    def delete_topics(self, names: Iterable[str]) -> None:
        """Remove topics, with all that they hold."""
        doomed = list(names)
        if doomed:
            admin = AdminClient({"bootstrap.servers": self.brokers})
            for answer in admin.delete_topics(doomed).values():
                answer.result(30)

    def _have_leaders(self, admin: AdminClient, names: tuple[str, ...], partitions: int) -> bool:
        known = admin.list_topics(timeout=30).topics
        return all(
            name in known
            and len(known[name].partitions) == partitions
            and all(each.leader >= 0 for each in known[name].partitions.values())
            for name in names
        )

    def _properties(self, place: Place, data: Path) -> str:
        return PROPERTIES.format(
            number=place.number,
            address=place.address,
            controller=place.controller,
            controllers=",".join(each.controller for each in self._places),
            data=data,
            replicas=self.replicas,
            in_sync=max(1, self.replicas - 1),
        )


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _is_in_sync(topic: TopicMetadata) -> bool:
    return all(
        each.leader >= 0 and len(each.isrs) == len(each.replicas)
        for each in topic.partitions.values()
    )
