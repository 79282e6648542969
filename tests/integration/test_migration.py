"""Customers who move to topics with another number of partitions, on Apache Kafka."""

import asyncio
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

import pytest
from confluent_kafka import Message

from tagger.codecs.decode_outputs import decode_change, decode_current_tags
from tagger.domain.events import Browse, Event
from tagger.domain.tags import CurrentTags
from tagger.settings import Settings
from tagger.stream.kafka import clients
from tagger.stream.kafka.migration import Migration
from tagger.stream.kafka.preflight import TopicsError, group_state

from .conftest import MakeSettings
from .moving import (
    AFTER,
    BEFORE,
    CUSTOMERS,
    changes_of,
    folded,
    migrate,
    migrate_beside,
    purchases,
    until_spent,
)
from .partitions import add_partitions
from .reading import committed_in
from .working import now_ms, produce, published, purchase, working

pytestmark = [pytest.mark.service, pytest.mark.xdist_group("kafka")]

SHOPPERS, BUYERS = CUSTOMERS[::2], CUSTOMERS[1::2]
"""Who leaves a full cart while nobody reads, and who buys it."""


def carts() -> list[Event]:
    """Everybody fills a cart, and the buyers buy it, now."""
    adds = [
        Browse(event_id=f"{name}-cart", customer_id=name, occurred_at=now_ms(), action="cart_add")
        for name in CUSTOMERS
    ]
    return [*adds, *(purchase(name, 2, 200) for name in BUYERS)]


def test_the_changes_are_those_of_a_run_that_never_moved(
    old: Settings,
    new: Settings,
    kafka: MakeSettings,
    rules_of_moves: Path,
    monkeypatch: pytest.MonkeyPatch,
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
        async with (
            working(settings, partitions, rules_of_moves),
            working(still, BEFORE, rules_of_moves),
        ):
            bought = purchases(number)
            produce(settings, *bought)
            produce(still, *bought)
            await until_spent(settings, spent, left)
            await until_spent(still, spent, left)

    asyncio.run(both(old, BEFORE, 1, dict.fromkeys(CUSTOMERS, 1)))
    unread = carts()
    produce(old, *unread)
    produce(still, *unread)

    def die(*_: Any) -> NoReturn:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Migration, "_send_positions", die)
        patched.setattr(Migration, "_abort", lambda _: None)
        assert migrate(old).exit_code != 0
    assert group_state(old).shards == BEFORE

    made = migrate(old)
    assert made.exit_code == 0, made.output
    assert f"{len(CUSTOMERS)} profiles and {len(unread)} unread records moved" in made.output
    assert f"TAGGER_TOPIC_PURCHASE={new.topics.purchase}\n" in made.output
    with pytest.raises(TopicsError, match=f"moved to other topics, .*{new.topics.purchase}"):
        group_state(old)
    assert group_state(new).shards == AFTER

    spent = dict.fromkeys(SHOPPERS, 4) | dict.fromkeys(BUYERS, 6)
    asyncio.run(both(new, AFTER, 3, spent, SHOPPERS))
    moved, unmoved = (changes_of(_changes_in(settings)) for settings in (new, still))
    assert moved == unmoved
    assert moved.keys() == set(CUSTOMERS)
    for changes in moved.values():
        assert [change.sequence for change in changes] == list(range(1, len(changes) + 1))
    assert _current(new) == {name: folded(found) for name, found in moved.items()}


def _changes_in(settings: Settings) -> list[Message]:
    return committed_in(settings.brokers, settings.topics.tag_change, BEFORE)


def _current(settings: Settings) -> dict[str, CurrentTags]:
    records = committed_in(settings.brokers, settings.topics.current_tags, BEFORE)
    found = [decode_current_tags(record.value()) for record in records]
    return {each.customer_id: each for each in found}


def test_what_is_written_to_the_old_topics_afterwards_follows(
    old: Settings, new: Settings, rules_of_moves: Path
) -> None:
    produce(old, purchase("ann", 1, 10_000))
    made = migrate(old)
    assert made.exit_code == 0, made.output

    async def scenario() -> None:
        async with working(new, AFTER, rules_of_moves):
            await published(new, new.topics.tag_change, BEFORE, lambda found: len(found) >= 2)
            produce(old, purchase("ann", 2, 5_000))
            again = await asyncio.to_thread(migrate_beside, old)
            assert "0 profiles and 1 unread records moved" in again

            def has_come(records: list[Message]) -> bool:
                return 150 in [decode_change(each.value()).value for each in records]

            await published(new, new.topics.tag_change, BEFORE, has_come)

    asyncio.run(scenario())


def test_topics_that_grew_in_place_are_mended(
    old: Settings, new: Settings, rules_of_moves: Path
) -> None:
    """Whoever wrote with the new number has put records where nobody read them."""

    async def before() -> None:
        async with working(old, BEFORE, rules_of_moves):
            produce(old, *purchases(1))
            await until_spent(old, dict.fromkeys(CUSTOMERS, 1))

    asyncio.run(before())
    admin, topic = clients.admin(old), old.topics.purchase
    add_partitions(admin, AFTER, topic)
    produce(old, *purchases(2))
    made = migrate(old)
    assert made.exit_code == 0, made.output

    async def after() -> None:
        async with working(new, AFTER, rules_of_moves):
            await until_spent(new, dict.fromkeys(CUSTOMERS, 3))

    asyncio.run(after())
    add_partitions(admin, AFTER, *(each for each in old.topics.sharded() if each != topic))
    with pytest.raises(TopicsError, match=f"moved to other topics, .*{new.topics.purchase}"):
        group_state(old)
    back = migrate(new, "--to-partitions", str(BEFORE), "--suffix", "")
    assert back.exit_code == 2
    assert "choose another --suffix" in back.output
