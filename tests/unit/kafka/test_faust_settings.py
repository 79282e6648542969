"""What Faust could lose data with is off, whatever the environment says."""

import asyncio
from typing import Any

import faust
import pytest
from faust.types.enums import ProcessingGuarantee
from mode.supervisors import CrashingSupervisor

from tagger.settings import Settings
from tagger.stream.kafka.app import StreamApp
from tagger.stream.kafka.batches import Delivery
from tagger.stream.kafka.clients import group_config
from tagger.stream.kafka.faust_internals import SAFE
from tagger.stream.kafka.handover import Handover
from tagger.stream.kafka.reader import GroupReader
from tagger.stream.kafka.transport import BatchConsumer, BatchTransport
from tagger.stream.log import Batch, LogRecord

from .test_ticking import Ticked

SETTINGS = Settings(brokers="localhost:1")
TEMPTATIONS = {
    "PROCESSING_GUARANTEE": "exactly_once",
    "PRODUCER_THREADED": "1",
    "TABLE_STANDBY_REPLICAS": "3",
    "STREAM_WAIT_EMPTY": "1",
    "STREAM_PUBLISH_ON_COMMIT": "1",
    "CONSUMER_AUTO_OFFSET_RESET": "latest",
    "AGENT_SUPERVISOR": "mode.supervisors.OneForOneSupervisor",
    "TOPIC_DISABLE_LEADER": "0",
    "TOPIC_ALLOW_DECLARE": "1",
    "WEB_ENABLED": "1",
}


def _stream_app() -> StreamApp:
    return StreamApp(SETTINGS, GroupReader(group_config(SETTINGS), ()), Ticked())


def _faust_app() -> faust.App:
    return _stream_app()._faust_app()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("processing_guarantee", ProcessingGuarantee.AT_LEAST_ONCE),
        ("producer_threaded", False),
        ("table_standby_replicas", 0),
        ("stream_wait_empty", False),
        ("stream_publish_on_commit", False),
        ("consumer_auto_offset_reset", "earliest"),
        ("agent_supervisor", CrashingSupervisor),
        ("topic_disable_leader", True),
        ("topic_allow_declare", False),
        ("web_enabled", False),
    ],
)
def test_the_environment_cannot_switch_on_what_loses_data(
    monkeypatch: pytest.MonkeyPatch, name: str, value: object
) -> None:
    for variable, text in TEMPTATIONS.items():
        monkeypatch.setenv(variable, text)
        monkeypatch.setenv(f"FAUST_{variable}", text)
    assert name in SAFE
    assert getattr(_faust_app().conf, name) == value


def test_faust_reads_for_one_agent_a_topic_and_acknowledges_nothing() -> None:
    app = _faust_app()
    agents: list[Any] = list(app.agents.values())
    assert sorted(str(agent.channel.get_topic_name()) for agent in agents) == sorted(
        SETTINGS.topics.inputs()
    )
    assert [(agent.concurrency, agent.channel.acks) for agent in agents] == [(1, False)] * 5
    assert not app.tables.data


def test_faust_can_neither_commit_nor_seek() -> None:
    app = _faust_app()
    consumer = app.consumer
    assert isinstance(app.transport, BatchTransport)
    assert isinstance(consumer, BatchConsumer)
    assert asyncio.run(consumer.commit()) is False
    for refused in ("_commit", "_seek", "seek_to_committed", "seek_wait", "position"):
        with pytest.raises(NotImplementedError):
            asyncio.run(getattr(consumer, refused)())


class _Stream:
    """Brings one delivery, or breaks before it."""

    def __init__(self, *, breaks: bool) -> None:
        self._breaks = breaks
        self._left = [Delivery(Batch("a", 0, (LogRecord(0, 0, b"k", b"v"),)), 0)]

    def __aiter__(self) -> "_Stream":
        return self

    async def __anext__(self) -> Delivery:
        if self._breaks:
            raise RuntimeError("broken")
        if not self._left:
            raise StopAsyncIteration
        return self._left.pop()


@pytest.mark.parametrize("where", ["stream", "host", "reader"])
def test_any_exception_on_the_way_of_a_batch_ends_the_worker(
    monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    failures: list[BaseException] = []
    app, host = _stream_app(), Ticked()
    app._handover = Handover(host, failures.append)

    async def breaks(_: Batch) -> None:
        raise RuntimeError("broken")

    def breaks_at_once(_: Delivery) -> None:
        raise RuntimeError("broken")

    if where == "host":
        monkeypatch.setattr(host, "received", breaks)
    if where == "reader":
        monkeypatch.setattr(app._reader, "done", breaks_at_once)
    stream: Any = _Stream(breaks=where == "stream")
    asyncio.run(app._work(stream))
    assert [str(failure) for failure in failures] == ["broken"]
