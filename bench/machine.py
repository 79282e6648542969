"""The machine that figures were measured on: its clock, and the processor time of a process on
Linux."""

import os
import platform
import time
from pathlib import Path

_TICKS_PER_S = os.sysconf("SC_CLK_TCK")
_USER, _SYSTEM = 11, 12
"""Where /proc/PID/stat tells processor time, counted behind the name in brackets."""


def machine_text() -> str:
    """One line to stand beside a figure."""
    processors = f"{os.cpu_count()} processors, {_processor()}"
    load = f"load {os.getloadavg()[0]:.1f}"
    return f"{platform.system()} {platform.machine()}, {processors}, {load}; {_python()}"


def now_ms() -> int:
    """The wall clock, which all processes of one machine share."""
    return time.time_ns() // 1_000_000


def cpu_s(pid: int) -> float:
    """Processor time that a process has used so far, all its threads together, in seconds.

    Raises OSError when there is no such process.
    """
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[_USER]) + int(fields[_SYSTEM])) / _TICKS_PER_S


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
        name, _, value = line.partition(":")
        if name.strip() == "model name":
            return value.strip()
    return "processor unknown"


def _python() -> str:
    return f"{platform.python_implementation()} {platform.python_version()}"
