"""Moves that are refused, broken off or told apart, on Apache Kafka."""

import asyncio
import os
import signal
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from confluent_kafka import Producer, TopicPartition
from confluent_kafka.admin import NewTopic  # type: ignore[attr-defined]

from tagger.cli.main import INTERRUPTED
from tagger.settings import GroupProtocol, Settings
from tagger.stream.kafka import clients, migration_look
from tagger.stream.kafka.migration import AFTERWARDS_MS, Migration
from tagger.stream.kafka.migration_check import Fold
from tagger.stream.kafka.migration_faults import AGAIN
from tagger.stream.kafka.migration_look import Move
from tagger.stream.kafka.preflight import group_state
from tagger.stream.log import LogRecord

from .moving import (
    AFTER,
    BEFORE,
    CUSTOMERS,
    migrate,
    purchases,
    until_spent,
)
from .reading import committed_in, settled_ends
from .working import produce, purchase, working

pytestmark = [pytest.mark.service, pytest.mark.xdist_group("kafka")]


def test_what_follows_holds_nobody_up_for_long(
    old: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the command is killed, its transaction stands before what workers read by then."""
    make, timeouts_ms = clients.transactional_producer, []

    def noted(settings: Settings, name: str, timeout_ms: int) -> Producer:
        timeouts_ms.append(timeout_ms)
        return make(settings, name, timeout_ms)

    monkeypatch.setattr(clients, "transactional_producer", noted)
    assert migrate(old).exit_code == 0
    assert timeouts_ms == [15 * 60_000]
    produce(old, purchase("ann", 2, 5_000))
    assert "1 unread records moved" in migrate(old).output
    assert timeouts_ms[-1] == AFTERWARDS_MS


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_move_that_is_stopped_leaves_no_transaction_open(
    number: signal.Signals, old: Settings, new: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    produce(old, *purchases(1))

    def stop(*_: Any) -> None:
        os.kill(os.getpid(), number)

    monkeypatch.setattr(Migration, "_send_positions", stop)
    assert migrate(old).exit_code == INTERRUPTED
    assert any(end > 0 for end in settled_ends(new.brokers, new.topics.purchase, AFTER))


def test_advice_to_begin_again_is_given_only_where_that_helps(
    old: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = migrate(old, "--minutes", "1440")
    assert refused.exit_code == 2
    assert "transaction.max.timeout.ms" in refused.output

    large = Producer({"bootstrap.servers": old.brokers, "message.max.bytes": 1_040_000})
    large.produce(old.topics.chat, os.urandom(1_020_000))
    large.flush()
    monkeypatch.setenv("TAGGER_MAX_RECORD_BYTES", "100000")
    refused_large = migrate(old)
    assert "Let the workers read to the end first" in refused_large.output
    assert AGAIN not in refused.output + refused_large.output


@pytest.mark.parametrize("protocol", ["classic", "consumer"])
def test_nothing_moves_while_workers_run_or_where_records_lie(
    protocol: GroupProtocol,
    old: Settings,
    new: Settings,
    rules_of_moves: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(migration_look, "PATIENCE_S", 0.0)

    async def while_running() -> Result:
        async with working(replace(old, group_protocol=protocol), BEFORE, rules_of_moves):
            return await asyncio.to_thread(migrate, old, "--dry-run")

    refused = asyncio.run(while_running())
    assert refused.exit_code == 2
    assert f"group {old.group} has members" in refused.output

    monkeypatch.undo()
    dry = migrate(old, "--dry-run")
    assert (dry.exit_code, dry.output.splitlines()[-1]) == (0, "nothing was written")
    make_and_write(new)
    refused = migrate(old)
    assert refused.exit_code == 2
    assert f"{new.topics.purchase}/" in refused.output
    assert "holds records" in refused.output
    assert group_state(old).shards == BEFORE


def test_a_move_that_cannot_be_proven_is_not_made(
    old: Settings, new: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    produce(old, *purchases(1))

    with monkeypatch.context() as patched:
        put = Migration._put
        forgotten: list[LogRecord] = []

        def forget_one(migration: Migration, topic: str, partition: int, record: LogRecord) -> None:
            if forgotten:
                put(migration, topic, partition, record)
            else:
                forgotten.append(record)

        patched.setattr(Migration, "_put", forget_one)
        refused = migrate(old)
    assert (refused.exit_code, len(forgotten)) == (2, 1)
    assert "not what was written" in refused.output

    with monkeypatch.context() as patched:
        copy = Migration._copy_profiles

        def slowly(migration: Migration, move: Move) -> Fold:
            produce(old, purchase("late", 1, 100))
            return copy(migration, move)

        patched.setattr(Migration, "_copy_profiles", slowly)
        refused = migrate(old)
    assert refused.exit_code == 2
    assert "1 records were written" in refused.output

    for topic in (new.topics.purchase, new.topics.profile_changelog):
        assert committed_in(old.brokers, topic, AFTER) == []
    made = migrate(old)
    assert f"{len(CUSTOMERS) + 1} unread records moved" in made.output


def _work(settings: Settings, rules: Path) -> None:
    """A worker comes, reads everything and leaves."""

    async def scenario() -> None:
        async with working(settings, BEFORE, rules):
            await until_spent(settings, dict.fromkeys(CUSTOMERS, 1))

    asyncio.run(scenario())


def _skip(settings: Settings, _: Path) -> None:
    """Somebody moves a position."""
    consumer = clients.changelog_reader(settings)
    consumer.commit(offsets=[TopicPartition(settings.topics.chat, 1, 0)], asynchronous=False)
    consumer.close()


@pytest.mark.parametrize("meanwhile", [_work, _skip])
def test_whoever_has_worked_on_the_old_topics_meanwhile_is_noticed(
    meanwhile: Callable[[Settings, Path], None],
    old: Settings,
    rules_of_moves: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    produce(old, *purchases(1))
    with monkeypatch.context() as patched:
        copy = Migration._copy_profiles

        def slowly(migration: Migration, move: Move) -> Fold:
            meanwhile(old, rules_of_moves)
            return copy(migration, move)

        patched.setattr(Migration, "_copy_profiles", slowly)
        refused = migrate(old)
    assert refused.exit_code == 2
    assert "stop the workers and begin again. Nothing was moved" in refused.output
    assert group_state(old).shards == BEFORE


def test_a_worker_that_has_come_meanwhile_is_noticed(
    old: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    member = clients.group_member(clients.group_config(old))
    with monkeypatch.context() as patched:
        copy = Migration._copy_profiles

        def slowly(migration: Migration, move: Move) -> Fold:
            member.subscribe(list(old.topics.inputs()))
            while not member.assignment():
                member.poll(0.05)
            return copy(migration, move)

        patched.setattr(Migration, "_copy_profiles", slowly)
        refused = migrate(old)
    member.close()
    assert refused.exit_code == 2
    assert f"group {old.group} has got members meanwhile" in refused.output
    assert migrate(old).exit_code == 0


def make_and_write(settings: Settings) -> None:
    """The new purchases topic, with a record in it."""
    topic, admin = settings.topics.purchase, clients.admin(settings)
    admin.create_topics([NewTopic(topic, AFTER, 1)])[topic].result(30)
    produce(settings, purchase("ann", 1, 100))
