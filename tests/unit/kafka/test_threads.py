"""Calls that block are made on threads, one of which serves again as soon as it can."""

import asyncio
import threading

import pytest

from tagger.stream.kafka import threads
from tagger.stream.kafka.threads import on_a_thread, within


@pytest.fixture(autouse=True)
def _no_thread_is_free(monkeypatch: pytest.MonkeyPatch) -> None:
    """Threads of other tests are left to them."""
    monkeypatch.setattr(threads, "_free", [])


def test_calls_one_after_the_other_are_made_on_one_thread() -> None:
    async def scenario() -> set[int]:
        return {await on_a_thread(threading.get_ident) for _ in range(5)}

    (ident,) = asyncio.run(scenario())
    assert ident != threading.get_ident()


def test_a_call_that_failed_says_so_and_its_thread_serves_again() -> None:
    failed_on: list[int] = []

    def fail() -> None:
        failed_on.append(threading.get_ident())
        raise OSError("no answer")

    async def scenario() -> int:
        with pytest.raises(OSError, match="no answer"):
            await on_a_thread(fail)
        return await on_a_thread(threading.get_ident)

    assert [asyncio.run(scenario())] == failed_on


def test_a_call_that_is_not_answered_holds_up_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, "MARGIN_S", 0.0)
    answer = threading.Event()

    async def scenario() -> None:
        with pytest.raises(TimeoutError, match="do not answer"):
            await within(0.0, answer.wait)
        assert await within(30.0, lambda: "made") == "made"
        both = asyncio.gather(on_a_thread(answer.wait), on_a_thread(answer.set))
        assert (await both)[0]

    asyncio.run(scenario())
