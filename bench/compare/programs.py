"""The programs that are compared: how each is set up and started as its user would."""

import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import msgspec

from bench.compare.errors import BenchError
from bench.compare.process import Command, clean_environment
from bench.compare.scene import Scene
from bench.job.purchases import PARTITIONS
from bench.job.rule import PACK
from bench.peers import hand_loop
from tagger.stream.topics import Topics
from tests.integration.kafka_server import free_port

ROOT = Path(__file__).resolve().parents[2]
STREAMS_FOLDER = ROOT / ".cache/peers/kafka-streams"
STREAMS_JAR = STREAMS_FOLDER / "kafka-streams-peer.jar"

STREAMS_JVM = ("-Xms1g", "-Xmx1g", "-XX:+UseParallelGC")
STREAMS_SETTINGS: dict[str, str] = {
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


@dataclass(frozen=True, eq=False)
class Program:
    """`key` names it on the command line, `settings` are those that differ from its defaults,
    `on_slice` has it do a smaller job, because it is slow. `start` may raise BenchError."""

    key: str
    title: str
    guarantee: str
    settings: Mapping[str, str]
    start: Callable[[Scene], Command]
    on_slice: bool = False


def _tagger(scene: Scene) -> Command:
    """`tagger run`, after `tagger topics apply`."""
    pack = scene.folder / "bench.yaml"
    pack.write_text(PACK, "utf-8")
    own = {role: f"{scene.name}.{name}" for role, name in msgspec.structs.asdict(Topics()).items()}
    names = {**own, "purchase": scene.events, "tag_change": scene.changes}
    variables = {
        "TAGGER_BROKERS": scene.server.brokers,
        "TAGGER_GROUP": scene.name,
        "TAGGER_WEB_HOST": "127.0.0.1",
        "TAGGER_WEB_PORT": str(free_port()),
        **{f"TAGGER_TOPIC_{role.upper()}": name for role, name in names.items()},
    }
    tagger = (sys.executable, "-m", "tagger")
    apply = (*tagger, "topics", "apply", "--partitions", str(PARTITIONS), "--replicas", "1")
    environment = clean_environment() | variables
    made = subprocess.run(apply, env=environment, capture_output=True, text=True, check=False)
    if made.returncode:
        raise BenchError(f"tagger topics apply: {made.stderr or made.stdout}")
    return Command((*tagger, "run", "--rules", str(pack)), variables)


def _streams(guarantee: str, scene: Scene) -> Command:
    if not STREAMS_JAR.exists():
        raise BenchError(f"{STREAMS_JAR.relative_to(ROOT)} is missing: run `make peers`")
    settings = {
        **STREAMS_SETTINGS,
        "processing.guarantee": guarantee,
        "bootstrap.servers": scene.server.brokers,
        "application.id": scene.name,
        "state.dir": str(scene.folder / "state"),
    }
    file = scene.folder / "streams.properties"
    file.write_text("".join(f"{name}={value}\n" for name, value in settings.items()), "utf-8")
    path = f"{STREAMS_JAR}:{STREAMS_FOLDER}/libs/*"
    quiet = "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"
    java = ("java", *STREAMS_JVM, quiet, "-cp", path, "bench.Main")
    return Command((*java, scene.events, scene.changes, str(file)))


def _hand_loop(scene: Scene) -> Command:
    names = (scene.server.brokers, scene.name, scene.events, scene.changes)
    return Command((sys.executable, "-m", "bench.peers.hand_loop", *names), _PEERS)


def _faust(scene: Scene) -> Command:
    variables = {
        "BENCH_BROKERS": scene.server.brokers,
        "BENCH_GROUP": scene.name,
        "BENCH_INPUT": scene.events,
        "BENCH_OUTPUT": scene.changes,
        "BENCH_FOLDER": str(scene.folder / "state"),
    }
    arguments = (sys.executable, "-m", "bench.peers.faust_table", "worker", "-l", "warn")
    return Command(arguments, {**_PEERS, **variables})


_PEERS = {"PYTHONPATH": str(ROOT)}
BASE = "kafka-streams"
"""The program that the others are compared with."""
PROGRAMS = (
    Program("tagger", "tagger", "exactly once", {}, _tagger),
    Program(
        BASE,
        "Kafka Streams",
        "exactly once",
        {"processing.guarantee": "exactly_once_v2", **STREAMS_SETTINGS},
        partial(_streams, "exactly_once_v2"),
    ),
    Program(
        "kafka-streams-alo",
        "Kafka Streams",
        "at least once",
        {"processing.guarantee": "at_least_once", **STREAMS_SETTINGS},
        partial(_streams, "at_least_once"),
    ),
    Program(
        "hand-loop",
        "loop in Python",
        "none",
        {name: str(value) for name, value in (hand_loop.CONSUMER | hand_loop.PRODUCER).items()},
        _hand_loop,
    ),
    Program("faust", "stock Faust", "at least once", {}, _faust, on_slice=True),
)


def is_streams(program: Program) -> bool:
    """Whether it runs on a Java machine."""
    return program.key.startswith(BASE)
