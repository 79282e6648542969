"""What a program makes of the state versions of its group before it starts, on Apache Kafka."""

import pytest
from confluent_kafka import TopicPartition

from tagger.settings import Settings
from tagger.stream.changelog_record import READABLE
from tagger.stream.kafka import clients
from tagger.stream.kafka.preflight import TopicsError, group_state
from tagger.stream.metadata import ClockMetadata

from .conftest import MakeSettings

pytestmark = [pytest.mark.service, pytest.mark.xdist_group("kafka")]


def _commit(settings: Settings, shard: int, version: int) -> None:
    """What a checkpoint of a shard of this version leaves beside its offsets."""
    consumer = clients.changelog_reader(settings)
    metadata = ClockMetadata(version=version).encode()
    position = TopicPartition(settings.topics.browse, shard, 1, metadata)
    try:
        consumer.commit(offsets=[position], asynchronous=False)
    finally:
        consumer.close()


def test_a_new_group_has_no_version_and_others_the_oldest_of_their_shards(
    kafka: MakeSettings,
) -> None:
    settings = kafka(partitions=2)
    assert group_state(settings) == (2, None)
    _commit(settings, 0, READABLE[-1])
    assert group_state(settings) == (2, READABLE[-1])
    _commit(settings, 1, READABLE[0])
    assert group_state(settings) == (2, READABLE[0])


def test_a_group_that_has_gone_over_is_refused_before_anything_is_joined(
    kafka: MakeSettings,
) -> None:
    settings = kafka(partitions=2)
    _commit(settings, 0, READABLE[0])
    _commit(settings, 1, READABLE[-1] + 1)
    with pytest.raises(TopicsError, match=r"run a newer one\. There is no way back"):
        group_state(settings)
