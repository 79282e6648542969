"""Many answers of a client are one wake-up of the event loop."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import pytest

from tagger.stream.kafka.answers import all_of


def answered_by_a_thread(*acts: Callable[[], object]) -> None:
    thread = threading.Thread(target=lambda: [act() for act in acts])
    thread.start()
    thread.join()


def test_answers_come_in_the_order_of_the_questions_and_wake_the_loop_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def scenario() -> list[int]:
        loop = asyncio.get_running_loop()
        wake, wakes = loop.call_soon_threadsafe, list[object]()

        def counted(callback: Callable[..., object], *args: Any) -> asyncio.Handle:
            wakes.append(callback)
            return wake(callback, *args)

        monkeypatch.setattr(loop, "call_soon_threadsafe", counted)
        questions: list[Future[int]] = [Future() for _ in range(50)]
        waiting = asyncio.ensure_future(all_of(questions))
        await asyncio.sleep(0)
        answered_by_a_thread(*(lambda n=n: questions[n].set_result(n) for n in reversed(range(50))))
        found = await waiting
        assert len(wakes) == 1
        return found

    assert asyncio.run(scenario()) == list(range(50))


def test_answers_that_are_there_already_and_none_at_all_keep_nobody_waiting() -> None:
    done: Future[str] = Future()
    done.set_result("end")
    assert asyncio.run(all_of([done])) == ["end"]
    assert asyncio.run(all_of([])) == []


def test_a_failure_is_raised_when_all_have_answered() -> None:
    async def scenario() -> None:
        first, second = Future[int](), Future[int]()
        waiting = asyncio.ensure_future(all_of([first, second]))
        await asyncio.sleep(0)
        answered_by_a_thread(lambda: first.set_exception(LookupError("no leader")))
        for _ in range(5):
            await asyncio.sleep(0)
        assert not waiting.done()
        answered_by_a_thread(lambda: second.set_result(1))
        with pytest.raises(LookupError, match="no leader"):
            await waiting

    asyncio.run(scenario())


def test_a_loop_that_is_gone_is_not_woken() -> None:
    question: Future[int] = Future()

    async def give_up() -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0):
                await all_of([question])

    asyncio.run(give_up())
    question.set_result(1)
