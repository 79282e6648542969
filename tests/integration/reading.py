"""Reads topics as whoever heeds transactions reads them."""

from confluent_kafka import Consumer, KafkaError, Message, TopicPartition


def everything_in(
    brokers: str, topic: str, partitions: int, isolation: str = "read_committed"
) -> list[Message]:
    """The records of a topic up to its present ends. A transaction under way holds back what
    follows it."""
    consumer = Consumer(
        {
            "bootstrap.servers": brokers,
            "group.id": "reads",
            "enable.auto.commit": False,
            "enable.partition.eof": True,
            "isolation.level": isolation,
        }
    )
    consumer.assign([TopicPartition(topic, number, 0) for number in range(partitions)])
    found: list[Message] = []
    ended: set[int | None] = set()
    while len(ended) < partitions:
        for message in consumer.consume(1_000, 0.1):
            error = message.error()
            if error is None:
                found.append(message)
            elif error.code() == KafkaError._PARTITION_EOF:
                ended.add(message.partition())
    consumer.close()
    return found
