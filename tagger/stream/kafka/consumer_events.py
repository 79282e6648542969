"""What the subscribed consumer tells beside records, and what has to be heeded of it."""

from confluent_kafka import KafkaException, Message

from tagger.stream.kafka.assignment import Assignment
from tagger.stream.kafka.clients import AUTO_OFFSET_RESET, FATAL, PARTITION_EOF, Config, logger
from tagger.stream.kafka.refusals import FencedError, is_fenced, lacked_right
from tagger.stream.kafka.seldom import Seldom


class PositionGoneError(Exception):
    """Records that were still to be read have been removed from their topic."""

    def __init__(self, topic: str | None, partition: int | None, detail: str) -> None:
        super().__init__(
            f"{topic}/{partition}: the position to read from does not exist any more ({detail}). "
            "Retention has removed unread records, or the topic was made anew. To go on with "
            "what is left, reset the group's offsets of this partition while no worker runs."
        )


class ConsumerEvents:
    """The events of one member of a group, whose consumer was made of `config`."""

    def __init__(self, assignment: Assignment, config: Config) -> None:
        self._assignment = assignment
        self._config = config
        self._seldom = Seldom()

    def heed(self, event: Message) -> None:
        """Note an end that was reached, log what passes. Raises PositionGoneError, RefusedError,
        FencedError or KafkaException for what does not."""
        error, topic, partition, offset = (
            event.error(),
            event.topic(),
            event.partition(),
            event.offset(),
        )
        if error is None:
            return
        if error.code() == PARTITION_EOF:
            if topic is not None and partition is not None and offset is not None:
                self._assignment.saw_end((topic, partition), offset)
        elif error.code() == AUTO_OFFSET_RESET:
            self._heed_lost_position(topic, partition, error.str())
        elif (lasting := lacked_right(error)) is not None:
            raise lasting
        elif error.fatal() or error.code() == FATAL:
            instance = self._config.get("group.instance.id")
            if is_fenced(error) and instance is not None:
                raise FencedError(str(self._config["group.id"]), str(instance))
            raise KafkaException(error)
        elif self._seldom.is_time_for(error.code()):
            logger.warning("%s", error.str())

    def _heed_lost_position(self, topic: str | None, partition: int | None, why: str) -> None:
        """Of a shard that is not open the position does not matter: its start is sought later."""
        if partition in self._assignment.open_shards:
            raise PositionGoneError(topic, partition, why)
        logger.info("%s/%s: %s; its shard is not open yet", topic, partition, why)
