"""The comparison on a real Kafka: programs that do the job are right, and one that does not is
told."""

import sys
from collections.abc import Sequence

import pytest

from bench.compare import backlog
from bench.compare.backlog import Backlog, measure
from bench.compare.feed import written
from bench.compare.process import Command
from bench.compare.program import Program
from bench.compare.python_programs import HAND_LOOP, NIGHTLY_BATCH
from bench.compare.runs import Runs
from bench.compare.scene import Scene
from bench.compare.tagger_programs import TWO_WORKERS
from bench.job.purchases import Job

from .kafka_server import KafkaServer

pytestmark = [pytest.mark.service, pytest.mark.xdist_group("kafka")]

LOSES_ALL = """\
import sys, time
from confluent_kafka import Consumer, TopicPartition
brokers, group, topic = sys.argv[1:]
consumer = Consumer({"bootstrap.servers": brokers, "group.id": group})
ends = [(n, consumer.get_watermark_offsets(TopicPartition(topic, n))[1]) for n in range(4)]
offsets = [TopicPartition(topic, n, end) for n, end in ends]
consumer.commit(offsets=offsets, asynchronous=False)
print("done", flush=True)
time.sleep(60)
"""


@pytest.fixture(scope="module")
def year(kafka_server: KafkaServer, tmp_path_factory: pytest.TempPathFactory) -> Backlog:
    """A thousand purchases of fifty customers."""
    topic, history = written(kafka_server, Job.until_now(1_000), "lz4")
    return Backlog(topic, history, tmp_path_factory.mktemp("no-files"))


@pytest.mark.parametrize(
    "program", [TWO_WORKERS, HAND_LOOP, NIGHTLY_BATCH], ids=lambda program: program.key
)
def test_programs_that_do_the_job_are_right(
    program: Program, kafka_server: KafkaServer, year: Backlog
) -> None:
    found = measure(program, kafka_server, year, f"bench-{program.key}-1")
    assert list(found.wrong) == []
    assert found.changes >= sum(year.expected_counts) > 100
    assert found.samples[-1].done == found.records == 1_000
    assert found.whole_us > 0


def test_one_that_commits_and_publishes_nothing_is_told_with_what_is_missing(
    kafka_server: KafkaServer, year: Backlog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backlog, "REST_S", 0.5)

    def start(scene: Scene) -> Sequence[Command]:
        names = (scene.server.brokers, scene.name, scene.events)
        return [Command((sys.executable, "-c", LOSES_ALL, *names))]

    program = Program("none", "one that loses all", "none", {}, start)
    found = measure(program, kafka_server, year, "bench-none-1")
    lost = sum(year.expected_counts)
    assert Runs(program, [found]).verdict() == f"WRONG: {lost:,} missing"
    assert len(found.wrong) == len(year.expected)
