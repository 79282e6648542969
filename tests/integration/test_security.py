"""The program on a Kafka with TLS, log-in and ACLs: all of it works with the rights that
`tagger acls` prints, none of it without one of them, and whoever is turned away is told why."""

import asyncio
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from tagger.codecs.decode_outputs import OutputDecoder
from tagger.codecs.encode import Encoder
from tagger.codecs.json_fields import to_json
from tagger.domain.commands import CommandOutcome, TagCommand
from tagger.domain.tags import TagChange
from tagger.stream.kafka.sender import Sender
from tagger.stream.log import Output

from .guarded import PARTITIONS, TOPICS, Guarded, settings_of, topics_words
from .working import RULES, now_ms, produce, purchase, until, working

pytestmark = [pytest.mark.service, pytest.mark.xdist_group("secure-kafka")]


@contextmanager
def worker_process(variables: Mapping[str, str], port: int) -> Iterator["subprocess.Popen[str]"]:
    """`tagger run`, with its web server on `port`."""
    started = subprocess.Popen(
        [sys.executable, "-m", "tagger", "run", "--rules", str(RULES)],
        env=os.environ | variables | {"TAGGER_WEB_PORT": str(port)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield started
    finally:
        started.kill()
        started.communicate()


def shown_by(pid: int, *, port: int) -> str:
    """What a process shows to others: its words, its variables, its metrics."""
    words = Path(f"/proc/{pid}/cmdline").read_text("utf-8", errors="replace")
    variables = Path(f"/proc/{pid}/environ").read_text("utf-8", errors="replace")
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=30) as answer:
        return words + variables + str(answer.read())


def test_the_topics_of_the_administrator_are_as_they_should_be(guarded: Guarded) -> None:
    result = guarded.run(guarded.user("administrator"), *topics_words("plan"))
    assert (result.exit_code, result.output) == (0, "all topics are as they should be\n")


def test_each_does_its_part_with_the_rights_that_are_printed(
    guarded: Guarded, tmp_path: Path, unused_tcp_port: int
) -> None:
    file = tmp_path / "events.jsonl"
    file.write_bytes(to_json(purchase("ann", 1, 500)) + b"\n")
    with worker_process(guarded.user("worker"), unused_tcp_port) as worker:
        produced = guarded.run(guarded.user("producer"), "produce", str(file))
        assert produced.exit_code == 0, produced.output
        broken = Output(TOPICS.purchase, b"ann", b"no event")
        Sender(settings_of(guarded.user("producer"))).send([broken])
        command = TagCommand(
            command_id="k-1",
            customer_id="ann",
            issued_at=now_ms(),
            actor="bo",
            role="support",
            op="assign",
            tag="nothing",
        )
        written = Output(TOPICS.command, b"ann", Encoder().encode(command))
        Sender(settings_of(guarded.user("command-writer"))).send([written])
        (outcome, *_) = guarded.consumed(TOPICS.command_outcome, bool)
        decoded = OutputDecoder().decode(CommandOutcome, outcome.value())
        assert (decoded.command_id, decoded.code) == ("k-1", "unknown-tag")
        guarded.wait_for_change_of("ann")
        watcher = guarded.user("watcher")
        words = ("watch", "--from-beginning", "--customer", "ann", "--limit", "1")
        watched = guarded.run(watcher, *words)
        assert (watched.exit_code, "ann" in watched.output) == (0, True)
        mender = guarded.user("mender")
        listed = guarded.run(mender, "dead-letters", "list", "--key", "ann")
        assert listed.output.endswith("1 dead letters\n")
        back = guarded.run(mender, "dead-letters", "retry", "--key", "ann")
        assert back.output.endswith("1 put back\n")
        guarded.assert_silent(shown_by(worker.pid, port=unused_tcp_port))
        worker.send_signal(signal.SIGTERM)
        said, _ = worker.communicate(timeout=30)
        assert worker.returncode == 0, said
        guarded.assert_silent(said)


@pytest.mark.parametrize("way", ["plain", "certificate"])
def test_a_worker_logs_in_by_other_ways_too(guarded: Guarded, way: str) -> None:
    settings = settings_of(guarded.plain_worker() if way == "plain" else guarded.certified_worker())

    async def scene() -> None:
        async with working(settings, PARTITIONS) as worker:
            produce(settings_of(guarded.user("producer")), purchase(way, 1, 500))
            await until(lambda: worker.progress().records_read > 0)
            await asyncio.to_thread(guarded.wait_for_change_of, way)

    asyncio.run(scene())


def test_a_change_can_be_read_by_its_consumers_alone(guarded: Guarded) -> None:
    changes = guarded.consumed(TOPICS.tag_change, bool)
    assert OutputDecoder().decode(TagChange, changes[0].value()).tag == "spend_90d"
    refused = guarded.run(guarded.user("producer"), "watch", "--limit", "1")
    assert refused.exit_code == 2
    assert f"topic {TOPICS.tag_change}: our user may not even see it" in refused.output
