"""What a program publishes, read as a consumer of committed records reads it."""

import threading
import time
from io import BytesIO
from typing import Any, NamedTuple, Self

import fastavro
from confluent_kafka import OFFSET_BEGINNING, Consumer, TopicPartition

from bench.compare.scene import Scene
from bench.job.purchases import PARTITIONS
from bench.job.rule import TAG
from bench.job.truth import Change
from bench.machine import now_ms
from bench.peers.avro_records import CHANGE
from tagger.codecs import schemas
from tagger.codecs.framing import SINGLE_OBJECT_BYTES, single_object_header
from tagger.codecs.resolve import without_logical_types

QUIET_S = 1.0
_FIELDS = ("tag", "op", "effective_at")


class Output(NamedTuple):
    """A committed record and when it was here, milliseconds since the epoch."""

    key: bytes
    value: bytes
    seen_at: int


class Outputs:
    """Reads the topic of changes of a scene, in a thread, until it is left. `name` is the
    scene's."""

    def __init__(self, scene: Scene) -> None:
        self.name = scene.name
        self.of_partition: list[list[Output]] = [[] for _ in range(PARTITIONS)]
        self._stopped = threading.Event()
        self._consumer = Consumer(
            {
                "bootstrap.servers": scene.server.brokers,
                "group.id": f"{scene.name}-watched",
                "enable.auto.commit": False,
                "isolation.level": "read_committed",
                "fetch.wait.max.ms": 10,
                "queued.min.messages": 100_000,
            }
        )
        self._consumer.assign(
            [TopicPartition(scene.changes, each, OFFSET_BEGINNING) for each in range(PARTITIONS)]
        )
        self._thread = threading.Thread(target=self._read)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._thread.join()
        self._consumer.close()

    def counts(self) -> list[int]:
        """Records by partition so far."""
        return [len(each) for each in self.of_partition]

    def wait_until_quiet(self) -> None:
        """Return when nothing has come for `QUIET_S`, once nobody publishes any more."""
        before = [-1]
        while (counts := self.counts()) != before:
            before = counts
            time.sleep(QUIET_S)

    def _read(self) -> None:
        while not self._stopped.is_set():
            for message in self._consumer.consume(1_000, 0.02):
                key, value, partition = message.key(), message.value(), message.partition()
                if message.error() is None and key and value and partition is not None:
                    seen_at = now_ms()
                    self.of_partition[partition].append(Output(key, value, seen_at))


class ChangeReader:
    """Reads changes of this program and of its peers; of each only what the rule says."""

    def __init__(self) -> None:
        writers = (schemas.current("TagChange"), CHANGE)
        self._schemas = {single_object_header(each): _projected(each) for each in writers}

    def read(self, value: bytes) -> Change | None:
        """A change of the job's tag; None for any other record. Raises LookupError for an unknown
        schema."""
        stream = BytesIO(value)
        header = stream.read(SINGLE_OBJECT_BYTES)
        writer, reader = self._schemas[header]
        record: Any = fastavro.schemaless_reader(stream, writer, reader)
        if record["tag"] != TAG or record["op"] not in ("added", "removed"):
            return None
        return Change(record["op"], record["effective_at"])


def changes_by_customer(outputs: Outputs) -> dict[str, list[Change]]:
    """In the order in which they were published."""
    read = ChangeReader().read
    found: dict[str, list[Change]] = {}
    for partition in outputs.of_partition:
        for output in partition:
            change = read(output.value)
            if change is not None:
                found.setdefault(output.key.decode(), []).append(change)
    return found


def _projected(writer: schemas.Schema) -> tuple[Any, Any]:
    """The writer's schema, and one of a reader that wants only what the rule says."""
    plain = without_logical_types(writer)
    wanted = [field for field in plain["fields"] if field["name"] in _FIELDS]
    return fastavro.parse_schema(plain), fastavro.parse_schema({**plain, "fields": wanted})
