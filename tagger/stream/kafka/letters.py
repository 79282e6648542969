"""Reads the dead-letter topic up to its present end, and puts records back where they came from.

Every call blocks. Nothing is committed: the topic can be read again and again.
"""

from collections.abc import Callable, Iterable, Iterator

from confluent_kafka import OFFSET_BEGINNING, KafkaException, Message, TopicPartition

from tagger.codecs.dead_letters import letter_of
from tagger.codecs.letter_lines import PlacedLetter
from tagger.settings import Settings
from tagger.stream.access import Grant, reader_group
from tagger.stream.kafka import clients
from tagger.stream.kafka.batches import headers_of
from tagger.stream.kafka.partition_reader import IDLE_POLLS, POLL_S
from tagger.stream.kafka.preflight import TopicsError, partitions_of, rights_of, seen_by
from tagger.stream.kafka.refusals import is_denied
from tagger.stream.kafka.sender import Sender
from tagger.stream.log import Output

_BATCH = 1_000


def read_letters(settings: Settings, strange: Callable[[str], None]) -> Iterator[PlacedLetter]:
    """The dead letters, partition by partition as they come; `strange` is told of records that are
    none. Raises TopicsError, also when nothing comes of a partition for half a minute, and
    SettingsError when the client refuses the settings."""
    topic = settings.topics.dead_letter
    partitions = partitions_of(settings, "mender", topic)
    consumer = clients.lone_reader(
        settings, reader_group(settings.group, "dead-letters"), {"enable.partition.eof": True}
    )
    try:
        unread = set(range(partitions))
        consumer.assign([TopicPartition(topic, each, OFFSET_BEGINNING) for each in unread])
        idle_polls = 0
        while unread:
            messages = consumer.consume(_BATCH, POLL_S)
            is_idle = unread.isdisjoint(message.partition() for message in messages)
            idle_polls = idle_polls + 1 if is_idle else 0
            if idle_polls > IDLE_POLLS:
                raise TopicsError([_silence(settings, topic, unread)])
            for message in messages:
                if _is_end(message):
                    unread.discard(message.partition() or 0)
                elif (placed := _placed(message, strange)) is not None:
                    yield placed
    except KafkaException as failure:
        faults = [f"{settings.brokers} says: {failure.args[0].str()}"]
        faults += [rights_of(settings, "mender")] if is_denied(failure.args[0]) else []
        raise TopicsError(faults) from failure
    finally:
        consumer.close()


def put_back(settings: Settings, letters: Iterable[PlacedLetter]) -> int:
    """Write records to the topics they came from, each to its key's partition; gives how many.

    Raises TopicsError when they may not be written, SendError, and SettingsError when the client
    refuses the settings.
    """
    outputs = [
        Output(each.letter.topic, each.letter.key, each.letter.value, each.letter.headers)
        for each in letters
    ]
    if outputs:
        topics = tuple(sorted({output.topic for output in outputs}))
        seen_by(settings, "mender", [Grant(("Write",), "topic", topics)])
    Sender(settings).send(outputs)
    return len(outputs)


def _silence(settings: Settings, topic: str, unread: Iterable[int]) -> str:
    silent = ", ".join(f"{topic}/{each}" for each in sorted(unread))
    return (
        f"{settings.brokers} sends nothing of {silent}; if the partition has no leader, try again "
        "when its broker is back"
    )


def _is_end(message: Message) -> bool:
    error = message.error()
    if error is None:
        return False
    if error.code() == clients.PARTITION_EOF:
        return True
    raise KafkaException(error)


def _placed(message: Message, strange: Callable[[str], None]) -> PlacedLetter | None:
    partition, offset = message.partition() or 0, message.offset() or 0
    try:
        letter = letter_of(message.key(), message.value(), headers_of(message))
    except ValueError as error:
        strange(f"{message.topic()}/{partition}/{offset}: {error}")
        return None
    return PlacedLetter(partition, offset, letter)
