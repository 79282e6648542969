"""The job as a loop on the Kafka client, with everything in memory:
`python -m bench.peers.hand_loop BROKERS GROUP INPUT OUTPUT`.

Nothing survives a restart: neither state nor alarms are stored, and offsets are committed by the
client, whatever has become of the changes by then. It is what exactly once and state on disk are
paid on top of.
"""

import gc
import signal
import sys

from confluent_kafka import Consumer, Producer

from bench.peers.active_customers import ActiveCustomers
from bench.peers.avro_records import bought_at, encoded

CONSUMER: dict[str, str | int | bool] = {
    "auto.offset.reset": "earliest",
    "auto.commit.interval.ms": 100,
    "queued.min.messages": 100_000,
    "queued.max.messages.kbytes": 65_536,
    "max.partition.fetch.bytes": 8_388_608,
    "fetch.wait.max.ms": 20,
}
PRODUCER: dict[str, str | int | bool] = {
    "partitioner": "murmur2_random",
    "compression.type": "lz4",
    "linger.ms": 5,
    "queue.buffering.max.messages": 1_000_000,
}


def main() -> int:
    """Work until SIGTERM."""
    brokers, group, source, target = sys.argv[1:]
    consumer = Consumer({"bootstrap.servers": brokers, "group.id": group, **CONSUMER})
    producer = Producer({"bootstrap.servers": brokers, **PRODUCER})
    consumer.subscribe([source])
    partitions: dict[int | None, ActiveCustomers] = {}
    stopping: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: stopping.append(number))
    # Nothing below makes cycles, and looking for them costs more with every customer.
    gc.disable()
    while not stopping:
        for message in consumer.consume(10_000, 0.05):
            key, value = message.key(), message.value()
            if key is None or value is None:
                continue
            partition = message.partition()
            customers = partitions.get(partition)
            if customers is None:
                customers = partitions[partition] = ActiveCustomers({})
            for change in customers.buy(key.decode(), bought_at(value)):
                producer.produce(target, encoded(change), change.customer)
        producer.poll(0)
    producer.flush()
    consumer.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
