"""Where the time goes, as a picture: `python -m bench.flame`, or `make flame`.

The stages of a worker run in one process without a broker, and a profiler looks a few hundred times
a second what they are at; `build/flame.svg` is wide where they were often. Options that are not
known here go to `bench.stages`. With `--worker` it is a worker in the comparison's job, on a real
Kafka. The profiler has an environment of its own, so the program does not depend on it.
"""

import argparse
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.compare.errors import BenchError
from bench.compare.feed import written
from bench.compare.process import Command, running, wait_until
from bench.compare.program import MEASURED, Program
from bench.compare.scene import Progress, Scene
from bench.compare.tagger_programs import PACKS, TAGGER
from bench.job.purchases import Job
from bench.results import ROOT
from tests.integration.kafka_server import KafkaServer, KafkaServerError

PROFILER = ROOT / ".cache/flame/bin/py-spy"
PICTURE = ROOT / "build/flame.svg"
PATIENCE_S = 600.0
EVENTS = 100_000
"""Of the worker, if nothing else is asked for."""


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
            topic, _ = written(server, Job.until_now(events), program.compression)
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
    with (
        closing(Progress(scene)) as progress,
        running([command], scene.folder, to_children=True) as process,
    ):
        wait_until(lambda: progress.committed() >= events, PATIENCE_S, process, "the last purchase")


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
