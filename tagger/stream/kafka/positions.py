"""Where a group stands: its committed offsets with what stands beside them. Every call blocks."""

from collections.abc import Iterable

from confluent_kafka import Consumer, KafkaException, TopicPartition

from tagger.settings import Settings
from tagger.stream.kafka import clients
from tagger.stream.kafka.assignment import Partition
from tagger.stream.kafka.clients import Isolation
from tagger.stream.kafka.commit_marks import without_mark
from tagger.stream.kafka.patience import patiently
from tagger.stream.kafka.refusals import is_denied, lacked_right
from tagger.stream.log import Committed, LogUnavailableError


def committed_positions(
    consumer: Consumer, partitions: Iterable[Partition], ask_s: float
) -> dict[Partition, Committed]:
    """The positions of the consumer's group, of those partitions that have one. It must not be
    reading anything. One answer may take `ask_s`.

    Raises LogUnavailableError, and RefusedError when a right is missing.
    """
    asked = [TopicPartition(topic, number) for topic, number in partitions]
    found: dict[Partition, Committed] = {}
    for answer in patiently(lambda: _ask(consumer, asked, ask_s)):
        if answer.error is not None:
            if (lasting := lacked_right(answer.error)) is not None:
                raise lasting
            raise LogUnavailableError(f"{answer.topic}/{answer.partition}: {answer.error.str()}")
        if answer.offset >= 0:
            known = Committed(answer.offset, without_mark(answer.metadata or ""))
            found[answer.topic, answer.partition] = known
    return found


def group_positions(
    settings: Settings, partitions: Iterable[Partition], ask_s: float, isolation: Isolation
) -> dict[Partition, Committed]:
    """The same of the group of the settings, by a consumer for this one question. Raises
    SettingsError besides."""
    consumer = clients.changelog_reader(settings, isolation)
    try:
        return committed_positions(consumer, partitions, ask_s)
    finally:
        consumer.close()


def _ask(consumer: Consumer, asked: list[TopicPartition], ask_s: float) -> list[TopicPartition]:
    """Who may not ask for them gets no answer, but an event that says so."""
    try:
        return consumer.committed(asked, timeout=ask_s)
    except KafkaException:
        for event in consumer.consume(100, 0):
            error = event.error()
            if error is not None and is_denied(error):
                raise KafkaException(error) from None
        raise
