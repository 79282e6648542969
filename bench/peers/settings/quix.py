"""Of Quix Streams and its clients."""

APPLICATION: dict[str, str | float] = {
    "processing_guarantee": "exactly-once",
    "commit_interval": 1.0,
    "auto_offset_reset": "earliest",
}
CONSUMER: dict[str, str | int] = {
    "queued.min.messages": 100_000,
    "max.partition.fetch.bytes": 8_388_608,
}
PRODUCER: dict[str, str | int] = {"compression.type": "lz4", "linger.ms": 10}
