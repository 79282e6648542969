"""The changelog reader, called from the event loop, and replaced when it does not answer.

Its calls block, one at a time, and one may take half a minute: a worker that was killed may have
left positions undecided, or a broker may be away. Whoever is cancelled meanwhile waits a moment
for the end of the call. If that does not come, the call is left alone on its thread, for which
nobody waits, not even the end of the process; its reader goes with it, and the next caller gets
another one. So does one after a question that was not answered in time: brokers answer the requests
of a connection one after the other, and one that they never answer holds up all that follow.
"""

import asyncio
import threading
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from tagger.stream.kafka.changelog import ChangelogReader
from tagger.stream.kafka.threads import on_a_thread

Answer = TypeVar("Answer")

BREAK_OFF_S = 0.5
"""How long a call that nobody wants any more is waited for."""


class ChangelogCalls:
    """Calls readers that `make` makes; on the event loop, by one caller at a time."""

    def __init__(self, make: Callable[[], ChangelogReader]) -> None:
        self._make = make
        self._reader = make()

    @property
    def reader(self) -> ChangelogReader:
        """The present one, which may have a call under way."""
        return self._reader

    async def ask(self, call: Callable[[ChangelogReader], Answer]) -> Answer:
        """What `call` gives or raises for the reader."""
        asked, parting = self._reader, _Parting()
        calling = asyncio.ensure_future(on_a_thread(partial(_called, call, asked, parting)))
        try:
            return await asyncio.shield(calling)
        except asyncio.CancelledError:
            done, _ = await asyncio.wait({calling}, timeout=BREAK_OFF_S)
            if not done:
                self._reader = self._make()
                if parting.leave():
                    _close_aside(asked)
            calling.add_done_callback(_notice)
            raise

    def renew(self) -> None:
        """Give the next caller another reader, with connections of its own. This one, which has no
        call under way, may take its time to go."""
        left, self._reader = self._reader, self._make()
        _close_aside(left)

    def close(self) -> None:
        """Leave the brokers."""
        self._reader.close()


class _Parting:
    """A reader that is left while a call of it is under way is closed when both are over: by
    whoever is the second of the two."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._has_ended = self._is_left = False

    def end(self) -> bool:
        """The call is over. Whether the reader was left before."""
        with self._lock:
            self._has_ended = True
            return self._is_left

    def leave(self) -> bool:
        """Nobody else will call the reader. Whether the call had ended before."""
        with self._lock:
            self._is_left = True
            return self._has_ended


def _called(
    call: Callable[[ChangelogReader], Answer], asked: ChangelogReader, parting: _Parting
) -> Answer:
    try:
        return call(asked)
    finally:
        if parting.end():
            asked.close()


def _close_aside(reader: ChangelogReader) -> None:
    threading.Thread(target=reader.close, daemon=True).start()


def _notice(calling: "asyncio.Future[Answer]") -> None:
    """Look at the error of a call that nobody waits for any more."""
    if not calling.cancelled():
        calling.exception()
