"""On a real Kafka with no traffic at all, each tag leaves at its own instant, without any event."""

import asyncio
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from confluent_kafka import Message

from tagger.codecs.decode_outputs import decode_change, decode_current_tags
from tagger.domain.tags import TagChange, Trigger

from .conftest import MakeSettings
from .reading import committed_in
from .working import now_ms, produce, published, purchase, working

pytestmark = [pytest.mark.service, pytest.mark.xdist_group("kafka")]

PARTITIONS = 4
CUSTOMERS = 30
APART_MS = 31
WITHIN_MS = 4_000
GRACE_MS = 1_500
PACK = f"""\
pack: idle
defaults: {{owner: tests}}
tags:
  active:
    title: {{en: Active}}
    assign: {{when: {{count: {{event: purchase, within: {WITHIN_MS}ms}}, gte: 2}}}}
"""


def _changes(records: list[Message], op: str) -> list[TagChange]:
    changes = [decode_change(record.value()) for record in records]
    return [change for change in changes if change.op == op]


def test_each_tag_leaves_at_its_own_instant_with_no_event(
    kafka: MakeSettings, tmp_path: Path
) -> None:
    settings = replace(kafka(partitions=PARTITIONS), grace_ms=GRACE_MS)
    (tmp_path / "idle.yaml").write_text(PACK)

    async def scenario() -> tuple[dict[str, int], list[Message]]:
        async with working(settings, PARTITIONS, tmp_path):
            begin = now_ms() - CUSTOMERS * APART_MS
            first_at = {f"c{number:02}": begin + number * APART_MS for number in range(CUSTOMERS)}
            produce(
                settings,
                *(
                    purchase(name, nth, 100, at + nth)
                    for name, at in first_at.items()
                    for nth in (0, 1)
                ),
            )
            records = await published(
                settings,
                settings.topics.tag_change,
                PARTITIONS,
                lambda found: len(_changes(found, "removed")) >= CUSTOMERS,
            )
            return {name: at + WITHIN_MS for name, at in first_at.items()}, records

    leaves_at, records = asyncio.run(scenario())
    removed = _changes(records, "removed")
    assert {change.customer_id: change.effective_at for change in removed} == leaves_at
    assert len(removed) == CUSTOMERS
    for change in removed:
        assert (change.cause, change.evidence[0].measured) == ("time", 1)
        assert change.trigger == Trigger("deadline", "active", change.effective_at)
        assert change.processed_at >= change.effective_at + GRACE_MS
    for number in range(PARTITIONS):
        of_one_shard = [each for each in records if each.partition() == number]
        instants = [change.effective_at for change in _changes(of_one_shard, "removed")]
        assert all(one < next_one for one, next_one in pairwise(instants))
    topic = settings.topics.current_tags
    tags = {
        current.customer_id: current.tags
        for each in committed_in(settings.brokers, topic, PARTITIONS)
        for current in [decode_current_tags(each.value())]
    }
    assert tags == {customer: {} for customer in leaves_at}
