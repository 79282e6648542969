"""How the run tells a worker to end, or to stand still, at a chosen point of its work.

A worker finds its order in a file. It carries the order out once, when it next passes the point,
and says so in another file just before: nothing of it is left to say so afterwards.
"""

import os
import signal
from collections import Counter
from pathlib import Path
from typing import Literal

import msgspec

Point = Literal["begun", "produced", "offsets sent", "committed", "stored", "restoring"]
"""In a checkpoint: it begins; its records are with the brokers; its offsets too; it is committed;
the local state has it. `restoring`: between two reads of a changelog."""
Deed = Literal["die", "freeze"]
"""As by SIGKILL, with nothing flushed and nobody told, or as by SIGSTOP."""

_SIGNALS = {"die": signal.SIGKILL, "freeze": signal.SIGSTOP}


class Order(msgspec.Struct, frozen=True):
    """What to do, at which point. `skipped` is how often the point is passed before, counted from
    the start of the process."""

    deed: Deed
    point: Point
    skipped: int = 0


class Mailbox:
    """The order of one worker, which outlives its processes. Both sides use it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._done = path.with_suffix(".done")
        self._passed: Counter[Point] = Counter()

    def give(self, order: Order) -> None:
        """Put an order in place of an earlier one."""
        draft = self.path.with_suffix(".draft")
        draft.write_bytes(msgspec.json.encode(order))
        draft.replace(self.path)

    def withdraw(self) -> None:
        """Take an order back that was not carried out, if there is one."""
        self.path.unlink(missing_ok=True)

    def carried_out(self) -> int:
        """How many orders were."""
        return len(self._done.read_text().splitlines()) if self._done.exists() else 0

    def passes(self, point: Point) -> None:
        """To be called by the worker at each point."""
        self._passed[point] += 1
        try:
            order = msgspec.json.decode(self.path.read_bytes(), type=Order)
        except FileNotFoundError:
            return
        if order.point == point and self._passed[point] > order.skipped:
            self.withdraw()
            with self._done.open("a") as done:
                done.write(f"{order.deed} {point}\n")
            os.kill(os.getpid(), _SIGNALS[order.deed])
