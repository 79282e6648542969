"""Waits for a client's many answers at the cost of one.

A client answers for each partition on a thread of its own. Waking the event loop for every one of
them would be most of what an idle worker does, so it is woken once, by the last.
"""

import asyncio
import threading
from collections.abc import Collection
from concurrent.futures import Future
from typing import TypeVar

Answer = TypeVar("Answer")


async def all_of(answers: "Collection[Future[Answer]]") -> list[Answer]:
    """What the futures bring, in their order, when the last one is done.

    Raises what the first of them that failed raises, after the last one is done too.
    """
    loop = asyncio.get_running_loop()
    last_is_done = asyncio.Event()
    lock, left = threading.Lock(), len(answers)

    def done(_: "Future[Answer]") -> None:
        nonlocal left
        with lock:
            left -= 1
            is_last = left == 0
        if is_last and not loop.is_closed():
            loop.call_soon_threadsafe(last_is_done.set)

    for answer in answers:
        answer.add_done_callback(done)
    if answers:
        await last_is_done.wait()
    return [answer.result() for answer in answers]
