"""The peers in Java: where Maven has put them, their settings, and how they are started."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from bench.compare.errors import BenchError
from bench.compare.process import Command
from bench.compare.program import Program
from bench.compare.scene import Scene
from bench.results import ROOT

STREAMS_FOLDER = ROOT / ".cache/peers/kafka-streams"
FLINK_FOLDER = ROOT / ".cache/peers/flink"

_JVM = ("-Xms1g", "-Xmx1g", "-XX:+UseParallelGC")
_OPENED = tuple(
    f"--add-opens=java.base/java.{package}=ALL-UNNAMED" for package in ("lang", "time", "util")
)
"""Flink's own classes look into these."""
_STREAMS_SETTINGS: dict[str, str] = {
    "num.stream.threads": "1",
    "commit.interval.ms": "100",
    "statestore.cache.max.bytes": str(128 << 20),
    "rocksdb.config.setter": "bench.RocksSettings",
    "replication.factor": "1",
    "enable.metrics.push": "false",
    "auto.offset.reset": "earliest",
    "main.consumer.max.poll.records": "5000",
    "main.consumer.max.partition.fetch.bytes": str(8 << 20),
    "producer.compression.type": "lz4",
    "producer.linger.ms": "10",
    "producer.batch.size": str(128 << 10),
    "producer.buffer.memory": str(64 << 20),
}
_FLINK_SETTINGS: dict[str, str] = {
    "taskmanager.numberOfTaskSlots": "1",
    "taskmanager.memory.managed.size": "256m",
    "state.backend.type": "rocksdb",
    "state.backend.rocksdb.timer-service.factory": "HEAP",
    "state.backend.rocksdb.use-bloom-filter": "true",
    "execution.checkpointing.interval": "1 s",
    "execution.checkpointing.incremental": "true",
    "pipeline.object-reuse": "true",
    "pipeline.auto-watermark-interval": "100 ms",
    "restart-strategy.type": "none",
    "consumer.max.poll.records": "5000",
    "consumer.max.partition.fetch.bytes": str(8 << 20),
    "producer.transaction.timeout.ms": "600000",
    "producer.compression.type": "lz4",
    "producer.linger.ms": "10",
    "producer.batch.size": str(128 << 10),
    "producer.buffer.memory": str(64 << 20),
}


def _streams(guarantee: str, scene: Scene) -> Sequence[Command]:
    settings = {
        **_STREAMS_SETTINGS,
        "processing.guarantee": guarantee,
        "bootstrap.servers": scene.server.brokers,
        "application.id": scene.name,
        "state.dir": str(scene.folder / "state"),
    }
    file = _written(scene, settings)
    return _java(STREAMS_FOLDER, (), scene.events, scene.changes, str(file))


def _flink(scene: Scene) -> Sequence[Command]:
    settings = {
        **_FLINK_SETTINGS,
        "execution.checkpointing.dir": (scene.folder / "checkpoints").as_uri(),
        "state.backend.rocksdb.localdir": str(scene.folder / "state"),
        "io.tmp.dirs": str(scene.folder),
    }
    names = (scene.server.brokers, scene.name, scene.events, scene.changes)
    return _java(FLINK_FOLDER, _OPENED, *names, str(_written(scene, settings)))


def _java(folder: Path, options: Sequence[str], *arguments: str) -> Sequence[Command]:
    jar = folder / f"{folder.name}-peer.jar"
    if not jar.exists():
        raise BenchError(f"{jar.relative_to(ROOT)} is missing: run `make peers further-peers`")
    path = f"{jar}:{folder}/libs/*"
    quiet = "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"
    java = ("java", *_JVM, *options, quiet, "-cp", path, "bench.Main")
    return [Command((*java, *arguments))]


def _written(scene: Scene, settings: Mapping[str, str]) -> Path:
    file = scene.folder / "peer.properties"
    file.write_text("".join(f"{name}={value}\n" for name, value in settings.items()), "utf-8")
    return file


_LAUNCHER = f"java {' '.join(_JVM)}"
STREAMS_EXACTLY_ONCE = Program(
    "kafka-streams",
    "Kafka Streams",
    "exactly once",
    {"processing.guarantee": "exactly_once_v2", **_STREAMS_SETTINGS},
    partial(_streams, "exactly_once_v2"),
    _LAUNCHER,
)
STREAMS_AT_LEAST_ONCE = Program(
    "kafka-streams-alo",
    "Kafka Streams",
    "at least once",
    {"processing.guarantee": "at_least_once", **_STREAMS_SETTINGS},
    partial(_streams, "at_least_once"),
    _LAUNCHER,
)
FLINK = Program(
    "flink",
    "Flink",
    "exactly once",
    _FLINK_SETTINGS,
    _flink,
    " ".join((_LAUNCHER, *_OPENED)),
    note="A cluster of one slot within the program's own process. A checkpoint, and with it a "
    "transaction, every second: Flink's cost more than those of Kafka Streams, and every 100 ms "
    "would be dear.",
)
