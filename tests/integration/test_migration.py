"""Customers who move to topics with another number of partitions, on Apache Kafka."""

import asyncio
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

import msgspec
import pytest
from click.testing import CliRunner, Result
from confluent_kafka import Message
from confluent_kafka.admin import NewPartitions, NewTopic  # type: ignore[attr-defined]

from tagger.cli.main import cli
from tagger.codecs.decode_outputs import decode_change, decode_current_tags
from tagger.domain.events import Browse, Event, Purchase
from tagger.domain.tags import CurrentTags, TagChange, fold
from tagger.settings import GroupProtocol, Settings
from tagger.stream.kafka import clients, migration_look
from tagger.stream.kafka.migration import Migration
from tagger.stream.kafka.migration_check import Fold
from tagger.stream.kafka.migration_look import Move
from tagger.stream.kafka.preflight import TopicsError, group_state
from tagger.stream.log import LogRecord
from tagger.stream.repartition import topics_after

from .conftest import MakeSettings
from .reading import everything_in
from .working import now_ms, produce, published, purchase, working

pytestmark = [pytest.mark.service, pytest.mark.xdist_group("kafka")]

BEFORE, AFTER = 4, 6
CUSTOMERS = [f"c{number}" for number in range(30)]
PACK = """\
pack: moves
category: test/moves
currency: USD
defaults: {owner: tests, layer: core}
events:
  cart_left: {first: {event: cart_add}, unless: {event: purchase}, within: 1s}
tags:
  spend_90d:
    title: {en: Spend in 90 days}
    form: number
    value: {sum: {event: purchase, of: amount, within: 90d}}
  fresh:
    title: {en: Bought just now}
    assign: {when: {count: {event: purchase, within: 1s}, gte: 1}}
  left_cart:
    title: {en: Left a cart}
    assign: {upon: cart_left}
    expires_after: 1d
"""
SHOPPERS, BUYERS = CUSTOMERS[::2], CUSTOMERS[1::2]
"""Who leaves a full cart while nobody reads, and who buys it."""


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "moves.yaml").write_text(PACK, "utf-8")
    return tmp_path / "rules"


@pytest.fixture
def old(kafka: MakeSettings) -> Settings:
    return replace(kafka(partitions=BEFORE), grace_ms=5_000)


@pytest.fixture
def new(old: Settings) -> Settings:
    return replace(old, topics=topics_after(old.topics, f"-p{AFTER}"))


def migrate(settings: Settings, *options: str) -> Result:
    names = msgspec.structs.asdict(settings.topics)
    environment = {f"TAGGER_TOPIC_{role.upper()}": name for role, name in names.items()}
    environment |= {"TAGGER_BROKERS": settings.brokers, "TAGGER_GROUP": settings.group}
    words = ["topics", "migrate", "--to-partitions", str(AFTER), *options]
    return CliRunner().invoke(cli, words, env=environment)


def purchases(number: int) -> list[Purchase]:
    """One of each customer, now."""
    return [purchase(name, number, 100 * number) for name in CUSTOMERS]


def changes_of(records: Iterable[Message]) -> dict[str, list[TagChange]]:
    """By customer, in the order in which they lie in the topic, without what depends on the run."""
    found: defaultdict[str, list[TagChange]] = defaultdict(list)
    for record in records:
        change = decode_change(record.value())
        found[change.customer_id].append(msgspec.structs.replace(change, processed_at=0))
    return found


def _folded(changes: Iterable[TagChange]) -> CurrentTags:
    current: CurrentTags | None = None
    for change in changes:
        current = fold(current, change)
    assert current is not None
    return current


def carts() -> list[Event]:
    """Everybody fills a cart, and the buyers buy it, now."""
    adds = [
        Browse(event_id=f"{name}-cart", customer_id=name, occurred_at=now_ms(), action="cart_add")
        for name in CUSTOMERS
    ]
    return [*adds, *(purchase(name, 2, 200) for name in BUYERS)]


async def _until(settings: Settings, spent: dict[str, int], left: Collection[str] = ()) -> None:
    """Return when all customers have spent so much and have not bought just now any more, and who
    has `left` a cart is tagged."""

    def have(records: list[Message]) -> bool:
        tags = {name: _folded(changes).tags for name, changes in changes_of(records).items()}
        return tags.keys() == spent.keys() and all(
            held["spend_90d"].value == spent[name]
            and "fresh" not in held
            and ("left_cart" in held) == (name in left)
            for name, held in tags.items()
        )

    await published(settings, settings.topics.tag_change, BEFORE, have)


