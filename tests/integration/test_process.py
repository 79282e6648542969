"""A worker as a process of its own: signals, kills, and what an operator is told at the start."""

import asyncio
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec
import pytest

from tagger.codecs.decode_outputs import decode_change
from tagger.settings import Settings
from tagger.stream.kafka.preflight import TopicsError, input_partitions
from tagger.stream.topics import Topics

from .conftest import MakeSettings
from .kafka_server import KafkaServer
from .working import produce, published, purchase, until

pytestmark = [pytest.mark.service, pytest.mark.xdist_group("kafka")]

PARTITIONS = 2
PROGRAM = (
    "import logging, os; from pathlib import Path; from tagger.settings import Settings; "
    "from tagger.wiring import run_worker; logging.basicConfig(level=logging.INFO); "
    "run_worker(Settings.from_environment(os.environ), Path('tests/integration/rules'))"
)


@contextmanager
def _process(
    settings: Settings, port: int, log: int | None = None, program: str = PROGRAM
) -> Iterator[subprocess.Popen[bytes]]:
    """A worker. `log` is where its log goes, see `Popen.stderr`."""
    topics = msgspec.structs.asdict(settings.topics).items()
    environment = {f"TAGGER_TOPIC_{role.upper()}": name for role, name in topics} | {
        "TAGGER_BROKERS": settings.brokers,
        "TAGGER_GROUP": settings.group,
        "TAGGER_GROUP_PROTOCOL": settings.group_protocol,
        "TAGGER_STATE_DIR": str(settings.state_dir),
        "TAGGER_WEB_HOST": "127.0.0.1",
        "TAGGER_WEB_PORT": str(port),
    }
    command = [sys.executable, "-c", program]
    with subprocess.Popen(command, env=os.environ | environment, stderr=log) as process:
        try:
            yield process
        finally:
            process.kill()


def _is_ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/ready", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, ConnectionError):
        return False


async def _sequences(settings: Settings, last_value: float) -> list[int]:
    """Sequence numbers of the customer's changes, once `spend_90d` has reached `last_value`."""
    records = await published(
        settings,
        settings.topics.tag_change,
        PARTITIONS,
        lambda found: any(
            change.tag == "spend_90d" and change.value == last_value
            for change in (decode_change(each.value()) for each in found)
        ),
    )
    return [decode_change(each.value()).sequence for each in records]


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_makes_the_last_checkpoint_and_ends_with_success(
    kafka: MakeSettings, unused_tcp_port: int, ending: signal.Signals
) -> None:
    settings = kafka(partitions=PARTITIONS)

    async def scenario() -> None:
        for number, total in ((1, 100), (2, 200)):
            with _process(settings, unused_tcp_port) as process:
                await until(lambda: _is_ready(unused_tcp_port))
                produce(settings, purchase("ann", number, 10_000))
                await _sequences(settings, total)
                process.send_signal(ending)
                assert await asyncio.to_thread(process.wait, 30) == 0
        sequences = await _sequences(settings, 200)
        assert sequences == list(range(1, len(sequences) + 1))

    asyncio.run(scenario())


def test_a_killed_worker_loses_nothing(kafka: MakeSettings, unused_tcp_port: int) -> None:
    settings = kafka(partitions=PARTITIONS, group_protocol="classic")

    async def scenario() -> None:
        with _process(settings, unused_tcp_port) as process:
            await until(lambda: _is_ready(unused_tcp_port))
            produce(settings, purchase("ann", 1, 10_000))
            await _sequences(settings, 100)
            produce(settings, purchase("ann", 2, 10_000))
            process.kill()
        with _process(settings, unused_tcp_port):
            sequences = await _sequences(settings, 200)
            assert set(sequences) == set(range(1, max(sequences) + 1))

    asyncio.run(scenario())


def test_missing_topics_are_named(kafka_server: KafkaServer) -> None:
    names = {role: f"nowhere.{role}" for role in Topics.__struct_fields__}
    settings = Settings(brokers=kafka_server.brokers, topics=Topics(**names))
    with pytest.raises(TopicsError, match=r"nowhere\.purchase is missing; create it"):
        input_partitions(settings)


def test_inputs_that_are_not_co_partitioned_are_refused(kafka_server: KafkaServer) -> None:
    names = {role: f"uneven.{role}" for role in Topics.__struct_fields__}
    topics = Topics(**names)
    kafka_server.create_topics(tuple(name for name in names.values() if name != topics.chat), 2)
    kafka_server.create_topics((topics.chat,), 3)
    with pytest.raises(TopicsError, match=r"topic uneven\.browse has 2 partitions"):
        input_partitions(Settings(brokers=kafka_server.brokers, topics=topics))


def test_brokers_that_do_not_answer_are_named(
    unused_tcp_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tagger.stream.kafka.preflight.TIMEOUT_S", 0.2)
    with pytest.raises(TopicsError, match=f"no answer from 127.0.0.1:{unused_tcp_port}"):
        input_partitions(Settings(brokers=f"127.0.0.1:{unused_tcp_port}"))
