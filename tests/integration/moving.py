"""Customers for tests of moves between topics: rules, what they buy, and the command."""

import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Collection, Iterable

import msgspec
from click.testing import CliRunner, Result
from confluent_kafka import Message

from tagger.cli.main import cli
from tagger.codecs.decode_outputs import decode_change
from tagger.domain.events import Purchase
from tagger.domain.tags import CurrentTags, TagChange, fold
from tagger.settings import Settings

from .working import published, purchase

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


def variables(settings: Settings) -> dict[str, str]:
    """What names the topics and the group."""
    names = msgspec.structs.asdict(settings.topics)
    named = {f"TAGGER_TOPIC_{role.upper()}": name for role, name in names.items()}
    return named | {"TAGGER_BROKERS": settings.brokers, "TAGGER_GROUP": settings.group}


def migrate(settings: Settings, *options: str) -> Result:
    """Run the command."""
    words = ["topics", "migrate", "--to-partitions", str(AFTER), *options]
    return CliRunner().invoke(cli, words, env=variables(settings))


def migrate_beside(settings: Settings) -> str:
    """In a process of its own, for it takes signals; gives what it prints."""
    words = ["topics", "migrate", "--to-partitions", str(AFTER)]
    command = [sys.executable, "-m", "tagger", *words]
    environment = os.environ | variables(settings)
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, check=True
    ).stdout


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


def folded(changes: Iterable[TagChange]) -> CurrentTags:
    current: CurrentTags | None = None
    for change in changes:
        current = fold(current, change)
    assert current is not None
    return current


async def until_spent(
    settings: Settings, spent: dict[str, int], left: Collection[str] = ()
) -> None:
    """Return when all customers have spent so much and have not bought just now any more, and who
    has `left` a cart is tagged."""

    def have(records: list[Message]) -> bool:
        tags = {name: folded(changes).tags for name, changes in changes_of(records).items()}
        return tags.keys() == spent.keys() and all(
            held["spend_90d"].value == spent[name]
            and "fresh" not in held
            and ("left_cart" in held) == (name in left)
            for name, held in tags.items()
        )

    await published(settings, settings.topics.tag_change, BEFORE, have)