def test_the_changes_are_those_of_a_run_that_never_moved(
    old: Settings, new: Settings, kafka: MakeSettings, rules: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Over a move in the middle, with records that nobody has read yet, and over an attempt that
    dies before."""
    still = replace(kafka(partitions=BEFORE), grace_ms=old.grace_ms)

    async def both(
        settings: Settings,
        partitions: int,
        number: int,
        spent: dict[str, int],
        left: Collection[str] = (),
    ) -> None:
        async with working(settings, partitions, rules), working(still, BEFORE, rules):
            bought = purchases(number)
            produce(settings, *bought)
            produce(still, *bought)
            await _until(settings, spent, left)
            await _until(still, spent, left)

    asyncio.run(both(old, BEFORE, 1, dict.fromkeys(CUSTOMERS, 1)))
    unread = carts()
    produce(old, *unread)
    produce(still, *unread)

    def die(*_: Any) -> NoReturn:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Migration, "_commit", die)
        assert migrate(old).exit_code != 0
    assert group_state(old).shards == BEFORE

    made = migrate(old)
    assert made.exit_code == 0, made.output
    assert f"{len(CUSTOMERS)} profiles and {len(unread)} unread records moved" in made.output
    assert f"TAGGER_TOPIC_PURCHASE={new.topics.purchase}\n" in made.output
    with pytest.raises(TopicsError, match=f"had {AFTER} when group"):
        group_state(old)
    assert group_state(new).shards == AFTER

    spent = dict.fromkeys(SHOPPERS, 4) | dict.fromkeys(BUYERS, 6)
    asyncio.run(both(new, AFTER, 3, spent, SHOPPERS))
    moved, unmoved = (changes_of(_changes_in(settings)) for settings in (new, still))
    assert moved == unmoved
    assert moved.keys() == set(CUSTOMERS)
    for changes in moved.values():
        assert [change.sequence for change in changes] == list(range(1, len(changes) + 1))
    assert _current(new) == {name: _folded(found) for name, found in moved.items()}


def _changes_in(settings: Settings) -> list[Message]:
    return everything_in(settings.brokers, settings.topics.tag_change, BEFORE)


def _current(settings: Settings) -> dict[str, CurrentTags]:
    records = everything_in(settings.brokers, settings.topics.current_tags, BEFORE)
    found = [decode_current_tags(record.value()) for record in records]
    return {each.customer_id: each for each in found}


def test_what_is_written_to_the_old_topics_afterwards_follows(
    old: Settings, new: Settings, rules: Path
) -> None:
    produce(old, purchase("ann", 1, 10_000))
    made = migrate(old)
    assert made.exit_code == 0, made.output

    async def scenario() -> None:
        async with working(new, AFTER, rules):
            await published(new, new.topics.tag_change, BEFORE, lambda found: len(found) >= 2)
            produce(old, purchase("ann", 2, 5_000))
            again = await asyncio.to_thread(migrate, old)
            assert "0 profiles and 1 unread records moved" in again.output

            def has_come(records: list[Message]) -> bool:
                return 150 in [decode_change(each.value()).value for each in records]

            await published(new, new.topics.tag_change, BEFORE, has_come)

    asyncio.run(scenario())


@pytest.mark.parametrize("protocol", ["classic", "consumer"])
def test_nothing_moves_while_workers_run_or_where_records_lie(
    protocol: GroupProtocol,
    old: Settings,
    new: Settings,
    rules: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(migration_look, "PATIENCE_S", 0.0)

    async def while_running() -> Result:
        async with working(replace(old, group_protocol=protocol), BEFORE, rules):
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
        assert everything_in(old.brokers, topic, AFTER) == []
    made = migrate(old)
    assert f"{len(CUSTOMERS) + 1} unread records moved" in made.output


def test_topics_that_grew_in_place_are_mended(old: Settings, new: Settings, rules: Path) -> None:
    """Whoever wrote with the new number has put records where nobody read them."""

    async def before() -> None:
        async with working(old, BEFORE, rules):
            produce(old, *purchases(1))
            await _until(old, dict.fromkeys(CUSTOMERS, 1))

    asyncio.run(before())
    admin, topic = clients.admin(old), old.topics.purchase
    admin.create_partitions([NewPartitions(topic, AFTER)])[topic].result(30)
    produce(old, *purchases(2))
    made = migrate(old)
    assert made.exit_code == 0, made.output

    async def after() -> None:
        async with working(new, AFTER, rules):
            await _until(new, dict.fromkeys(CUSTOMERS, 3))

    asyncio.run(after())


def make_and_write(settings: Settings) -> None:
    """The new purchases topic, with a record in it."""
    topic, admin = settings.topics.purchase, clients.admin(settings)
    admin.create_topics([NewTopic(topic, AFTER, 1)])[topic].result(30)
    produce(settings, purchase("ann", 1, 100))
