"""What goes into a transaction: what checkpoints publish and write, and the offsets they commit.

Calls block while the client's queue is full.
"""

from collections.abc import Iterable

from confluent_kafka import KafkaError, Message, Producer, TopicPartition

from tagger.stream.kafka.commit_marks import with_mark
from tagger.stream.kafka.producing import Delivered, produce, produce_bare
from tagger.stream.log import Checkpoint
from tagger.stream.topics import Topics

_CALLED_BACK = (KafkaError._PURGE_QUEUE, KafkaError._PURGE_INFLIGHT)  # noqa: SLF001 - its own codes
"""Not sent, because the transaction was aborted."""


class Receipts:
    """What the brokers say about the records of one transaction: about the last one of each
    changelog, and with `of_all` about every one, which costs as much as sending it."""

    def __init__(self, *, of_all: bool) -> None:
        self.reached: dict[int, int] = {}
        """By shard, the offset behind the last record of its changelog."""
        self.failure: KafkaError | None = None
        """Why a record was not taken, of the first of which that was heard."""
        self._of_all = of_all

    def of_record(self) -> Delivered | None:
        """For any record that is no changelog's last."""
        return self._heed if self._of_all else None

    def of_last(self, shard: int) -> Delivered:
        """For the last record of a shard's changelog; those before it lie before it."""

        def delivered(error: KafkaError | None, message: Message) -> None:
            self._heed(error, message)
            offset = message.offset()
            if error is None and offset is not None:
                self.reached[shard] = offset + 1

        return delivered

    def _heed(self, error: KafkaError | None, _: Message) -> None:
        if error is not None and error.code() not in _CALLED_BACK:
            self.failure = self.failure or error


def fill(
    producer: Producer, checkpoints: Iterable[Checkpoint], topics: Topics, receipts: Receipts
) -> None:
    """Begin a transaction with everything that checkpoints publish and write."""
    producer.begin_transaction()
    for checkpoint in checkpoints:
        for output in checkpoint.outputs:
            produce(producer, output, receipts.of_record())
        _write_changelog(producer, topics.profile_changelog, checkpoint, receipts)


def _write_changelog(
    producer: Producer, topic: str, checkpoint: Checkpoint, receipts: Receipts
) -> None:
    shard, rows = checkpoint.shard, checkpoint.changelog
    for key, value in rows[:-1]:
        produce_bare(producer, topic, key, value, shard, receipts.of_record())
    for key, value in rows[-1:]:
        produce_bare(producer, topic, key, value, shard, receipts.of_last(shard))


def positions_of(
    checkpoints: Iterable[Checkpoint], topics: Topics, mark: str
) -> list[TopicPartition]:
    """What is committed of each checkpoint. One of a shard of which nothing was read yet gets
    position 0 of its commands, the beginning: without any offset the brokers would not look at the
    generation."""
    return [
        TopicPartition(
            topic, checkpoint.shard, offset, metadata=with_mark(checkpoint.metadata, mark)
        )
        for checkpoint in checkpoints
        for topic, offset in (checkpoint.offsets or {topics.command: 0}).items()
    ]
