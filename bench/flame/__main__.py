"""Where the time goes, as a picture: `python -m bench.flame`, or `make flame`.

The stages of a worker run in one process without a broker, and a profiler looks a few hundred times
a second what they are at; `build/flame.svg` is wide where they were often. Options that are not
known here go to `bench.stages`. With `--worker` it is a worker in the comparison's job, on a real
Kafka. The profiler has an environment of its own, so the program does not depend on it.
"""

import argparse
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.compare.errors import BenchError
from bench.compare.feed import written
from bench.compare.process import Command, running
from bench.compare.program import MEASURED, ROOT, Program
from bench.compare.scene import Progress, Scene
from bench.compare.tagger_programs import PACKS, TAGGER
from bench.job.purchases import Job
from tests.integration.kafka_server import KafkaServer, KafkaServerError

PROFILER = ROOT / ".cache/flame/bin/py-spy"
PICTURE = ROOT / "build/flame.svg"
PATIENCE_S = 600.0
EVENTS = 100_000
"""Of the worker, if nothing else is asked for."""
_BEFORE_NOW_MS = 60_000


def recorded(command: Sequence[str], rate: int) -> tuple[str, ...]:
    """The command under the profiler, which ends with it."""
    options = ("record", "--function", "--rate", str(rate), "--output", str(PICTURE))
    return (str(PROFILER), *options, "--", *command)


def of_stages(given: Sequence[str], rate: int) -> int:
    """The exit code of `bench.stages`."""
    command = recorded((sys.executable, "-m", "bench.stages", *given), rate)
    return subprocess.run(command, check=False, cwd=MEASURED).returncode


def of_worker(program: Program, events: int, rate: int) -> None:
    """From its start until it has worked through the backlog. Raises BenchError, or
    KafkaServerError."""
    with TemporaryDirectory(prefix="tagger-flame-") as folder:
        server = KafkaServer(Path(folder) / "kafka")
        try:
            server.start()
            job = Job(events, time.time_ns() // 1_000_000 - _BEFORE_NOW_MS)
            topic, _ = written(server, job, program.compression)
            own = Path(folder) / "worker"
            own.mkdir()
            scene = Scene(server, program.key, topic, own)
            scene.create_topics()
            (worker,) = program.start(scene)
            command = Command(recorded(worker.arguments, rate), worker.variables)
            _watch(command, scene, events)
        finally:
            server.stop()


def _watch(command: Command, scene: Scene, events: int) -> None:
    progress = Progress(scene)
    deadline_s = time.monotonic() + PATIENCE_S
    try:
        with running([command], scene.folder, to_children=True) as process:
            while progress.committed() < events:
                process.cpu_s()
                if time.monotonic() > deadline_s:
                    raise BenchError(f"not done within {PATIENCE_S:.0f} s\n{process.said()}")
                time.sleep(0.5)
    finally:
        progress.close()


def _and_events(given: Sequence[str], events: int | None) -> Sequence[str]:
    return given if events is None else (*given, "--events", str(events))


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when there is a new picture."""
    parser = argparse.ArgumentParser(prog="python -m bench.flame", description=__doc__)
    parser.add_argument("--rate", type=int, default=200, help="looks a second")
    parser.add_argument("--worker", action="store_true", help="a worker on a real Kafka")
    parser.add_argument("--packs", action="store_true", help="the worker has the shipped packs")
    parser.add_argument("--events", type=int, help="purchases")
    asked, rest = parser.parse_known_args(arguments)
    if not PROFILER.exists():
        sys.stderr.write(f"{PROFILER.relative_to(ROOT)} is missing: run `make flame`\n")
        return 2
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.unlink(missing_ok=True)
    try:
        if asked.worker:
            of_worker(PACKS if asked.packs else TAGGER, asked.events or EVENTS, asked.rate)
        elif code := of_stages(_and_events(rest, asked.events), asked.rate):
            return code
    except (BenchError, KafkaServerError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    if not PICTURE.exists():
        sys.stderr.write("the profiler has drawn nothing; may it look into other processes here?\n")
        return 2
    sys.stdout.write(f"{PICTURE.relative_to(ROOT)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
