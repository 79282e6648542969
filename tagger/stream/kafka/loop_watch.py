"""Notices an event loop that does not turn, from a thread of its own.

Whatever else watches the worker runs on that loop, and stands still with it. The thread counts its
own looks instead of reading a clock: a machine that slept, or a process that was stopped, has
missed none.
"""

import asyncio
import sys
import threading
import traceback
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Self

LOOK_EVERY_S = 1.0
LOOKS = 60


class LoopWatch:
    """Watches the running event loop from `with` to its end. `blocked` is called on the thread,
    once, with what the loop's thread is doing."""

    def __init__(
        self,
        blocked: Callable[[str], object],
        *,
        look_every_s: float = LOOK_EVERY_S,
        looks: int = LOOKS,
    ) -> None:
        self._blocked = blocked
        self._look_every_s = look_every_s
        self._looks = looks
        self._turned = True
        self._ended = threading.Event()
        self._loop: asyncio.AbstractEventLoop
        self._watched: int | None = None

    def __enter__(self) -> Self:
        self._loop = asyncio.get_running_loop()
        self._watched = threading.get_ident()
        threading.Thread(target=self._watch, name="loop-watch", daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ended.set()

    def _watch(self) -> None:
        missed = 0
        while not self._ended.wait(self._look_every_s):
            if self._turned:
                missed, self._turned = 0, False
                with suppress(RuntimeError):
                    self._loop.call_soon_threadsafe(self._turn)
            else:
                missed += 1
            if missed >= self._looks:
                self._blocked(self._doing())
                return

    def _turn(self) -> None:
        self._turned = True

    def _doing(self) -> str:
        frame = sys._current_frames().get(self._watched or 0)  # noqa: SLF001 - the documented way
        return "nothing" if frame is None else "".join(traceback.format_stack(frame))
