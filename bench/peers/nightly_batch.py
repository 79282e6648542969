"""The job as a batch in DuckDB: `python -m bench.peers.nightly_batch BROKERS GROUP INPUT OUTPUT`.

What lies on the topic is dumped once into a file, SQL finds every change of all time, and the
changes are published. Nothing is live about it: whoever becomes active in the morning is heard of
the night after, and the next night begins from nothing again.
"""

import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
from confluent_kafka import Consumer, Producer, TopicPartition

from bench.job.rule import LEAST, WITHIN_MS
from bench.peers.active_customers import Change
from bench.peers.avro_records import bought_at, encoded
from bench.peers.hand_loop import PRODUCER

CONSUMER: dict[str, str | int | bool] = {
    "enable.auto.commit": False,
    "queued.min.messages": 100_000,
    "max.partition.fetch.bytes": 8_388_608,
}
_SQL = Path(__file__).with_name("changes.sql")
_AT_ONCE = 10_000


def changes(database: duckdb.DuckDBPyConnection, until: int) -> Iterator[Change]:
    """Those of the table `purchases`, customer by customer, up to an instant in milliseconds."""
    words = {"least": LEAST, "within_ms": WITHIN_MS, "until": until}
    found = database.execute(_SQL.read_text("utf-8"), words)
    while rows := found.fetchmany(_AT_ONCE):
        for customer, op, at in rows:
            yield Change(customer, op, at)


def dump(consumer: Consumer, topic: str, file: Path) -> list[TopicPartition]:
    """Write customer and time of all that the topic holds; gives where it ended."""
    known = consumer.list_topics(topic, 30).topics[topic].partitions
    ends = [consumer.get_watermark_offsets(TopicPartition(topic, each)) for each in known]
    consumer.assign([TopicPartition(topic, each, 0) for each in known])
    left = sum(end for _, end in ends)
    with file.open("w", encoding="utf-8") as rows:
        while left:
            for message in consumer.consume(_AT_ONCE, 0.1):
                key, value = message.key(), message.value()
                left -= 1
                if key and value:
                    rows.write(f"{key.decode()},{bought_at(value)}\n")
    return consumer.position([TopicPartition(topic, each) for each in known])


def main() -> None:
    """Do it once, then wait for SIGTERM."""
    brokers, group, source, target = sys.argv[1:]
    consumer = Consumer({"bootstrap.servers": brokers, "group.id": group, **CONSUMER})
    reached = dump(consumer, source, Path("purchases.csv"))
    database = duckdb.connect("night.duckdb")
    database.execute("create table purchases (customer varchar, bought_at bigint)")
    database.execute("copy purchases from 'purchases.csv' (header false)")
    newest = database.execute("select max(bought_at) from purchases").fetchone()
    producer = Producer({"bootstrap.servers": brokers, **PRODUCER})
    for change in changes(database, newest[0] if newest else 0):
        producer.produce(target, encoded(change), change.customer)
        producer.poll(0)
    producer.flush()
    consumer.commit(offsets=reached, asynchronous=False)
    signal.pause()


if __name__ == "__main__":
    main()
