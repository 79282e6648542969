"""Commits that fail for now are tried again, and that is counted."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future

import pytest
from confluent_kafka import Consumer, KafkaError, KafkaException

from tagger.settings import Settings
from tagger.stream.kafka.clients import group_config
from tagger.stream.kafka.log import KafkaLog
from tagger.stream.kafka.reader import GroupReader
from tagger.stream.log import Checkpoint


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
