"""The opening of a shard: a task of the event loop that another thread can break off.

Whoever breaks it off waits until it is `over`; what is open by then has still to be closed.
"""

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import Future


class ShardOpening:
    """Runs `opening` on `loop` at once; `failed` is told there of an error."""

    def __init__(
        self,
        opening: Coroutine[object, object, None],
        loop: asyncio.AbstractEventLoop,
        failed: Callable[[BaseException], None],
    ) -> None:
        self.over: Future[None] = Future()
        """Done when the task has ended, however; never an error."""
        self._loop = loop
        self._failed = failed
        self._task: asyncio.Task[None]
        loop.call_soon_threadsafe(self._begin, opening)

    def break_off(self) -> None:
        """End it, from any thread."""
        self._loop.call_soon_threadsafe(self._cancel)

    def _begin(self, opening: Coroutine[object, object, None]) -> None:
        self._task = self._loop.create_task(opening)
        self._task.add_done_callback(self._end)

    def _cancel(self) -> None:
        self._task.cancel()

    def _end(self, task: asyncio.Task[None]) -> None:
        error = None if task.cancelled() else task.exception()
        if error is not None:
            self._failed(error)
        self.over.set_result(None)
