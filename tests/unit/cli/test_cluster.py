"""`tagger produce`, `watch` and `run`, on a broker inside this process."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition

from tagger.codecs.decode import RecordDecoder
from tagger.codecs.encode import Encoder
from tagger.domain.commands import TagCommand
from tagger.domain.events import Purchase
from tagger.domain.tags import Cause, Evidence, TagChange, Trigger
from tagger.domain.times import format_instant, parse_instant
from tagger.settings import Settings
from tagger.stream.kafka import preflight
from tagger.stream.kafka.embedded import PARTITIONS, EmbeddedBroker
from tagger.stream.kafka.sender import Sender
from tagger.stream.log import Output
from tagger.stream.stores.database import LocalStateError
from tagger.stream.topics import InputKind, Topics

from .kit import PACK, cart_add, command, events_in, objects, purchase, rules_in, run

NOON = parse_instant("2026-03-01T12:00:00Z")
HISTORY = (
    purchase("c-1", "2026-03-01T09:00:00Z", period_start="2026-03-01T00:00:00Z"),
    cart_add("c-2", "2026-03-01T10:00:00Z"),
    command("c-3", "2026-03-01T12:00:00Z", "assign", "vip", until="2026-03-05T00:00:00Z"),
    purchase("c-1", "2026-03-01T11:00:00Z"),
)


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    with EmbeddedBroker(msgspec.structs.astuple(Topics())) as broker:
        monkeypatch.setenv("TAGGER_BROKERS", broker.brokers)
        yield Settings(brokers=broker.brokers)


def records(settings: Settings, kind: InputKind, count: int) -> list[Any]:
    """So many decoded records of an input topic, by time; their keys are as they must be."""
    topic = {name: each for each, name in settings.topics.inputs().items()}[kind]
    consumer = Consumer({"bootstrap.servers": settings.brokers, "group.id": "test"})
    consumer.assign([TopicPartition(topic, number, 0) for number in range(PARTITIONS)])
    found: list[Any] = []
    deadline = time.monotonic() + 30
    while len(found) < count and time.monotonic() < deadline:
        for message in consumer.consume(100, 0.2):
            found.append(RecordDecoder().decode(kind, message.value()))
            key = message.key()
            assert isinstance(key, bytes)
            assert key.decode() == found[-1].customer_id
    consumer.close()
    return sorted(found, key=msgspec.structs.astuple)


def change(customer: str, sequence: int, tag: str, cause: Cause = "event") -> TagChange:
    condition = Evidence("time since the last purchase", 86_400_000, "gte", 3_600_000, holds=True)
    return TagChange(
        id=f"{customer}-{sequence}",
        customer_id=customer,
        sequence=sequence,
        tag=tag,
        op="added",
        value=True,
        previous_value=None,
        effective_at=NOON + sequence,
        processed_at=NOON + 500,
        cause=cause,
        trigger=Trigger("event", "e-1", NOON),
        actor=None,
        reason=None,
        rule=f"shop/{tag}",
        rule_version="1",
        source="rule",
        priority=0,
        evidence=(condition,),
        expires_at=None,
    )


def publish(settings: Settings, *changes: TagChange | bytes) -> None:
    """Into one partition, so that their order is theirs."""
    encode = Encoder().encode
    Sender(settings).send(
        Output(
            settings.topics.tag_change,
            b"k",
            each if isinstance(each, bytes) else encode(each),
            partition=0,
        )
        for each in changes
    )


def test_produced_events_are_in_the_input_topics(settings: Settings, tmp_path: Path) -> None:
    result = run("produce", events_in(tmp_path, *HISTORY))
    assert (result.exit_code, result.stderr) == (0, "")
    assert [line.split() for line in result.stdout.splitlines()] == [
        ["topic", "records"],
        ["crm.browse.v1", "1"],
        ["crm.purchase.v1", "2"],
        ["crm.tag-command.v1", "1"],
    ]
    first, second = records(settings, "purchase", 2)
    assert isinstance(first, Purchase)
    assert (first.amount_minor, second.customer_id) == (6000, "c-1")
    assert first.occurred_at == NOON - 3 * 3_600_000
    assert [each.action for each in records(settings, "browse", 1)] == ["cart_add"]


def test_all_times_move_by_one_distance(settings: Settings, tmp_path: Path) -> None:
    by_ms = 7 * 86_400_000 + 1
    end = format_instant(NOON + by_ms)
    assert run("produce", events_in(tmp_path, *HISTORY), "--end-at", end).exit_code == 0
    (asked,) = records(settings, "command", 1)
    assert isinstance(asked, TagCommand)
    assert asked.issued_at == NOON + by_ms
    assert asked.until == parse_instant("2026-03-05T00:00:00Z") + by_ms
    first, second = records(settings, "purchase", 2)
    assert first.period_start == parse_instant("2026-03-01T00:00:00Z") + by_ms
    assert second.period_start is None
    assert second.occurred_at == NOON - 3_600_000 + by_ms


def test_bad_lines_are_reported_and_the_rest_is_produced(
    settings: Settings, tmp_path: Path
) -> None:
    events = events_in(tmp_path, HISTORY[0], {"type": "browse"}, HISTORY[3])
    result = run("produce", events, "--rate", "100000", "--end-at", "now")
    assert result.exit_code == 1
    (told,) = result.stderr.splitlines()
    assert told.startswith(f"{events}:2 missing-field ")
    assert len(records(settings, "purchase", 2)) == 2


def test_standard_input_is_produced_but_cannot_be_read_twice(settings: Settings) -> None:
    line = msgspec.json.encode(HISTORY[0]) + b"\n"
    assert run("produce", "-", stdin=line).exit_code == 0
    assert len(records(settings, "purchase", 1)) == 1
    result = run("produce", "-", "--end-at", "now", stdin=line)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "reads the events twice" in result.stderr


def test_changes_are_watched_one_a_line(settings: Settings) -> None:
    publish(settings, change("c-1", 1, "active"), change("c-2", 1, "dormant", "time"))
    result = run("watch", "--from-beginning", "--limit", 2)
    assert (result.exit_code, result.stderr) == (0, "")
    first, second = result.stdout.splitlines()
    at, delay, customer, tag, cause, evidence = first.split(maxsplit=5)
    assert (at, delay, customer) == ("2026-03-01T12:00:00.001Z", "+0.499s", "c-1")
    assert (tag, cause) == ("+active", "event")
    assert evidence == "time since the last purchase: 1d ≥ 1h"
    assert second.split()[2:5] == ["c-2", "+dormant", "time"]


@pytest.mark.parametrize(
    ("filters", "ids"),
    [
        (("--tag", "active"), ["c-1-1", "c-2-2"]),
        (("--customer", "c-2", "--cause", "time"), ["c-2-1"]),
        (("--tag", "active", "--tag", "dormant", "--customer", "c-2"), ["c-2-1", "c-2-2"]),
    ],
)
def test_filters_and_json(settings: Settings, filters: tuple[str, ...], ids: list[str]) -> None:
    publish(
        settings,
        change("c-1", 1, "active"),
        change("c-2", 1, "dormant", "time"),
        change("c-2", 2, "active"),
    )
    result = run("watch", "--from-beginning", "--limit", len(ids), "--json", *filters)
    assert [each["id"] for each in objects(result.stdout)] == ids
    assert objects(result.stdout)[0]["evidence"][0]["measured"] == 86_400_000


def test_a_record_that_is_no_change_is_told_and_passed_over(settings: Settings) -> None:
    publish(settings, b"nonsense", change("c-1", 1, "active"))
    result = run("watch", "--from-beginning", "--limit", 1)
    assert result.exit_code == 1
    assert result.stderr.startswith("tagger.tag-change.v1/0/0 undecodable ")
    assert "+active" in result.stdout


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_watching_ends_cleanly_on_a_signal(settings: Settings, number: signal.Signals) -> None:
    publish(settings, change("c-1", 1, "active"))
    watching = subprocess.Popen(
        [sys.executable, "-m", "tagger", "watch", "--from-beginning"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "TAGGER_BROKERS": settings.brokers},
        text=True,
    )
    assert watching.stdout is not None
    assert "+active" in watching.stdout.readline()
    watching.send_signal(number)
    rest, errors = watching.communicate(timeout=60)
    assert (watching.returncode, rest, errors) == (0, "", "")


def test_producing_stops_between_two_events_on_a_signal(settings: Settings, tmp_path: Path) -> None:
    events = events_in(tmp_path, *HISTORY)
    producing = subprocess.Popen(
        [sys.executable, "-m", "tagger", "produce", str(events), "--rate", "0.02"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "TAGGER_BROKERS": settings.brokers},
        text=True,
    )
    assert len(records(settings, "purchase", 1)) == 1
    producing.send_signal(signal.SIGINT)
    told, errors = producing.communicate(timeout=60)
    assert (producing.returncode, errors) == (130, "")
    assert ["crm.purchase.v1", "1"] in [line.split() for line in told.splitlines()]


def test_settings_that_are_wrong_are_all_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TAGGER_BROKERS", raising=False)
    monkeypatch.setenv("TAGGER_ENCODING", "xml")
    for args in (("watch",), ("produce", "events.jsonl")):
        result = run(*args)
        assert (result.exit_code, result.stdout) == (2, "")
        assert "TAGGER_BROKERS: missing" in result.stderr
        assert "TAGGER_ENCODING: 'xml' is unknown" in result.stderr
        assert "--brokers" in result.stderr


def test_brokers_that_do_not_answer_are_told_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(preflight, "TIMEOUT_S", 0.5)
    rules = rules_in(tmp_path)
    for args in (("watch",), ("produce", events_in(tmp_path)), ("run", "--rules", rules)):
        result = run(*args, "--brokers", "localhost:1")
        assert (result.exit_code, result.stdout) == (2, "")
        (sentence,) = result.stderr.splitlines()
        assert sentence.startswith("error: no answer from localhost:1: ")


def test_settings_that_the_client_refuses_are_told_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    junk = tmp_path / "ca.pem"
    junk.write_text("junk")
    monkeypatch.setenv("TAGGER_SECURITY_PROTOCOL", "ssl")
    monkeypatch.setenv("TAGGER_TLS_CA", str(junk))
    rules = rules_in(tmp_path)
    for args in (("watch",), ("produce", events_in(tmp_path)), ("run", "--rules", rules)):
        result = run(*args, "--brokers", "localhost:1")
        assert (result.exit_code, result.stdout) == (2, "")
        assert "error: the Kafka client refuses its settings: " in result.stderr
        assert "TAGGER_TLS_" in result.stderr


def test_a_client_error_that_ends_a_worker_is_told_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def refused(*_: object) -> None:
        raise KafkaException(KafkaError(KafkaError.GROUP_AUTHORIZATION_FAILED))

    monkeypatch.setattr("tagger.cli.run.run_worker", refused)
    result = run("run", "--rules", rules_in(tmp_path), "--brokers", "localhost:1")
    assert result.exit_code == 2
    assert result.stderr.startswith("error: the worker ends: ")
    assert "TAGGER_SASL_USERNAME" in result.stderr


def test_a_missing_topic_is_told_with_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    topics = set(msgspec.structs.astuple(Topics())) - {Topics().chat}
    with EmbeddedBroker(topics) as broker:
        result = run("produce", "events.jsonl", "--brokers", broker.brokers)
    assert result.exit_code == 2
    assert "topic crm.chat.v1 is missing" in result.stderr


def test_a_worker_does_not_start_with_refused_rules(tmp_path: Path) -> None:
    rules = rules_in(tmp_path, PACK.replace("gte: 2", "gtee: 2"))
    result = run("run", "--rules", rules, "--brokers", "localhost:1")
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"{rules / 'shop.yaml'}:11:" in result.stderr


def test_local_state_that_cannot_be_used_is_told_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def held(*_: object) -> None:
        raise LocalStateError("tagger-state/0: another process has it open")

    monkeypatch.setattr("tagger.cli.run.run_worker", held)
    result = run("run", "--rules", rules_in(tmp_path), "--brokers", "localhost:1")
    assert result.exit_code == 2
    assert result.stderr == "error: tagger-state/0: another process has it open\n"


def test_a_worker_that_is_stopped_before_it_works_ends_at_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def stopped(*_: object) -> None:
        signal.raise_signal(signal.SIGTERM)
        raise RuntimeError("it went on")

    monkeypatch.setattr("tagger.cli.run.run_worker", stopped)
    result = run("run", "--rules", rules_in(tmp_path), "--brokers", "localhost:1")
    assert (result.exit_code, result.stderr) == (0, "")
