"""Commits that fail for now are tried again, and that is counted."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future

import pytest
from confluent_kafka import Consumer, KafkaError, KafkaException

from tagger.settings import Settings
from tagger.stream.kafka.clients import group_config
from tagger.stream.kafka.log import KafkaLog
from tagger.stream.kafka.patience import UnansweredError
from tagger.stream.kafka.reader import GroupReader
from tagger.stream.log import Checkpoint, Committed, LogUnavailableError, Row

PATIENCE_S = 30.0


class SlowChangelog:
    """One call takes as long as the test lets it."""

    def __init__(self, slow: str) -> None:
        self.waits, self.goes_on = threading.Event(), threading.Event()
        self.calls: list[str] = []
        self.reached = 0
        self._slow = slow

    def open(self, *_: object) -> None:
        self._call("opened")

    def read(self) -> list[Row]:
        self._call("read")
        return []

    def _call(self, name: str) -> None:
        if name == self._slow:
            self.waits.set()
            self.goes_on.wait(PATIENCE_S)
        self.calls.append(name)

    def close_partition(self) -> None:
        self.calls.append("closed")

    def close(self) -> None:
        """Nothing is open."""


@pytest.mark.parametrize(("slow", "calls"), [("opened", ["opened"]), ("read", ["opened", "read"])])
def test_a_restore_that_is_broken_off_closes_the_changelog_when_nobody_reads_it(
    monkeypatch: pytest.MonkeyPatch, slow: str, calls: list[str]
) -> None:
    """The client takes one caller at a time, and a call in a thread cannot be cancelled."""
    changelog = SlowChangelog(slow)

    async def scenario() -> None:
        settings = Settings(brokers="localhost:1", guarantee="at_least_once")
        log = KafkaLog(settings, GroupReader(group_config(settings), settings.topics.inputs()))
        monkeypatch.setattr(log._stored, "_reader", changelog)

        async def restore() -> None:
            async for _ in log.restore(0, None):
                pass

        restoring = asyncio.ensure_future(restore())
        await asyncio.to_thread(changelog.waits.wait, PATIENCE_S)
        restoring.cancel()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        changelog.goes_on.set()
        with pytest.raises(asyncio.CancelledError):
            await restoring
        log.close()

    asyncio.run(scenario())
    assert changelog.calls == [*calls, "closed"]


def test_a_shard_that_is_given_up_while_brokers_are_away_waits_for_them_no_longer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Otherwise the worker would never be ready again."""

    class Away(SlowChangelog):
        def open(self, *_: object) -> None:
            raise LogUnavailableError("no answer")

    async def scenario() -> None:
        settings = Settings(brokers="localhost:1", guarantee="at_least_once")
        log = KafkaLog(settings, GroupReader(group_config(settings), settings.topics.inputs()))
        monkeypatch.setattr(log._stored, "_reader", Away("opened"))
        opening = asyncio.ensure_future(anext(aiter(log.restore(0, None))))
        async with asyncio.timeout(PATIENCE_S):
            while True:
                if log.outage.reason:
                    break
                await asyncio.sleep(0)
        assert "no answer" in log.outage.reason
        opening.cancel()
        with pytest.raises(asyncio.CancelledError):
            await opening
        assert log.outage.reason == ""
        log.close()

    asyncio.run(scenario())


class Positions:
    """Tells the positions of a shard, after the errors that are to come first."""

    def __init__(self, *errors: LogUnavailableError) -> None:
        self.errors, self.closed = list(errors), threading.Event()

    def committed(self, *_: object) -> dict[str, Committed]:
        if self.errors:
            raise self.errors.pop(0)
        return {"purchase": Committed(7, "")}

    def close(self) -> None:
        self.closed.set()


def _asked_for_positions(
    monkeypatch: pytest.MonkeyPatch, first: Positions, *made: Positions
) -> None:
    """A log asks `first`, and those that are `made` when it wants another reader."""

    async def scenario() -> None:
        settings = Settings(brokers="localhost:1", guarantee="at_least_once")
        reader = GroupReader(group_config(settings), settings.topics.inputs())
        renewed: Future[None] = Future()
        renewed.set_result(None)
        monkeypatch.setattr(reader, "renew_group_metadata", lambda: renewed)
        log, readers = KafkaLog(settings, reader), iter(made)
        monkeypatch.setattr(log._stored, "_reader", first)
        monkeypatch.setattr(log._stored, "_make", lambda: next(readers))
        async with asyncio.timeout(PATIENCE_S):
            assert await log.committed(0) == {"purchase": Committed(7, "")}
        if made:
            assert await asyncio.to_thread(first.closed.wait, PATIENCE_S)
        assert not made or not made[-1].closed.is_set()
        log.close()

    asyncio.run(scenario())


def test_positions_that_nobody_told_are_asked_for_by_another_reader(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What holds up its connections is not waited for again."""
    _asked_for_positions(monkeypatch, Positions(UnansweredError("no answer")), Positions())


def test_positions_that_are_not_there_yet_are_asked_for_by_the_same_reader(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Brokers that answer do not need other connections."""
    unstable = LogUnavailableError("purchase/0: offset commits are pending")
    _asked_for_positions(monkeypatch, Positions(unstable, unstable))


def test_a_commit_is_tried_again_while_the_failure_passes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings = Settings(brokers="localhost:1", guarantee="at_least_once")
    reader = GroupReader(group_config(settings), settings.topics.inputs())
    failures = [KafkaError(KafkaError.NOT_COORDINATOR), KafkaError(KafkaError.NETWORK_EXCEPTION)]
    retries: list[None] = []

    def request(_: Callable[[Consumer], None]) -> "Future[None]":
        answer: Future[None] = Future()
        if failures:
            answer.set_exception(KafkaException(failures.pop()))
        else:
            answer.set_result(None)
        return answer

    monkeypatch.setattr(reader, "request", request)
    log = KafkaLog(settings, reader, retried=lambda: retries.append(None))
    asyncio.run(log.commit(Checkpoint(0, (), (), {"a": 5}, "")))
    log.close()
    assert log.committed_offsets == {("a", 0): 5}
    assert len(retries) == 2
