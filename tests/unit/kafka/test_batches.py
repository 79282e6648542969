"""Records as the client gives them, also where the client cannot."""

from typing import cast

from confluent_kafka import TIMESTAMP_CREATE_TIME, Message
from hypothesis import given
from hypothesis import strategies as st

from tagger.stream.kafka.assignment import Assignment, Partition
from tagger.stream.kafka.batches import by_partition

TOPIC = "a"


class Received:
    """A message with a header; a `name` of None stands for one that is not UTF-8."""

    def __init__(self, offset: int, name: str | None, topic: str = TOPIC, number: int = 0) -> None:
        self._offset = offset
        self._name = name
        self._topic = topic
        self._partition = number

    def error(self) -> None:
        return None

    def topic(self) -> str:
        return self._topic

    def partition(self) -> int:
        return self._partition

    def offset(self) -> int:
        return self._offset

    def timestamp(self) -> tuple[int, int]:
        return TIMESTAMP_CREATE_TIME, 77

    def key(self) -> bytes:
        return b"k"

    def value(self) -> bytes:
        return b"v"

    def headers(self) -> list[tuple[str, bytes]]:
        if self._name is None:
            raise SystemError("returned a result with an exception set")
        return [(self._name, b"1")]


def test_a_header_name_that_is_not_utf_8_costs_that_record_its_headers_and_nothing_else() -> None:
    assignment = Assignment([TOPIC])
    assignment.gain([(TOPIC, 0)])
    assignment.open({(TOPIC, 0): 0})
    messages = [Received(0, "one"), Received(1, None), Received(2, "two")]
    (delivery,), events = by_partition(cast("list[Message]", messages), assignment)
    read = [(record.offset, record.value, record.headers) for record in delivery.batch.records]
    assert read == [(0, b"v", (("one", b"1"),)), (1, b"v", ()), (2, b"v", (("two", b"1"),))]
    assert events == []


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 2), st.integers(1, 4))))
def test_records_of_open_shards_are_read_once_in_their_order(
    runs: list[tuple[str, int, int]],
) -> None:
    """Shards 0 and 1 are open, and of shard 1 three records were handed over before."""
    begins = {(topic, shard): 3 * shard for topic in "ab" for shard in (0, 1)}
    assignment = Assignment("ab")
    assignment.gain(begins)
    assignment.open(begins)
    ends: dict[Partition, int] = {}
    messages = []
    for topic, shard, count in runs:
        for _ in range(count):
            offset = ends[topic, shard] = ends.get((topic, shard), -1) + 1
            messages.append(Received(offset, "one", topic, shard))
    deliveries, _ = by_partition(cast("list[Message]", messages), assignment)
    read: dict[Partition, list[int]] = {}
    for batch in (delivery.batch for delivery in deliveries):
        offsets = [record.offset for record in batch.records]
        read.setdefault((batch.topic, batch.partition), []).extend(offsets)
    expected = {at: list(range(begins[at], ends[at] + 1)) for at in ends if at in begins}
    assert read == {at: offsets for at, offsets in expected.items() if offsets}
    for at, begin in begins.items():
        assert assignment.position(at) == max(begin, ends.get(at, -1) + 1)
