"""Reads committed offsets and changelogs; every call blocks, one caller at a time."""

import time
from collections.abc import Callable, Iterable
from typing import TypeVar

from confluent_kafka import KafkaException, Message, TopicPartition

from tagger.settings import Settings
from tagger.stream.kafka import clients
from tagger.stream.log import Committed, LogUnavailableError

Answer = TypeVar("Answer")

ASK_S = 10.0
PAUSE_S = 0.1
PATIENCE_S = 30.0
CHUNK = 10_000
POLL_S = 0.2
IDLE_POLLS = 150
"""So many polls without an answer, half a minute, and the broker counts as away."""


class ChangelogCutError(Exception):
    """Profiles cannot be restored: the beginning of their changelog has been removed."""

    def __init__(self, topic: str, shard: int, first: int) -> None:
        super().__init__(
            f"{topic}/{shard}: the changelog begins at offset {first}, so profiles are missing "
            "from it. Its cleanup.policy must be compact, without delete."
        )


class ChangelogReader:
    """An unsubscribed consumer, kept for the process's life: a fresh one costs a second."""

    def __init__(self, settings: Settings) -> None:
        self._consumer = clients.changelog_reader(settings)
        self._ended = True
        self._idle_polls = 0

    def committed(self, topics: Iterable[str], shard: int) -> dict[str, Committed]:
        """The group's committed positions of one shard. Raises LogUnavailableError."""
        asked = [TopicPartition(topic, shard) for topic in topics]
        answers = patiently(lambda: self._consumer.committed(asked, timeout=ASK_S))
        for answer in answers:
            if answer.error is not None:
                raise LogUnavailableError(
                    f"{answer.topic}/{answer.partition}: {answer.error.str()}"
                )
        return {
            answer.topic: Committed(answer.offset, answer.metadata or "")
            for answer in answers
            if answer.offset >= 0
        }

    def open(self, topic: str, shard: int) -> None:
        """Stand at the beginning of a shard's changelog. Raises LogUnavailableError, or
        ChangelogCutError when records before its first were removed."""
        partition = TopicPartition(topic, shard)
        first, end = patiently(
            lambda: self._consumer.get_watermark_offsets(partition, timeout=ASK_S)
        )
        if first > 0:
            raise ChangelogCutError(topic, shard, first)
        self._ended = end == 0
        self._idle_polls = 0
        if not self._ended:
            self._consumer.assign([TopicPartition(topic, shard, first)])

    def read(self) -> list[tuple[bytes, bytes | None]] | None:
        """The next records, which may be none yet; None after the last.

        Raises LogUnavailableError.
        """
        if self._ended:
            return None
        rows = [
            (key, message.value())
            for message in self._consumer.consume(CHUNK, POLL_S)
            if not self._is_event(message) and (key := message.key()) is not None
        ]
        self._idle_polls = 0 if rows else self._idle_polls + 1
        if self._idle_polls > IDLE_POLLS:
            raise LogUnavailableError("the broker sends nothing of the changelog")
        return rows

    def close_partition(self) -> None:
        """Stop reading a shard's changelog."""
        self._consumer.unassign()

    def close(self) -> None:
        """Leave the broker."""
        self._consumer.close()

    def _is_event(self, message: Message) -> bool:
        error = message.error()
        if error is None:
            return False
        if error.code() == clients.PARTITION_EOF:
            self._ended = True
        elif error.fatal() or error.code() == clients.AUTO_OFFSET_RESET:
            raise LogUnavailableError(error.str())
        return True


def patiently(ask: Callable[[], Answer]) -> Answer:
    """Ask again while leaders move or brokers are away. Raises LogUnavailableError in the end."""
    deadline_s = time.monotonic() + PATIENCE_S
    while True:
        try:
            return ask()
        except KafkaException as failure:
            if time.monotonic() > deadline_s:
                raise LogUnavailableError(failure.args[0].str()) from failure
            time.sleep(PAUSE_S)
