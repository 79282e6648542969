"""A program's process: started, watched through /proc, stopped."""

import os
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from bench import machine
from bench.compare.errors import BenchError

STOP_S = 30.0
_TAIL = 3_000


@dataclass(frozen=True)
class Command:
    """What to start: arguments, and variables on top of the own environment's."""

    arguments: Sequence[str]
    variables: Mapping[str, str] = field(default_factory=dict)


class Watched:
    """A process that runs."""

    def __init__(self, process: "subprocess.Popen[bytes]", log: Path) -> None:
        self._process = process
        self._log = log

    def cpu_s(self) -> float:
        """Processor time of all its threads so far. Raises BenchError when it has ended."""
        code = self._process.poll()
        if code is not None:
            raise BenchError(f"the process has ended with exit code {code}\n{self.said()}")
        return machine.cpu_s(self._process.pid)

    def said(self) -> str:
        """The end of what it has said."""
        return self._log.read_text("utf-8", "replace")[-_TAIL:]

    def peak_bytes(self) -> int:
        """The most memory that it has had resident."""
        for line in Path(f"/proc/{self._process.pid}/status").read_text("ascii").splitlines():
            name, _, value = line.partition(":")
            if name == "VmHWM":
                return int(value.split()[0]) * 1_024
        raise BenchError("the system does not tell a process's peak memory")


def clean_environment() -> dict[str, str]:
    """This process's, without settings of tagger's."""
    return {name: text for name, text in os.environ.items() if not name.startswith("TAGGER_")}


@contextmanager
def running(command: Command, folder: Path) -> Iterator[Watched]:
    """The command from start to end, in `folder`, which also gets what it says."""
    log = folder / "said.log"
    with log.open("wb") as said:
        process = subprocess.Popen(
            list(command.arguments),
            cwd=folder,
            env={**clean_environment(), **command.variables},
            stdout=said,
            stderr=said,
        )
    try:
        yield Watched(process, log)
        process.send_signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(STOP_S)
    finally:
        process.kill()
        process.wait()
