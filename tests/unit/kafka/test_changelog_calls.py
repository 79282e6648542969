"""Calls of the changelog reader that nobody wants any more."""

import asyncio
import threading

import pytest

from tagger.environment import SettingsError
from tagger.stream.kafka import changelog_calls
from tagger.stream.kafka.changelog import ChangelogReader
from tagger.stream.kafka.changelog_calls import ChangelogCalls

PATIENCE_S = 30.0


class Reader(ChangelogReader):
    """Has no broker. One call lasts until it is let go."""

    def __init__(self) -> None:
        self.waits, self.goes_on = threading.Event(), threading.Event()
        self.ended, self.closed = threading.Event(), threading.Event()

    def last(self) -> None:
        self.waits.set()
        self.goes_on.wait(PATIENCE_S)
        self.ended.set()

    def close(self) -> None:
        self.closed.set()


async def _broken_off(calls: ChangelogCalls, reader: Reader, *, lets_go: bool) -> None:
    asking = asyncio.ensure_future(calls.ask(lambda _: reader.last()))
    assert await asyncio.to_thread(reader.waits.wait, PATIENCE_S)
    asking.cancel()
    await asyncio.sleep(0)
    if lets_go:
        reader.goes_on.set()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(asking, PATIENCE_S / 2)


def _calls(readers: list[Reader]) -> ChangelogCalls:
    made = iter(readers)
    return ChangelogCalls(lambda: next(made))


def test_a_call_without_end_is_left_alone_and_its_reader_goes_when_it_ends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(changelog_calls, "BREAK_OFF_S", 0.0)
    first, second = Reader(), Reader()

    async def scene() -> None:
        calls = _calls([first, second])
        await _broken_off(calls, first, lets_go=False)
        assert await calls.ask(lambda it: it) is second
        assert not first.closed.is_set()
        first.goes_on.set()
        assert await asyncio.to_thread(first.closed.wait, PATIENCE_S)
        assert not second.closed.is_set()

    asyncio.run(scene())


def test_a_call_that_ends_soon_is_waited_for_and_its_reader_stays(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(changelog_calls, "BREAK_OFF_S", PATIENCE_S)
    only = Reader()

    async def scene() -> None:
        calls = _calls([only])
        await _broken_off(calls, only, lets_go=True)
        assert await calls.ask(lambda it: it) is only
        assert not only.closed.is_set()

    asyncio.run(scene())


def test_a_call_that_ends_while_another_reader_is_made_closes_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(changelog_calls, "BREAK_OFF_S", 0.0)
    first, second = Reader(), Reader()
    made: list[Reader] = [first]

    def make() -> Reader:
        if not made:
            first.goes_on.set()
            assert first.ended.wait(PATIENCE_S)
            return second
        return made.pop()

    async def scene() -> None:
        calls = ChangelogCalls(make)
        await _broken_off(calls, first, lets_go=False)
        assert await asyncio.to_thread(first.closed.wait, PATIENCE_S)
        assert await calls.ask(lambda it: it) is second
        assert not second.closed.is_set()

    asyncio.run(scene())


def test_a_reader_stays_when_no_other_can_be_made() -> None:
    first = Reader()
    made = iter([first])

    def make() -> Reader:
        for each in made:
            return each
        raise SettingsError(["the certificate is not there"])

    async def scene() -> None:
        calls = ChangelogCalls(make)
        with pytest.raises(SettingsError):
            calls.renew()
        assert await calls.ask(lambda it: it) is first
        assert not first.closed.is_set()

    asyncio.run(scene())
