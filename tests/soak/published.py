"""What stands in the topics after a run, as whoever heeds transactions reads it."""

from typing import Any

import msgspec
from confluent_kafka import Consumer, Message, TopicPartition

from tagger.codecs.dead_letters import letter_of
from tagger.codecs.decode_outputs import decode_change, decode_current_tags, decode_outcome
from tagger.domain.commands import CommandOutcome
from tagger.domain.tags import CurrentTags, TagChange
from tagger.settings import Settings
from tests.integration.reading import committed_in

ASK_S = 30.0


class Published(msgspec.Struct):
    """`current` is the newest record of each customer, `letters` the values of the dead letters,
    `unread` how many input records lie at or after the committed offsets, `records` how many were
    published in all."""

    changes: list[TagChange]
    current: dict[str, CurrentTags]
    outcomes: list[CommandOutcome]
    letters: list[bytes]
    unread: int
    records: int


def read_published(settings: Settings, partitions: int) -> Published:
    """Read all output topics, and how far the inputs have been read."""
    topics = settings.topics

    def everything(topic: str) -> list[Message]:
        return committed_in(settings.brokers, topic, partitions)

    changes, current = everything(topics.tag_change), everything(topics.current_tags)
    outcomes, letters = everything(topics.command_outcome), everything(topics.dead_letter)
    told = [decode_current_tags(message.value()) for message in current]
    return Published(
        changes=[decode_change(message.value()) for message in changes],
        current={each.customer_id: each for each in told},
        outcomes=[decode_outcome(message.value()) for message in outcomes],
        letters=[_original(message) for message in letters],
        unread=unread(settings, partitions),
        records=sum(map(len, (changes, current, outcomes, letters))),
    )


def unread(settings: Settings, partitions: int) -> int:
    """How many input records the group has not done."""
    consumer = Consumer({"bootstrap.servers": settings.brokers, "group.id": settings.group})
    try:
        asked = [
            TopicPartition(topic, number)
            for topic in settings.topics.inputs()
            for number in range(partitions)
        ]
        done = consumer.committed(asked, timeout=ASK_S)
        return sum(_end(consumer, each) - max(each.offset, 0) for each in done)
    finally:
        consumer.close()


def _end(consumer: Consumer, partition: TopicPartition) -> int:
    end: int = consumer.get_watermark_offsets(partition, timeout=ASK_S)[1]
    return end


def _original(message: Message) -> bytes:
    headers: Any = message.headers() or []
    return letter_of(message.key(), message.value(), tuple(headers)).value or b""
