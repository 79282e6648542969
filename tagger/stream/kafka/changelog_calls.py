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
        asked = self._reader
        calling = asyncio.ensure_future(on_a_thread(partial(self._called, call, asked)))
        try:
            return await asyncio.shield(calling)
        except asyncio.CancelledError:
            done, _ = await asyncio.wait({calling}, timeout=BREAK_OFF_S)
            if not done:
                self._reader = self._make()
            calling.add_done_callback(_notice)
            raise

    def renew(self) -> None:
        """Give the next caller another reader, with connections of its own. This one, which has no
        call under way, may take its time to go."""
        threading.Thread(target=self._reader.close, daemon=True).start()
        self._reader = self._make()

    def close(self) -> None:
        """Leave the brokers."""
        self._reader.close()

    def _called(self, call: Callable[[ChangelogReader], Answer], asked: ChangelogReader) -> Answer:
        try:
            return call(asked)
        finally:
            if asked is not self._reader:
                asked.close()


def _notice(calling: "asyncio.Future[Answer]") -> None:
    """Look at the error of a call that nobody waits for any more."""
    if not calling.cancelled():
        calling.exception()
