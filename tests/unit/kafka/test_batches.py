"""Records as the client gives them, also where the client cannot."""

from typing import cast

from confluent_kafka import TIMESTAMP_CREATE_TIME, Message

from tagger.stream.kafka.assignment import Assignment
from tagger.stream.kafka.batches import by_partition

TOPIC = "a"


class Received:
    """A message with a header; a `name` of None stands for one that is not UTF-8."""

    def __init__(self, offset: int, name: str | None) -> None:
        self._offset = offset
        self._name = name

    def error(self) -> None:
        return None

    def topic(self) -> str:
        return TOPIC

    def partition(self) -> int:
        return 0

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
