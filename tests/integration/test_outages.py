"""A worker outlives brokers that go away, however long, and loses and doubles nothing."""

import asyncio
import os
import signal
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tagger.codecs.decode_outputs import decode_change
from tagger.domain.tags import TagChange
from tagger.settings import GroupProtocol, Settings
from tagger.stream.kafka import transaction_producer
from tagger.stream.kafka.transaction_producer import Outcome, TransactionProducer
from tagger.stream.topics import Topics
from tagger.wiring import EX_TEMPFAIL

from .kafka_server import KafkaServer
from .reading import everything_in
from .started import started
from .test_process import _is_ready, _process
from .working import produce, purchase, until, working

pytestmark = [pytest.mark.service, pytest.mark.xdist_group("kafka")]

PARTITIONS = 2
CUSTOMERS = [f"c{number}" for number in range(10)]
LONG_S = 2.0
"""Several attempts."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KafkaServer]:
    """A broker that may be killed."""
    with started(KafkaServer(tmp_path_factory.mktemp("outages"))) as server:
        yield server


class Killed:
    """The broker dies, and another one is started on what it has kept."""

    def __init__(self, server: KafkaServer) -> None:
        self.begin, self.end = server.stop, server.restart


class Frozen:
    """The broker answers nothing, and goes on where it stopped."""

    def __init__(self, server: KafkaServer) -> None:
        self._server = server

    def begin(self) -> None:
        os.kill(self._server.pid, signal.SIGSTOP)

    def end(self) -> None:
        os.kill(self._server.pid, signal.SIGCONT)


def _buy(settings: Settings, numbers: range) -> None:
    produce(settings, *(purchase(name, n, 10_000) for n in numbers for name in CUSTOMERS))


def _spent(settings: Settings) -> list[object]:
    """What each customer's tag shows."""
    return [changes[-1].value if changes else None for changes in _spend(settings).values()]


def _spend(settings: Settings) -> dict[str, list[TagChange]]:
    """What was committed about each customer's money, in order of sequence."""
    read = everything_in(settings.brokers, settings.topics.tag_change, PARTITIONS)
    changes = [decode_change(record.value()) for record in read]
    return {
        name: sorted(
            (each for each in changes if (each.customer_id, each.tag) == (name, "spend_90d")),
            key=lambda change: change.sequence,
        )
        for name in CUSTOMERS
    }


@pytest.mark.parametrize(("kind", "protocol"), [(Frozen, "classic"), (Killed, "consumer")])
def test_a_worker_goes_on_when_the_brokers_are_back(
    server: KafkaServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    kind: type[Killed | Frozen],
    protocol: GroupProtocol,
) -> None:
    """They go when a checkpoint is about to be sent, and stay away until it was tried again and
    again."""
    settings = _settings(server, f"{kind.__name__}.{protocol}", protocol, tmp_path)
    for limit in ("READY_S", "ASK_S", "END_S"):
        monkeypatch.setattr(transaction_producer, limit, 0.5)
    outage, make = kind(server), TransactionProducer.make
    pending = [outage.begin]

    async def doomed(self: TransactionProducer, *given: Any) -> Outcome:
        if pending:
            await asyncio.to_thread(pending.pop())
        return await make(self, *given)

    async def scene() -> None:
        async with working(settings, PARTITIONS) as worker:
            _buy(settings, range(5))
            await until(lambda: worker.progress().caught_up)
            await until(lambda: _spent(settings) == [500] * len(CUSTOMERS))
            monkeypatch.setattr(TransactionProducer, "make", doomed)
            _buy(settings, range(5, 10))
            await until(lambda: worker._log.outage.seconds > LONG_S)
            progress = worker.progress()
            assert not progress.is_ready
            assert "brokers" in progress.reason
            await asyncio.to_thread(outage.end)
            await until(lambda: worker.progress().is_ready)
            _buy(settings, range(10, 15))
            await until(lambda: _spent(settings) == [1500] * len(CUSTOMERS))

    asyncio.run(scene())
    for name, changes in _spend(settings).items():
        assert [each.value for each in changes] == list(range(100, 1600, 100)), name


def test_a_worker_that_is_asked_to_stop_while_the_brokers_are_away_ends(
    server: KafkaServer, tmp_path: Path, unused_tcp_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its last checkpoint is not made then; what it held is read again by whoever comes next."""
    monkeypatch.setenv("TAGGER_CHECKPOINT_MS", "60000")
    settings = _settings(server, "stopped", "classic", tmp_path)
    outage, log = Frozen(server), tmp_path / "log"

    async def scene() -> int:
        with (
            log.open("wb") as lines,
            _process(settings, unused_tcp_port, lines.fileno()) as process,
        ):
            await until(lambda: _is_ready(unused_tcp_port))
            _buy(settings, range(100))
            await until(lambda: _has_decided(unused_tcp_port))
            outage.begin()
            process.send_signal(signal.SIGTERM)
            try:
                return await asyncio.to_thread(process.wait, 30)
            finally:
                outage.end()

    assert asyncio.run(scene()) == EX_TEMPFAIL
    (last,) = [line for line in log.read_text().splitlines() if "giving up" in line]
    assert "brokers" in last


def _has_decided(port: int) -> bool:
    """Whether a worker has processed events, and so has something for a checkpoint."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
        return b"tagger_events_total{" in answer.read()


def _settings(server: KafkaServer, prefix: str, protocol: GroupProtocol, folder: Path) -> Settings:
    topics = Topics(**{role: f"{prefix}.{role}" for role in Topics.__struct_fields__})
    server.create_topics(msgspec.structs.astuple(topics), PARTITIONS)
    return Settings(
        brokers=server.brokers,
        group=prefix,
        group_protocol=protocol,
        topics=topics,
        state_dir=folder / "state",
    )
