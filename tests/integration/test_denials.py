"""Whoever is turned away by a Kafka that trusts nobody is told at once what is wrong and where.

Each right that `tagger acls` prints is left out once: none of them is superfluous, and the answer
names what is missing.
"""

import json
import os
import re
import subprocess
import sys
import traceback
from pathlib import Path

import pytest
from confluent_kafka import KafkaError, KafkaException

from tagger.codecs.json_fields import to_json
from tagger.settings import Settings
from tagger.stream.kafka import changelog, clients, contact, preflight
from tagger.stream.kafka.preflight import TopicsError
from tagger.stream.kafka.refusals import RefusedError
from tagger.stream.kafka.sender import Sender, SendError
from tagger.stream.log import Output
from tagger.wiring import run_worker

from .guarded import (
    CONSUMER_GROUP,
    MOVED_TO_PARTITIONS,
    TOPICS,
    Guarded,
    settings_of,
    topics_words,
)
from .working import RULES, purchase

pytestmark = [pytest.mark.service, pytest.mark.xdist_group("secure-kafka")]

Variables = dict[str, str]
MIGRATE = ["topics", "migrate", "--to-partitions", str(MOVED_TO_PARTITIONS)]
NOT_IN = "the log-in as TAGGER_SASL_USERNAME=watcher is refused"


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits long for brokers that turn them away."""
    monkeypatch.setattr(contact, "PATIENCE_S", 0.1)
    monkeypatch.setattr(preflight, "TIMEOUT_S", 2.0)
    monkeypatch.setattr(preflight, "GROUP_ASK_S", 0.5)
    monkeypatch.setattr(changelog, "ASK_S", 0.5)


@pytest.fixture
def events(tmp_path: Path) -> str:
    """A file with one event."""
    file = tmp_path / "events.jsonl"
    file.write_bytes(to_json(purchase("eve", 1, 500)) + b"\n")
    return str(file)


@pytest.fixture
def letters(tmp_path: Path) -> str:
    """A file with one mended dead letter."""
    file = tmp_path / "letters.jsonl"
    place = {"place": "0/0", "topic": TOPICS.purchase, "partition": 0, "offset": 0, "timestamp": 0}
    record = {"key": "eve", "headers": [], "value": "x", "code": "undecodable", "detail": ""}
    file.write_text(json.dumps(place | record), "utf-8")
    return str(file)


@pytest.mark.parametrize(
    ("number", "named"),
    [
        (0, f"topic {TOPICS.profile}: our user may not even see it"),
        (1, f"topic {TOPICS.profile_changelog}: our user may not even see it"),
        (2, f"topic {TOPICS.current_tags}: our user may not even see it"),
        (3, "to read the group"),
        (4, "transactional ids that begin with"),
    ],
)
def test_a_worker_needs_each_of_its_rights(guarded: Guarded, number: int, named: str) -> None:
    variables = guarded.user_without("worker", number)
    with pytest.raises((TopicsError, RefusedError), match=named) as raised:
        run_worker(settings_of(variables), RULES)
    guarded.assert_silent(str(raised.value))


def test_a_worker_that_is_refused_ends_with_a_sentence(guarded: Guarded) -> None:
    variables = guarded.user_without("worker", 4)
    ended = subprocess.run(
        [sys.executable, "-m", "tagger", "run", "--rules", str(RULES)],
        env=os.environ | variables,
        capture_output=True,
        text=True,
        check=False,
    )
    last = ended.stderr.splitlines()[-1]
    assert (ended.returncode, last.startswith("error: the brokers refuse: ")) == (2, True), last
    assert last.endswith("; `tagger acls --worker` prints all rights that it needs")
    guarded.assert_silent(ended.stdout + ended.stderr)


@pytest.mark.parametrize(
    ("role", "number", "named"),
    [
        ("producer", 0, TOPICS.purchase),
        ("producer", 1, TOPICS.command),
        ("watcher", 0, TOPICS.tag_change),
        ("watcher", 1, "Group authorization failed"),
        ("mender", 0, TOPICS.dead_letter),
        ("mender", 1, f"topic {TOPICS.purchase}: "),
        ("mender", 2, "Group authorization failed"),
        ("administrator", 0, TOPICS.purchase),
        ("migrator", 0, f"topic {TOPICS.purchase}: our user may not even see it"),
        ("migrator", 1, f"topic {TOPICS.purchase}-p{MOVED_TO_PARTITIONS}: "),
        ("migrator", 2, "to read the group"),
        ("migrator", 3, "transactional ids that begin with"),
    ],
)
def test_a_command_needs_each_of_its_rights(
    guarded: Guarded, events: str, letters: str, role: str, number: int, named: str
) -> None:
    words = {
        "producer": ["produce", events],
        "watcher": ["watch", "--from-beginning", "--limit", "1"],
        "mender": ["dead-letters", *(("retry", "--from", letters) if number == 1 else ("list",))],
        "administrator": topics_words("plan"),
        "migrator": MIGRATE,
    }[role]
    refused = guarded.run(guarded.user_without(role, number), *words)
    assert refused.exit_code == 2, refused.output
    assert named in refused.output
    assert re.search(
        rf"tagger acls --{role}( User:{role}-without-{number}|`) prints", refused.output
    )


def test_a_right_to_see_is_none_to_write(guarded: Guarded) -> None:
    refused = guarded.run(guarded.user("consumer"), *topics_words("plan"))
    assert refused.exit_code == 2
    with pytest.raises(TopicsError) as raised:
        preflight.input_partitions(settings_of(guarded.user("producer")))
    assert f"topic {TOPICS.purchase}: our user lacks the right Read" in str(raised.value)


@pytest.mark.parametrize("role", ["worker", "producer", "mender"])
def test_nobody_but_their_writer_writes_commands(guarded: Guarded, role: str) -> None:
    sender = Sender(settings_of(guarded.user(role)))
    with pytest.raises(SendError, match="Topic authorization failed"):
        sender.send([Output(TOPICS.command, b"eve", b"x")])


@pytest.mark.parametrize(
    ("number", "code"),
    [(0, KafkaError.TOPIC_AUTHORIZATION_FAILED), (1, KafkaError.GROUP_AUTHORIZATION_FAILED)],
)
def test_a_consumer_needs_each_of_its_rights(guarded: Guarded, number: int, code: int) -> None:
    settings = settings_of(guarded.user_without("consumer", number))
    consumer = clients.group_member(
        clients.connection(settings) | {"group.id": CONSUMER_GROUP, "enable.auto.commit": False}
    )
    consumer.subscribe([TOPICS.tag_change])
    (event,) = consumer.consume(1, 15.0)
    consumer.close()
    error = event.error()
    assert error is not None
    assert error.code() == code


def login_faults(guarded: Guarded) -> dict[str, tuple[Variables, list[str]]]:
    """What may be wrong with how somebody logs in, and what has to be said of it."""
    good = guarded.user("watcher")
    host, _, port = guarded.server.brokers.partition(":")
    wrong_host = f"{host.replace('localhost', '127.0.0.1')}:{port}"
    strange = guarded.server.strange_authority
    nobody = guarded.server.by_certificate("nobody")
    certificate = ("TAGGER_TLS_CERT", "TAGGER_TLS_KEY", "TAGGER_TLS_KEY_PASSWORD_FILE")
    return {
        "password": (
            good | {"TAGGER_SASL_PASSWORD_FILE": guarded.password_file("not-this-one")},
            [NOT_IN, "TAGGER_SASL_PASSWORD"],
        ),
        "mechanism": (
            good | {"TAGGER_SASL_MECHANISM": "SCRAM-SHA-256"},
            [NOT_IN, "TAGGER_SASL_MECHANISM=SCRAM-SHA-256"],
        ),
        "authority": (
            good | {"TAGGER_TLS_CA": str(strange)},
            ["certificate is not trusted", f"TAGGER_TLS_CA={strange}"],
        ),
        "host": (
            good | {"TAGGER_BROKERS": wrong_host},
            ["certificate is not valid for '127.0.0.1'", "TAGGER_BROKERS"],
        ),
        "protocol": (
            good | {"TAGGER_SECURITY_PROTOCOL": "sasl_plaintext"},
            ["no answer from", "TAGGER_SECURITY_PROTOCOL=sasl_plaintext"],
        ),
        "no certificate": (
            {name: value for name, value in nobody.items() if name not in certificate},
            ["wants a certificate from us", "TAGGER_TLS_CERT"],
        ),
        "strange certificate": (
            guarded.server.by_certificate("nobody", trusted=False),
            ["does not take the certificate of TAGGER_TLS_CERT="],
        ),
    }


@pytest.mark.parametrize(
    "what",
    [
        *("password", "mechanism", "authority", "host"),
        *("protocol", "no certificate", "strange certificate"),
    ],
)
def test_who_cannot_log_in_is_told_which_setting_to_look_at(guarded: Guarded, what: str) -> None:
    variables, told = login_faults(guarded)[what]
    refused = guarded.run(variables, "watch", "--limit", "1")
    assert refused.exit_code == 2
    assert [each for each in told if each not in refused.output] == [], refused.output


def test_every_command_says_that_the_password_is_wrong(
    guarded: Guarded, events: str, letters: str
) -> None:
    wrong = {"TAGGER_SASL_PASSWORD_FILE": guarded.password_file("not-this-one")}
    for words in (
        ["run", "--rules", str(RULES)],
        ["produce", events],
        ["dead-letters", "list"],
        ["dead-letters", "retry", "--from", letters],
        topics_words("plan"),
        topics_words("apply"),
    ):
        refused = guarded.run(guarded.user("watcher") | wrong, *words)
        assert refused.exit_code == 2, (words, refused.output)
        assert NOT_IN in refused.output
        assert "not-this-one" not in refused.output


def test_a_traceback_with_all_variables_shows_no_password(guarded: Guarded) -> None:
    settings: Settings = settings_of(guarded.user_without("worker", 4))
    with pytest.raises(RefusedError) as raised:
        run_worker(settings, RULES)
    told = traceback.TracebackException.from_exception(raised.value, capture_locals=True)
    text = "".join(told.format())
    assert "Secret(***)" in text
    guarded.assert_silent(text)
    with pytest.raises(KafkaException) as unanswered:
        clients.changelog_reader(settings).committed([], timeout=0)
    told = traceback.TracebackException.from_exception(unanswered.value, capture_locals=True)
    guarded.assert_silent("".join(told.format()))
