"""How much memory objects take: counted, and as the operating system sees it."""

import ctypes
import gc
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from types import FunctionType, MethodType, ModuleType

_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
_RESIDENT = 1
"""Where /proc/self/statm tells resident pages."""


def resident_bytes() -> int:
    """What this process has in memory, on Linux with the GNU C library, when all that is free has
    been given back."""
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    return int(Path("/proc/self/statm").read_text("ascii").split()[_RESIDENT]) * _PAGE_BYTES


def reachable_bytes(roots: Iterable[object], *, without: Iterable[object] = ()) -> int:
    """The sizes of all objects that can be reached from `roots`, each counted once, and of none
    that is or lies behind one of `without`, a module, a class or a function."""
    seen = {id(each) for each in without}
    total, look = 0, list(roots)
    while look:
        found = look.pop()
        if id(found) in seen or isinstance(found, (type, ModuleType, FunctionType, MethodType)):
            continue
        seen.add(id(found))
        total += sys.getsizeof(found)
        look += gc.get_referents(found)
    return total
