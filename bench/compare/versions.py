"""Which versions of everything are compared."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from bench.compare.java_programs import FLINK_FOLDER, STREAMS_FOLDER
from bench.compare.program import MEASURED, Program
from bench.results import ROOT
from tests.integration.kafka_server import JARS

_OWN = ("confluent-kafka", "fastavro", "rocksdict")
_LOCK = ROOT / "bench/peers/requirements.lock"


def versions(programs: list[Program]) -> Iterator[str]:
    """Each with its name; those of peers where they are compared."""
    keys = {program.key for program in programs}
    yield f"tagger {version('tagger')}, {'compiled' if _is_compiled() else 'pure Python'}"
    yield f"Apache Kafka {_jar_version(ROOT / JARS, 'kafka_2.13')}"
    if keys & {"kafka-streams", "kafka-streams-alo"}:
        yield f"Kafka Streams {_jar_version(STREAMS_FOLDER / 'libs', 'kafka-streams')}"
    if "flink" in keys:
        yield f"Flink {_jar_version(FLINK_FOLDER / 'libs', 'flink-runtime')}"
        connector = _jar_version(FLINK_FOLDER / "libs", "flink-connector-kafka")
        yield f"its Kafka connector {connector}"
    for name, key in (("quixstreams", "quix"), ("bytewax", "bytewax")):
        if key in keys:
            yield f"{name} {_locked_version(name)}"
    if keys & {"quix", "bytewax"}:
        yield f"with these two confluent-kafka {_locked_version('confluent-kafka')}"
    if "duckdb" in keys:
        yield f"DuckDB {version('duckdb')}"
    yield f"faust-streaming {version('faust-streaming')}"
    for name in _OWN:
        yield f"{name} {version(name)}"
    asked = (shutil.which("java") or "java", "-version")
    said = subprocess.run(asked, capture_output=True, text=True, check=False).stderr
    yield said.splitlines()[0]


def _is_compiled() -> bool:
    return any((MEASURED / "tagger").rglob("*.so"))


def _jar_version(folder: Path, name: str) -> str:
    found = sorted(folder.glob(f"{name}-[0-9]*.jar"))
    return found[0].stem.removeprefix(f"{name}-") if found else "unknown"


def _locked_version(name: str) -> str:
    found = re.search(rf"^{name}==(\S+)", _LOCK.read_text("utf-8"), re.MULTILINE)
    return found[1] if found else "unknown"
