"""One Apache Kafka broker, KRaft, run from the jars that `make kafka-jars` fetches."""

import shutil
import socket
import subprocess
import time
from pathlib import Path

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient, NewTopic  # type: ignore[attr-defined]

JARS = Path(".cache/kafka-libs")
CLUSTER_ID = "dGFnZ2VyLXRlc3RzLWthZg"
START_S = 60.0
PROPERTIES = """
process.roles=broker,controller
node.id=1
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
controller.listener.names=CONTROLLER
controller.quorum.bootstrap.servers=127.0.0.1:{controller_port}
log.dirs={data}
auto.create.topics.enable=false
num.network.threads=2
num.io.threads=4
offsets.topic.replication.factor=1
offsets.topic.num.partitions=2
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=2
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
group.consumer.session.timeout.ms=6000
group.consumer.min.session.timeout.ms=1000
group.consumer.heartbeat.interval.ms=500
group.consumer.min.heartbeat.interval.ms=500
"""


class KafkaServerError(Exception):
    """The broker could not be started; the message says what is missing or what it wrote."""


class KafkaServer:
    """Runs between `start` and `stop`, with everything it keeps under `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._launch: list[str] = []
        self.brokers = ""

    def start(self) -> None:
        """Return when it answers. Raises KafkaServerError."""
        java = shutil.which("java")
        if java is None:
            raise KafkaServerError(
                "these tests need Java 17 or newer: apt-get install openjdk-17-jre-headless"
            )
        if not any(JARS.glob("kafka_*.jar")):
            raise KafkaServerError(f"these tests need Kafka's jars in {JARS}: make kafka-jars")
        command = [java, "-Xmx512m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"]
        command += ["-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-cp", f"{JARS}/*"]
        properties = self._write_properties()
        formatted = subprocess.run(
            [
                *command,
                "kafka.tools.StorageTool",
                *("format", "--standalone", "-t", CLUSTER_ID, "-c", str(properties)),
            ],
            capture_output=True,
            check=False,
        )
        if formatted.returncode:
            raise KafkaServerError(f"format failed: {formatted.stderr.decode()[-2_000:]}")
        self._launch = [*command, "kafka.Kafka", str(properties)]
        self.restart()

    def restart(self) -> None:
        """Kill the broker if it runs, start it on what it has kept, and return when it answers.
        Raises KafkaServerError."""
        self.stop()
        with (self._folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(self._launch, stdout=log, stderr=log)
        self._wait_until_it_answers(self._process)

    @property
    def pid(self) -> int:
        """The broker's process. Raises KafkaServerError when it does not run."""
        if self._process is None:
            raise KafkaServerError("the broker has not been started")
        return self._process.pid

    def stop(self) -> None:
        """End the broker's process."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def create_topics(self, names: tuple[str, ...], partitions: int) -> None:
        """Make topics and wait until they are there."""
        admin = AdminClient({"bootstrap.servers": self.brokers})
        made = admin.create_topics([NewTopic(name, partitions, 1) for name in names])
        for answer in made.values():
            answer.result(30)
        deadline_s = time.monotonic() + START_S
        while not self._have_leaders(admin, names, partitions):
            assert time.monotonic() < deadline_s, "the topics have no leaders"

    def _have_leaders(self, admin: AdminClient, names: tuple[str, ...], partitions: int) -> bool:
        known = admin.list_topics(timeout=30).topics
        return all(
            name in known
            and len(known[name].partitions) == partitions
            and all(each.leader >= 0 for each in known[name].partitions.values())
            for name in names
        )

    def renew_topics(self, names: tuple[str, ...], partitions: int) -> None:
        """Make topics that are empty, whatever was there before."""
        admin = AdminClient({"bootstrap.servers": self.brokers})
        known = admin.list_topics(timeout=30).topics
        doomed = [name for name in names if name in known]
        for answer in (admin.delete_topics(doomed) if doomed else {}).values():
            answer.result(30)
        self.create_topics(names, partitions)

    def _write_properties(self) -> Path:
        port, controller_port = _free_ports()
        self.brokers = f"127.0.0.1:{port}"
        path = self._folder / "server.properties"
        path.write_text(
            PROPERTIES.format(
                port=port, controller_port=controller_port, data=self._folder / "data"
            )
        )
        return path

    def _wait_until_it_answers(self, process: subprocess.Popen[bytes]) -> None:
        admin = AdminClient({"bootstrap.servers": self.brokers, "log_level": 0})
        deadline_s = time.monotonic() + START_S
        while time.monotonic() < deadline_s and process.poll() is None:
            try:
                admin.list_topics(timeout=1)
            except KafkaException:
                continue
            return
        process.kill()
        log = (self._folder / "server.log").read_text(errors="replace")[-2_000:]
        raise KafkaServerError(f"the broker does not answer; it wrote: {log}")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _free_ports() -> tuple[int, int]:
    with socket.socket() as one, socket.socket() as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        return one.getsockname()[1], other.getsockname()[1]
