"""One process of Apache Kafka, broker and controller in one, run from the jars that
`make kafka-jars` fetches."""

import base64
import shutil
import socket
import subprocess
import time
from pathlib import Path

import msgspec
from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

JARS = Path(".cache/kafka-libs")
START_S = 120.0
STOP_S = 30.0
LOG_TAIL = 2_000
"""Characters of a log that an error quotes."""


class KafkaServerError(Exception):
    """Brokers could not be started; the message says what is missing or what they wrote."""


class Place(msgspec.Struct, frozen=True):
    """Where a node is found: its number, from 1 on, and its ports on this machine."""

    number: int
    port: int
    controller_port: int

    @property
    def address(self) -> str:
        """For clients."""
        return f"127.0.0.1:{self.port}"

    @property
    def controller(self) -> str:
        """For other nodes."""
        return f"127.0.0.1:{self.controller_port}"

    @property
    def voter(self) -> str:
        """The node as a first member of the quorum, as `StorageTool` wants it."""
        name = base64.urlsafe_b64encode(b"tagger-node-%04d" % self.number).decode().rstrip("=")
        return f"{self.number}@{self.controller}:{name}"


def free_places(count: int) -> list[Place]:
    """So many nodes on ports that nobody listens on."""
    probes = [socket.socket() for _ in range(2 * count)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        ports = [probe.getsockname()[1] for probe in probes]
    finally:
        for probe in probes:
            probe.close()
    return [Place(n + 1, ports[2 * n], ports[2 * n + 1]) for n in range(count)]


class KafkaNode:
    """A node that keeps everything under `folder`. `properties` is the text of its configuration,
    `voters` all first members of the quorum."""

    def __init__(
        self, place: Place, folder: Path, properties: str, voters: list[Place], heap_mb: int
    ) -> None:
        self.place = place
        self._folder = folder
        self._properties = folder / "server.properties"
        self._voters = voters
        self._heap_mb = heap_mb
        self._process: subprocess.Popen[bytes] | None = None
        folder.mkdir(parents=True, exist_ok=True)
        self._properties.write_text(properties)

    @property
    def pid(self) -> int:
        """The node's process. Raises KafkaServerError when it has not been started."""
        if self._process is None:
            raise KafkaServerError("the broker has not been started")
        return self._process.pid

    @property
    def runs(self) -> bool:
        """Whether the process is there."""
        return self._process is not None and self._process.poll() is None

    def format(self, cluster_id: str) -> None:
        """Prepare the node's storage, once. Raises KafkaServerError."""
        voters = ",".join(place.voter for place in self._voters)
        done = subprocess.run(
            [
                *self._java(),
                "kafka.tools.StorageTool",
                *("format", "-t", cluster_id, "-c", str(self._properties)),
                *("--initial-controllers", voters),
            ],
            capture_output=True,
            check=False,
        )
        if done.returncode:
            raise KafkaServerError(f"format failed: {done.stderr.decode()[-LOG_TAIL:]}")

    def launch(self) -> None:
        """Start the process on what it has kept. Raises KafkaServerError without Java."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [*self._java(), "kafka.Kafka", str(self._properties)], stdout=log, stderr=log
            )

    def wait_until_it_answers(self) -> None:
        """Raises KafkaServerError when it ends instead, or does not answer in time."""
        admin = AdminClient({"bootstrap.servers": self.place.address, "log_level": 0})
        deadline_s = time.monotonic() + START_S
        while time.monotonic() < deadline_s and self.runs:
            try:
                admin.list_topics(timeout=1)
            except KafkaException:
                continue
            return
        self.kill()
        log = self._log.read_text(errors="replace")[-LOG_TAIL:]
        raise KafkaServerError(f"the broker does not answer; it wrote: {log}")

    def kill(self) -> None:
        """End the process at once."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def shut_down(self) -> None:
        """End the process in an orderly way: it hands its partitions over first. One that takes
        too long is killed."""
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                self.kill()

    @property
    def _log(self) -> Path:
        return self._folder / "server.log"

    def _java(self) -> list[str]:
        java = shutil.which("java")
        if java is None:
            raise KafkaServerError(
                "these tests need Java 17 or newer: apt-get install openjdk-17-jre-headless"
            )
        if not any(JARS.glob("kafka_*.jar")):
            raise KafkaServerError(f"these tests need Kafka's jars in {JARS}: make kafka-jars")
        return [
            java,
            f"-Xmx{self._heap_mb}m",
            *("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"),
            *("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-cp", f"{JARS}/*"),
        ]
