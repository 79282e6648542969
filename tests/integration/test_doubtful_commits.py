"""Whether a transaction was made is found out when its answer does not come; what the brokers
refuse for good ends the worker."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import msgspec
import pytest
from confluent_kafka import KafkaError, KafkaException, Producer

from tagger.settings import Settings
from tagger.stream.kafka import clients, transaction_producer
from tagger.stream.kafka.refusals import FencedError, RefusedError
from tagger.stream.log import Output

from .conftest import MakeSettings
from .running import running
from .test_transactions import PARTITIONS, changes, checkpoint, committed, committing, fill, whole

pytestmark = [pytest.mark.service, pytest.mark.xdist_group("kafka")]


@pytest.fixture
def settings(kafka: MakeSettings) -> Settings:
    made = kafka(PARTITIONS)
    fill(made)
    return made


class _Unheard:
    """A producer whose first commit seems to fail, after it was made or instead of it."""

    def __init__(self, producer: Producer, *, commits: bool, failure: Exception) -> None:
        self._producer = producer
        self._commits = commits
        self._failure: Exception | None = failure

    def __getattr__(self, name: str) -> Any:
        return getattr(self._producer, name)

    def commit_transaction(self, timeout_s: float) -> None:
        failure, self._failure = self._failure, None
        if failure is None or self._commits:
            self._producer.commit_transaction(timeout_s)
        if failure is not None:
            raise failure


FAILURES = [
    TimeoutError("never answered"),
    KafkaException(KafkaError(KafkaError._TIMED_OUT, retriable=True)),
    KafkaException(KafkaError(KafkaError._FENCED, fatal=True)),
]


@pytest.mark.parametrize("failure", FAILURES, ids=["silence", "cut short", "timed out"])
@pytest.mark.parametrize("commits", [True, False], ids=["made", "not made"])
def test_a_checkpoint_whose_answer_is_lost_is_made_once(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, failure: Exception, *, commits: bool
) -> None:
    retries: list[None] = []
    producers: list[object] = []
    make = clients.transactional_producer

    def unheard(*given: Any) -> Any:
        producers.append(given)
        made = make(*given)
        first = len(producers) == 1
        return _Unheard(made, commits=commits, failure=failure) if first else made

    async def scene() -> None:
        async with running(settings, commits=False) as member:
            await whole(member)
            monkeypatch.setattr(clients, "transactional_producer", unheard)
            async with committing(settings, member, lambda: retries.append(None)) as transactions:
                await asyncio.gather(
                    *(transactions.commit(checkpoint(settings, n, 3), 0) for n in (0, 1))
                )
                await transactions.commit(checkpoint(settings, 0, 4), 0)

    asyncio.run(scene())
    assert changes(settings) == [b"0-3-0", b"0-4-0", b"1-3-0"]
    assert committed(settings, 0) == dict.fromkeys(settings.topics.inputs(), (4, "clock of 4"))
    assert len(retries) == (0 if commits else 1)


def _fenced_by_another(
    settings: Settings, renamed: Callable[[Settings], Settings] = lambda settings: settings
) -> None:
    """Two workers of one name: the second starts while the first is at work."""

    async def scene() -> None:
        async with running(settings, commits=False) as member:
            await whole(member)
            async with committing(renamed(settings), member) as first:
                await first.commit(checkpoint(settings, 0, 1), 0)
                async with committing(renamed(settings), member) as second:
                    await second.commit(checkpoint(settings, 0, 2), 0)
                    await first.commit(checkpoint(settings, 0, 3), 0)

    asyncio.run(scene())


def test_of_two_workers_of_one_name_the_older_ends_and_says_why(settings: Settings) -> None:
    with pytest.raises(FencedError, match="TAGGER_INSTANCE=worker-1"):
        _fenced_by_another(settings, lambda settings: replace(settings, instance="worker-1"))
    assert changes(settings) == [b"0-1-0", b"0-2-0"]


def test_of_two_members_of_one_name_the_older_ends_and_says_why(settings: Settings) -> None:
    """Also when it has nothing to commit."""
    named = replace(settings, instance="worker-1")

    async def scene() -> None:
        async with running(named, commits=False) as older:
            await whole(older)
            async with running(named, commits=False) as younger:
                with pytest.raises(FencedError, match="TAGGER_INSTANCE=worker-1"):
                    await older.task
                await whole(younger)

    asyncio.run(scene())


def test_a_worker_that_stood_still_for_longer_than_a_transaction_may_take_goes_on(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The brokers fence it then as if there were another one of its name."""
    make = clients.transactional_producer

    def made(*given: Any) -> Any:
        producer = make(*given)
        monkeypatch.setattr(clients, "TRANSACTION_TIMEOUT_MS", 0)
        return producer

    monkeypatch.setattr(clients, "transactional_producer", made)
    _fenced_by_another(settings, lambda settings: replace(settings, instance="worker-1"))
    assert changes(settings) == [b"0-1-0", b"0-2-0", b"0-3-0"]


def _refusal(settings: Settings, output: Output) -> str:
    """What a worker says that has to publish `output`."""

    async def scene() -> str:
        async with (
            running(settings, commits=False) as member,
            committing(settings, member) as transactions,
        ):
            await whole(member)
            faulty = msgspec.structs.replace(checkpoint(settings, 0, 1), outputs=(output,))
            with pytest.raises(RefusedError) as refused:
                await transactions.commit(faulty, 0)
            return str(refused.value)

    return asyncio.run(scene())


def test_a_record_that_no_broker_takes_is_not_tried_again(settings: Settings) -> None:
    huge = Output(settings.topics.tag_change, b"c", bytes(60_000_000), partition=0)
    assert "max.message.bytes" in _refusal(settings, huge)
    assert changes(settings) == []


def test_a_topic_that_is_missing_is_not_waited_for(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transaction_producer, "END_S", 30.0)
    assert "tagger topics apply" in _refusal(settings, Output("nowhere", b"c", b"v"))
    assert changes(settings) == []
