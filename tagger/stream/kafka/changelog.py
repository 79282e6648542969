"""Reads committed offsets and changelogs; every call blocks, one caller at a time."""

from collections.abc import Iterable

from confluent_kafka import KafkaException, Message, TopicCollection, TopicPartition
from confluent_kafka.admin import AdminClient, OffsetSpec  # type: ignore[attr-defined]

from tagger.settings import Settings
from tagger.stream.kafka import clients
from tagger.stream.kafka.patience import patiently
from tagger.stream.kafka.positions import committed_positions
from tagger.stream.log import Changelog, Committed, LogUnavailableError, Row

ASK_S = 10.0
CHUNK = 10_000
POLL_S = 0.02
"""What a poll takes when fewer records are left than it asks for, while other shards wait."""
IDLE_POLLS = 1_500
"""So many polls without an answer, half a minute, and the broker counts as away."""
EARLIEST = OffsetSpec.earliest()  # type: ignore[no-untyped-call]


class ChangelogCutError(Exception):
    """Profiles cannot be restored: the beginning of their changelog has been removed."""

    def __init__(self, topic: str, shard: int, first: int) -> None:
        super().__init__(
            f"{topic}/{shard}: the changelog begins at offset {first}, so profiles are missing "
            "from it. Its cleanup.policy must be compact, without delete."
        )


class ChangelogReader:
    """An unsubscribed consumer, kept for the process's life: a fresh one costs a second.

    It reads to the end that replicated records have, not to that of ended transactions: the last
    checkpoint's may have been committed and not be marked as ended everywhere yet. So it waits for
    every open one, which is an earlier owner's: until its end, or the brokers' time limit.
    """

    def __init__(self, settings: Settings, admin: AdminClient) -> None:
        self.reached = 0
        """The offset up to which the changelog has been read."""
        self._consumer = clients.changelog_reader(settings)
        self._admin = admin
        self._gives_ids = settings.guarantee == "exactly_once"
        self._end = 0
        self._idle_polls = 0

    def committed(self, topics: Iterable[str], shard: int) -> dict[str, Committed]:
        """The group's committed positions of one shard. Raises LogUnavailableError and
        RefusedError."""
        partitions = [(topic, shard) for topic in topics]
        found = committed_positions(self._consumer, partitions, ASK_S)
        return {topic: position for (topic, _), position in found.items()}

    def changelog(self, topic: str, shard: int) -> Changelog:
        """Where a shard's changelog begins and ends. Raises LogUnavailableError."""
        return Changelog(
            patiently(lambda: self._topic_id(topic)),
            patiently(lambda: self._offset(topic, shard, EARLIEST)),
            patiently(lambda: self._offset(topic, shard, clients.LATEST)),
        )

    def open(self, topic: str, shard: int, after: int | None) -> None:
        """Stand at an offset of a shard's changelog, None for its beginning. Raises
        LogUnavailableError, or ChangelogCutError when records from there on were removed."""
        begin = patiently(lambda: self._offset(topic, shard, EARLIEST))
        if begin > (after or 0):
            raise ChangelogCutError(topic, shard, begin)
        self._end = patiently(lambda: self._offset(topic, shard, clients.LATEST))
        self.reached = after or 0
        self._idle_polls = 0
        if self.reached < self._end:
            self._consumer.assign([TopicPartition(topic, shard, self.reached)])

    def read(self) -> list[Row] | None:
        """The next records, which may be none yet; None after the last.

        Raises LogUnavailableError when the broker is silent, and may then be called again;
        KafkaException when the rest cannot be read.
        """
        if self.reached >= self._end:
            return None
        records = [
            message
            for message in self._consumer.consume(CHUNK, POLL_S)
            if message.error() is None or not self._is_event(message)
        ]
        rows = [(key, message.value()) for message in records if (key := message.key()) is not None]
        if records:
            self.reached = max(self.reached, _offset_of(records[-1]) + 1)
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

    def _topic_id(self, topic: str) -> str:
        """The id that the brokers gave the topic; its name where they give none, as the embedded
        broker does not, nor even answers."""
        if not self._gives_ids:
            return topic
        asked = TopicCollection([topic])
        answer = self._admin.describe_topics(asked, request_timeout=ASK_S)[topic]
        return str(answer.result().topic_id or topic)

    def _offset(self, topic: str, shard: int, which: OffsetSpec) -> int:
        asked = {TopicPartition(topic, shard): which}
        (answer,) = self._admin.list_offsets(asked, request_timeout=ASK_S).values()
        offset: int = answer.result().offset
        return offset

    def _is_event(self, message: Message) -> bool:
        """Heed what is no record."""
        error = message.error()
        if error is None:
            return False
        if error.code() == clients.PARTITION_EOF:
            self.reached = max(self.reached, _offset_of(message))
        elif error.fatal() or error.code() == clients.AUTO_OFFSET_RESET:
            raise KafkaException(error)
        return True


def _offset_of(message: Message) -> int:
    offset = message.offset()
    return -1 if offset is None else offset
