"""Of Bytewax and its clients."""

DATAFLOW: dict[str, int] = {"epoch_interval_s": 1, "batch_size": 5_000}
CONSUMER: dict[str, str] = {
    "enable.auto.commit": "true",
    "auto.commit.interval.ms": "100",
    "queued.min.messages": "100000",
    "max.partition.fetch.bytes": "8388608",
}
PRODUCER: dict[str, str] = {
    "partitioner": "murmur2_random",
    "compression.type": "lz4",
    "linger.ms": "1",
}
