"""Reads the dead-letter topic up to its present end, and puts records back where they came from.

Every call blocks. Nothing is committed: the topic can be read again and again.
"""

from collections.abc import Callable, Iterable, Iterator

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaException, Message, TopicPartition

from tagger.codecs.dead_letters import letter_of
from tagger.codecs.letter_lines import PlacedLetter
from tagger.settings import Settings
from tagger.stream.kafka import clients
from tagger.stream.kafka.batches import headers_of
from tagger.stream.kafka.preflight import TopicsError
from tagger.stream.kafka.sender import Sender
from tagger.stream.log import Output

ANSWER_S = 15.0
_BATCH = 1_000
_WAIT_S = 0.2


def read_letters(settings: Settings, strange: Callable[[str], None]) -> Iterator[PlacedLetter]:
    """The dead letters, partition by partition as they come; `strange` is told of records that are
    none. Raises TopicsError, and SettingsError when the client refuses the settings."""
    topic = settings.topics.dead_letter
    consumer = _consumer(settings)
    try:
        known = consumer.list_topics(topic, timeout=ANSWER_S).topics[topic]
        if known.error is not None:
            raise TopicsError([f"topic {topic}: {known.error.str()}"])
        consumer.assign(
            [TopicPartition(topic, each, OFFSET_BEGINNING) for each in known.partitions]
        )
        unread = set(known.partitions)
        while unread:
            for message in consumer.consume(_BATCH, _WAIT_S):
                if _is_end(message):
                    unread.discard(message.partition() or 0)
                elif (placed := _placed(message, strange)) is not None:
                    yield placed
    except KafkaException as failure:
        raise TopicsError([f"{settings.brokers} says: {failure.args[0].str()}"]) from failure
    finally:
        consumer.close()


def put_back(settings: Settings, letters: Iterable[PlacedLetter]) -> int:
    """Write records to the topics they came from, each to its key's partition; gives how many.

    Raises SendError, and SettingsError when the client refuses the settings.
    """
    outputs = [
        Output(each.letter.topic, each.letter.key, each.letter.value, each.letter.headers)
        for each in letters
    ]
    Sender(settings).send(outputs)
    return len(outputs)


@clients.construction()
def _consumer(settings: Settings) -> Consumer:
    return Consumer(
        clients.connection(settings)
        | {
            "group.id": f"{settings.group}-dead-letters",
            "enable.auto.commit": False,
            "auto.offset.reset": "earliest",
            "enable.partition.eof": True,
            "isolation.level": "read_committed",
        },
        logger=clients.logger,
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
