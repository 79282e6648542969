"""Topics that get more partitions."""

import time

from confluent_kafka.admin import AdminClient, NewPartitions  # type: ignore[attr-defined]

from .kafka_node import START_S


def add_partitions(admin: AdminClient, total: int, *topics: str) -> None:
    """Give topics more partitions, and return when the broker tells of them."""
    for answer in admin.create_partitions([NewPartitions(each, total) for each in topics]).values():
        answer.result(START_S)
    deadline_s = time.monotonic() + START_S
    while any(len(admin.list_topics(each).topics[each].partitions) < total for each in topics):
        assert time.monotonic() < deadline_s, "the new partitions are not there"
        time.sleep(0.02)
