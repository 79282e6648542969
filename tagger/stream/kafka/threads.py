"""Calls that block, on threads that nobody waits for at the end of the process.

A client may leave a call unanswered for ever when its broker has gone. A thread of a pool would
then keep the process from ending. A thread whose call has ended takes the next one: to start one
holds up the event loop, and every checkpoint makes several calls.
"""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from queue import SimpleQueue
from typing import TypeVar

Answer = TypeVar("Answer")

MARGIN_S = 2.0


class _Caller:
    """A thread that makes one call after the other."""

    def __init__(self) -> None:
        self.calls: SimpleQueue[Callable[[], None]] = SimpleQueue()
        threading.Thread(target=self._run, name="kafka-call", daemon=True).start()

    def _run(self) -> None:
        while True:
            self.calls.get()()


_free: list[_Caller] = []
"""Those whose last call has ended. One that is never answered is never free again."""


async def on_a_thread(call: Callable[[], Answer]) -> Answer:
    """What `call` gives, or raises. When the waiting for it is cancelled, it goes on alone."""
    future: Future[Answer] = Future()
    caller = _free.pop() if _free else _Caller()

    def run() -> None:
        try:
            end = partial(future.set_result, call())
        except BaseException as error:  # noqa: BLE001 - raised where the answer is awaited
            end = partial(future.set_exception, error)
        _free.append(caller)
        end()

    future.set_running_or_notify_cancel()
    caller.calls.put(run)
    return await asyncio.wrap_future(future)


async def within(seconds: float, call: Callable[[], Answer]) -> Answer:
    """`on_a_thread`, for a call that was told to take no longer than `seconds` and may not heed
    it. Raises TimeoutError a little after that."""
    try:
        return await asyncio.wait_for(on_a_thread(call), seconds + MARGIN_S)
    except TimeoutError as silence:
        raise TimeoutError("the brokers do not answer") from silence
