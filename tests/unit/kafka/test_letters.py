"""How the dead-letter topic is read when a partition of it says nothing."""

from collections.abc import Callable, Iterator

import pytest
from confluent_kafka import KafkaError, Message, TopicPartition

from tagger.codecs.letter_lines import PlacedLetter
from tagger.settings import Settings
from tagger.stream.kafka import clients
from tagger.stream.kafka.letters import read_letters
from tagger.stream.kafka.partition_reader import IDLE_POLLS
from tagger.stream.kafka.preflight import TopicsError

SETTINGS = Settings(brokers="b:1")
TOPIC = SETTINGS.topics.dead_letter
ENOUGH = 10 * IDLE_POLLS


class Reader:
    """Gives what `polls` has for each poll, then nothing."""

    def __init__(self, polls: Iterator[list[Message]]) -> None:
        self._polls = polls
        self.asked = 0
        self.is_closed = False

    def assign(self, _: list[TopicPartition]) -> None:
        """All partitions."""

    def consume(self, _: int, __: float) -> list[Message]:
        self.asked += 1
        assert self.asked < ENOUGH, "it never ends"
        return next(self._polls, [])

    def close(self) -> None:
        self.is_closed = True


def _end(partition: int) -> Message:
    end = KafkaError(clients.PARTITION_EOF)
    return Message(topic=TOPIC, partition=partition, offset=0, error=end)


def _stranger(partition: int) -> Message:
    """A record that is no dead letter."""
    return Message(topic=TOPIC, partition=partition, offset=0, key=b"k", value=b"v")


Read = Callable[[Iterator[list[Message]]], tuple[Reader, list[PlacedLetter]]]


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> Read:
    """Reads a topic of two partitions."""

    def reading(polls: Iterator[list[Message]]) -> tuple[Reader, list[PlacedLetter]]:
        reader = Reader(polls)
        monkeypatch.setattr("tagger.stream.kafka.letters.partitions_of", lambda *_: 2)
        monkeypatch.setattr(clients, "lone_reader", lambda *_: reader)
        return reader, list(read_letters(SETTINGS, lambda _: None))

    return reading


def test_a_partition_that_says_nothing_is_named_and_not_waited_for_for_ever(read: Read) -> None:
    with pytest.raises(TopicsError, match=f"nothing of {TOPIC}/1"):
        read(iter([[_end(0)]]))


def test_records_behind_the_end_of_one_partition_are_no_word_of_another(read: Read) -> None:
    polls = ([_stranger(0), _end(0)] for _ in range(ENOUGH))
    with pytest.raises(TopicsError, match=f"nothing of {TOPIC}/1"):
        read(polls)


def test_a_slow_partition_is_read_to_its_end(read: Read) -> None:
    def polls() -> Iterator[list[Message]]:
        for _ in range(3):
            yield from ([] for _ in range(IDLE_POLLS))
            yield [_stranger(1)]
        yield [_end(1), _end(0)]

    reader, letters = read(polls())
    assert (letters, reader.is_closed) == ([], True)
