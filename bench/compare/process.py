"""A program's processes: started, watched through /proc, stopped."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from bench import machine
from bench.compare.errors import BenchError

STOP_S = 30.0
_TAIL = 3_000
_LOOK_S = 0.02


@dataclass(frozen=True)
class Command:
    """What to start: arguments, and variables on top of the own environment's."""

    arguments: Sequence[str]
    variables: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Member:
    """One process and the file that gets what it says."""

    process: "subprocess.Popen[bytes]"
    log: Path

    def said(self) -> str:
        return self.log.read_text("utf-8", "replace")[-_TAIL:]


class Watched:
    """The processes of a program, while they run."""

    def __init__(self, members: Sequence[_Member]) -> None:
        self._members = members

    def cpu_s(self) -> float:
        """Processor time of all their threads so far. Raises BenchError when one has ended."""
        for member in self._members:
            code = member.process.poll()
            if code is not None:
                raise BenchError(f"the process has ended with exit code {code}\n{member.said()}")
        return sum(machine.cpu_s(member.process.pid) for member in self._members)

    def said(self) -> str:
        """The end of what each of them has said."""
        return "\n".join(member.said() for member in self._members)

    def peak_bytes(self) -> int:
        """The most memory that each has had resident, added up."""
        return sum(_peak_bytes(member.process.pid) for member in self._members)


def wait_until(holds: Callable[[], bool], within_s: float, process: Watched, what: str) -> None:
    """Look again and again while the process runs. Raises BenchError when it has ended, or when
    `what` has not come within this time."""
    end_s = time.monotonic() + within_s
    while not holds():
        process.cpu_s()
        if time.monotonic() > end_s:
            raise BenchError(f"{what}: not within {within_s:.0f} s\n{process.said()}")
        time.sleep(_LOOK_S)


def clean_environment() -> dict[str, str]:
    """This process's, without settings of tagger's."""
    return {name: text for name, text in os.environ.items() if not name.startswith("TAGGER_")}


@contextmanager
def running(
    commands: Sequence[Command], folder: Path, *, to_children: bool = False
) -> Iterator[Watched]:
    """The commands from start to end, each in a folder of its own below `folder`, which also gets
    what it says. They are asked to end by SIGTERM; with `to_children` not they are, but what they
    have started, and they end with it."""
    with ExitStack() as stack:
        members = [
            stack.enter_context(_started(command, folder / str(number)))
            for number, command in enumerate(commands, 1)
        ]
        yield Watched(members)
        for pid in (member.process.pid for member in members):
            with suppress(OSError):
                for each in _children(pid) if to_children else [pid]:
                    os.kill(each, signal.SIGTERM)
        for member in members:
            with suppress(subprocess.TimeoutExpired):
                member.process.wait(STOP_S)


@contextmanager
def _started(command: Command, folder: Path) -> Iterator[_Member]:
    folder.mkdir()
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
        yield _Member(process, log)
    finally:
        process.kill()
        process.wait()


def _children(pid: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _peak_bytes(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text("ascii").splitlines():
        name, _, value = line.partition(":")
        if name == "VmHWM":
            return int(value.split()[0]) * 1_024
    raise BenchError("the system does not tell a process's peak memory")
