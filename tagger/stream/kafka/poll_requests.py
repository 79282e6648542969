"""What others want of the subscribed consumer, queued for the one thread that may call it."""

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from confluent_kafka import Consumer

Answer = TypeVar("Answer")


class LeftGroupError(Exception):
    """The consumer is closed: nothing can be asked of it any more."""


class PollRequests:
    """Asked on any thread, served on one. `changed` is notified of every request."""

    def __init__(self, changed: threading.Condition) -> None:
        self._changed = changed
        self._waiting: deque[Callable[[Consumer | None], None]] = deque()
        self._ended = False

    def __bool__(self) -> bool:
        """Whether some wait to be served."""
        return bool(self._waiting)

    def ask(self, ask: Callable[[Consumer], Answer]) -> Future[Answer]:
        """What `ask` gives or raises, once it is served. It is not called when that has been
        cancelled before."""
        answer: Future[Answer] = Future()

        def serve(consumer: Consumer | None) -> None:
            if not answer.set_running_or_notify_cancel():
                return
            if consumer is None:
                answer.set_exception(LeftGroupError())
                return
            try:
                answer.set_result(ask(consumer))
            except BaseException as error:  # noqa: BLE001 - raised where the answer is awaited
                answer.set_exception(error)

        with self._changed:
            if self._ended:
                answer.set_exception(LeftGroupError())
            else:
                self._waiting.append(serve)
                self._changed.notify_all()
        return answer

    def serve(self, consumer: Consumer | None) -> None:
        """Serve those that wait; None when there is no consumer, or none any more."""
        while self._waiting:
            self._waiting.popleft()(consumer)

    def end(self) -> None:
        """Refuse those that wait, and all that will come."""
        with self._changed:
            self._ended = True
        self.serve(None)
